import type { SampledNetwork } from "../../network/sampled-network.js";
import type { Sampler } from "../../network/settings/sample-run.js";
import type { LengthWindow } from "../../tensor/components/index.js";

/** What of a network is drawn: plain data where the scales of its plan are tables. */
export type DrawnNetwork = Pick<SampledNetwork, "plan" | "batch" | "weights">;

/** One trial, as plain data that a thread can be sent. */
export interface TrialJob {
  readonly network: DrawnNetwork;
  readonly seed: number;
  /** Which of the trials: 0, 1, … Its weights and inputs depend on (seed, width, trial) and the sampler alone. */
  readonly trial: number;
  /** `direct` if absent. */
  readonly sampler?: Sampler;
  /**
   * The path lengths kept apart after each block, for a gradient after 1, 2, … blocks from the output. Without windows no
   * path is resolved.
   */
  readonly windows?: readonly LengthWindow[];
  /** The blocks whose statistics are recorded, ascending; all of them if absent. */
  readonly recordedBlocks?: readonly number[];
  /**
   * The blocks after which the shares are recorded, ascending, and of a gradient before which; the last one of all if absent,
   * of a gradient the first.
   */
  readonly shareBlocks?: readonly number[];
  /** A gradient is sent back as well, and the record is about it. */
  readonly isBackward?: true;
  /** What the network is given, [batch, size, size, imageChannels]; independent N(0, 1) if absent. */
  readonly inputs?: Float32Array;
}

/** Everything that the trials of a sample have in common. */
export type TrialPlan = Omit<TrialJob, "trial" | "inputs"> &
  Required<Pick<TrialJob, "sampler" | "recordedBlocks" | "shareBlocks">>;
