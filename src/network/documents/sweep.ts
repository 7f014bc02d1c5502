import type {
  Count,
  DocumentFormat,
  Magnitude,
  Natural,
  PerhapsMagnitude,
  PerhapsNumber,
  Share,
} from "./numbers.js";
import type { Provenance } from "./provenance.js";

/** A value of an option, as it would stand on the command line; true and false are a switch and its --no- form. */
export type SweepValue = string | number | boolean;

/** Values of options by their names on the command line, without hyphens in front. */
export type SweepSettings = Readonly<Record<string, SweepValue>>;

/** The option along which the runs of a cell differ. */
export const SEED_OPTION = "seed";

/** The commands whose runs a sweep can be of. */
export type SweptCommand = "train" | "sample";

/** When a sweep does without some of its jobs. */
export interface SweepRules {
  /** A cell whose first so many seeds have all diverged is given up: its other seeds are not run. */
  readonly giveUp?: { readonly diverged: Count };
  /**
   * Successive halving: on the first seed all cells of a group, which have all but some axes in common, are trained to each of `steps` in
   * turn, and after each the share `keep` of them with the least training loss goes on; the survivors are run on all seeds.
   */
  readonly halving?: {
    /** Ascending. @minItems 1 */
    readonly steps: readonly Count[];
    readonly keep: Share;
    /** The axes along which cells are rivals: the others make groups. @minItems 1 */
    readonly along: readonly string[];
  };
}

/** One independent run of a sweep. */
export interface SweepJob {
  /**
   * Of its command and all its settings (their parsed values): the same job has the same id in every plan.
   *
   * @pattern ^[0-9a-f]{16}$
   * @title 16 hexadecimal digits
   */
  readonly id: string;
  /** Its settings beside the fixed ones. */
  readonly at: SweepSettings;
  /** Foreseen on one core of the machine that planned it. */
  readonly seconds?: Magnitude;
  readonly bytes?: Magnitude;
}

/** The grid of a sweep, in its plan and in what came of it. */
export interface SweepGrid {
  /** The version of respath that planned it and runs it. */
  readonly respath: string;
  readonly command: SweptCommand;
  readonly fixed: SweepSettings;
  /** The options that differ between jobs, in the order of the grid. */
  readonly axes: readonly string[];
  readonly rules?: SweepRules;
}

/** What `respath sweep plan` writes: a grid as independent jobs. */
export interface SweepPlanDocument extends SweepGrid {
  readonly kind: "sweep-plan";
  readonly format: DocumentFormat;
  readonly jobs: readonly SweepJob[];
  /**
   * SHA-256 of what stands above, by which a plan that was edited by hand is told.
   *
   * @pattern ^[0-9a-f]{64}$
   * @title 64 hexadecimal digits
   */
  readonly sha256: string;
}

/** What became of a job: `skipped` by a rule of the plan. */
export type SweepStatus = "done" | "failed" | "skipped" | "missing";

/** One run in a merged sweep. */
export interface SweepRun {
  readonly id: string;
  /** Absent where the sweep sets none. */
  readonly seed?: Natural;
  readonly status: SweepStatus;
  /** Of a training run. */
  readonly outcome?: "trained" | "stalled" | "diverged";
  /** What was measured, such as "test accuracy" or "mean path length"; null where not finite. Empty unless it is done. */
  readonly measures: Readonly<Record<string, PerhapsNumber>>;
  /** Standard errors of those that have one within a run. */
  readonly errors?: Readonly<Record<string, PerhapsMagnitude>>;
  /** Of a skipped run, the rule; of a failed one, the last line of its log. */
  readonly reason?: string;
}

/** Runs that differ in their seed alone. */
export interface SweepCell {
  /** The axes' values but for the seed. */
  readonly at: SweepSettings;
  /** @minItems 1 */
  readonly runs: readonly SweepRun[];
}

/** The best value of an axis for the cells that have the others in common, the paper's way. */
export interface SweepBest {
  /** What the cells have in common. */
  readonly at: SweepSettings;
  /** The axis, such as lr, and the measure, of which the largest mean is best, or the smallest of a loss. */
  readonly over: string;
  readonly measure: string;
  readonly best: SweepValue;
  readonly mean: PerhapsNumber;
  /** Over seeds; absent for one seed. */
  readonly se?: Magnitude;
  /** The values whose means cannot be told from the best one's (Welch's t-test, two-sided 5 %), the best one among them. */
  readonly tied: readonly SweepValue[];
}

/** What `respath sweep merge` writes: what all jobs of a plan have found, whoever ran them in whatever order. */
export interface SweepDocument extends SweepGrid {
  readonly kind: "sweep";
  readonly format: DocumentFormat;
  /** What halving has decided, rung by rung. */
  readonly rungs?: readonly {
    readonly at: SweepSettings;
    readonly steps: Count;
    /** The cells that went on and those that did not, best first, by their training loss. */
    readonly kept: readonly { readonly at: SweepSettings; readonly loss: PerhapsNumber }[];
    readonly dropped: readonly { readonly at: SweepSettings; readonly loss: PerhapsNumber }[];
  }[];
  /** @minItems 1 */
  readonly cells: readonly SweepCell[];
  readonly best?: readonly SweepBest[];
  readonly provenance?: Provenance;
}
