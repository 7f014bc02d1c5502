import type { ProbeDocument } from "../../network/documents/probe.js";
import type { StepMetrics } from "../../network/documents.js";
import { requireScheme, settingsOf } from "../../network/schemes/index.js";
import type { RunFileSettings } from "../../network/settings/run-files.js";
import type { TrainingData } from "../folder/training-data.js";
import type { TrainSettings } from "../plan/train-plan.js";

export interface TrainOptions extends TrainSettings, Partial<RunFileSettings> {
  /**
   * CIFAR-10 if absent, fetched where it is not in the cache (`loadCifar10`). A function is called once everything else has been
   * checked, and the sources it opens are closed after the run.
   */
  readonly data?: TrainingData | (() => Promise<TrainingData>);
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
  const { data: _, signal: __, scheme, ...others } = options;
  const settings = Object.fromEntries(
    Object.entries(others).filter(([, value]) => typeof value !== "function"),
  ) as Omit<TrainSettings, "scheme">;
  if (typeof scheme === "string") return { ...settings, scheme: requireScheme("scheme", scheme) };
  const { name, alpha, skip, survivalText, normalizer } = scheme;
  return {
    ...settings,
    ...{ scheme: name, alpha, skip, survival: survivalText },
    ...(settingsOf(name).includes("normalized") ? { normalized: normalizer !== "none" } : {}),
  };
}
