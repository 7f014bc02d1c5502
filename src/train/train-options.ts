import type { LabelledImages } from "../data/index.js";
import type { TrainSettings } from "./plan.js";
import type { StepMetrics } from "./run-files.js";

/** The images of a run. */
export interface TrainingData {
  /** What the result calls them, such as `cifar100`. */
  readonly name?: string;
  readonly train: LabelledImages;
  /** Absent: no test accuracy. */
  readonly test?: LabelledImages;
  /** Recorded in the result. */
  readonly checksums?: Readonly<Record<string, string>>;
}

export interface TrainOptions extends TrainSettings {
  /** A function is called once everything else has been checked. */
  readonly data: TrainingData | (() => Promise<TrainingData>);
  /** A folder for metrics.jsonl, run.json and the checkpoint; nothing is written if absent. */
  readonly output?: string;
  /**
   * A checkpoint in `output` after so many steps, after the last one, and when the run is stopped; never if absent. It
   * replaces the one before.
   */
  readonly checkpointEvery?: number;
  /** Go on from the checkpoint in `output`, bit for bit; or start anew if there is none. */
  readonly resume?: boolean;
  /** A file of weights and moving averages (safetensors) to start from instead of random weights. */
  readonly loadWeights?: string;
  /** The file for the weights and moving averages (safetensors) after the last step. */
  readonly saveWeights?: string;
  /** Called once with `resume`: how many steps were taken before; 0 if there is no checkpoint. */
  readonly onResume?: (steps: number) => void;
  /** Called after each step with what metrics.jsonl gets. */
  readonly onStep?: (metrics: StepMetrics, steps: number) => void;
  /** Called after each batch of test images. */
  readonly onEvaluation?: (done: number, total: number) => void;
  /** Stops the run after the current step: metrics.jsonl is kept, and there is no run.json. */
  readonly signal?: AbortSignal;
}

/** What can be sent to another thread and recorded. */
export function settingsOf(options: TrainOptions): TrainSettings {
  const { data: _, onResume: __, onStep: ___, onEvaluation: ____, signal: _____, ...settings } = options;
  return settings;
}
