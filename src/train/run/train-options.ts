import type { ProbeDocument } from "../../network/documents/probe.js";
import type { StepMetrics } from "../../network/documents.js";
import { requireScheme, settingsOf } from "../../network/schemes/index.js";
import type { TrainingData } from "../folder/training-data.js";
import type { TrainSettings } from "../plan/train-plan.js";

export interface TrainOptions extends TrainSettings {
  /**
   * CIFAR-10 if absent, fetched where it is not in the cache (`loadCifar10`). A function is called once everything else has been
   * checked, and the sources it opens are closed after the run.
   */
  readonly data?: TrainingData | (() => Promise<TrainingData>);
  /** A folder for metrics.jsonl, run.json and the checkpoint, without a run in it; nothing is written if absent. */
  readonly output?: string;
  /**
   * A checkpoint in `output` after the first step, after every so many, after the last one, and when the run is stopped;
   * never if absent. It replaces the one before.
   */
  readonly checkpointEvery?: number;
  /** Go on from the checkpoint in `output`, bit for bit; or start anew if there is no run in it. */
  readonly resume?: boolean;
  /**
   * Replace the run in `output`, once the new one has taken its first step, and the files of `saveWeights` and `saveBest`
   * when there are new ones.
   */
  readonly overwrite?: boolean;
  /** Take `output` from a run on another machine, of which nobody can say from here whether it goes on. */
  readonly breakLock?: boolean;
  /** A file of weights and moving averages (safetensors) to start from instead of random weights. */
  readonly loadWeights?: string;
  /** The file for the weights and moving averages (safetensors) after the last step. */
  readonly saveWeights?: string;
  /** The file for the weights and moving averages (safetensors) that had the best test accuracy, written at each new best. */
  readonly saveBest?: string;
  /** Takes a line about what was found, such as that a run in `output` was killed. */
  readonly log?: (line: string) => void;
  /** Called once with `resume`: how many steps were taken before; 0 if there is no checkpoint. */
  readonly onResume?: (steps: number) => void;
  /** Called with `loadWeights` when all names in the file begin with something that was left out, such as `module.`. */
  readonly onDroppedPrefix?: (prefix: string) => void;
  /** Called after each step with what metrics.jsonl gets: after its test, where there is one. */
  readonly onStep?: (metrics: StepMetrics, steps: number) => void;
  /** Called after each probe with what probe.jsonl gets. */
  readonly onProbe?: (probe: ProbeDocument) => void;
  /** Called after each batch of test images. */
  readonly onEvaluation?: (done: number, total: number) => void;
  /** Stops the run after the current step: metrics.jsonl is kept, and there is no run.json. */
  readonly signal?: AbortSignal;
}

/** What can be recorded: plain data, a scheme by its name and the expressions of its scales. */
export function recordedSettings(options: TrainOptions): TrainSettings {
  const {
    data: _,
    onResume: __,
    onDroppedPrefix: ___,
    onStep: ____,
    onProbe: _____,
    onEvaluation: ______,
    signal: _______,
    log: ________,
    scheme,
    ...settings
  } = options;
  if (typeof scheme === "string") return { ...settings, scheme: requireScheme("scheme", scheme) };
  const { name, alpha, skip, survivalText, normalizer } = scheme;
  return {
    ...settings,
    ...{ scheme: name, alpha, skip, survival: survivalText },
    ...(settingsOf(name).includes("normalized") ? { normalized: normalizer !== "none" } : {}),
  };
}
