import type { Fields } from "./fields.js";
import { SWITCH, TEXT, wholeNumber } from "./kinds.js";
import { BREAK_LOCK } from "./shared.js";

/** The files of a training run. */
export interface RunFileSettings {
  /** A folder for metrics.jsonl, run.json and the checkpoint, without a run in it; nothing is written if absent. */
  readonly output?: string;
  /**
   * Replace the run in `output`, once the new one has taken its first step, and the files of `saveWeights` and `saveBest`
   * when there are new ones.
   */
  readonly overwrite: boolean;
  /** Take `output` from a run on another machine, of which nobody can say from here whether it goes on. */
  readonly breakLock: boolean;
  /**
   * A checkpoint in `output` after the first step, after every so many, after the last one, and when the run is stopped;
   * never if absent. It replaces the one before.
   */
  readonly checkpointEvery?: number;
  /** Stop after this step with a checkpoint, to be gone on with; the schedule is that of the whole run. */
  readonly stopAt?: number;
  /** Go on from the checkpoint in `output`, bit for bit; or start anew if there is no run in it. */
  readonly resume: boolean;
  /** A file of weights and moving averages (safetensors) to start from instead of random weights. */
  readonly loadWeights?: string;
  /** The file for the weights and moving averages (safetensors) after the last step. */
  readonly saveWeights?: string;
  /** The file for the weights and moving averages (safetensors) that had the best test accuracy, written at each new best. */
  readonly saveBest?: string;
}

/** Its settings, in the order of --help; what a run starts from is compared by its contents (circumstancesRecord). */
export const RUN_FILES: Fields<Partial<RunFileSettings>, RunFileSettings> = {
  output: { kind: TEXT, flag: "out", describe: "folder for metrics.jsonl (each step) and run.json" },
  overwrite: {
    kind: SWITCH,
    default: false,
    describe:
      "replace the run in the --out folder, once the new one has taken its first step, and files of weights that are there",
  },
  breakLock: BREAK_LOCK,
  checkpointEvery: {
    kind: wholeNumber(1),
    describe:
      "steps between two checkpoints in the --out folder; one more after the first step and at the end",
  },
  stopAt: {
    kind: wholeNumber(1),
    mayChange: true,
    describe:
      "stop after this step with a checkpoint, to be gone on with by --resume; the schedule is the whole run's",
  },
  resume: {
    kind: SWITCH,
    default: false,
    describe: "go on from the checkpoint in the --out folder, bit for bit; anew if there is no run in it",
  },
  loadWeights: {
    kind: TEXT,
    describe: "weights to start from (safetensors), of the same model and scheme",
  },
  saveWeights: {
    kind: TEXT,
    describe: "file for the final weights (safetensors), with PyTorch's names and layouts",
  },
  saveBest: {
    kind: TEXT,
    describe: "file for the weights with the best test accuracy (see --test-every)",
  },
};
