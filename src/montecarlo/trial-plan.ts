import type { SampledNetwork } from "../network/sampled-network.js";
import type { Sampler } from "../network/settings/sample-run.js";
import { startTensors } from "../tensor/backend.js";
import { type BackwardRecord, runBackward } from "./backward.js";
import { fromPortable, type PortableNetwork, toPortable } from "./portable-network.js";
import { runTrial } from "./trial.js";
import type { TrialRecord } from "./trial-record.js";
import type { LengthWindow } from "./window.js";

/** Everything that the trials of a sample have in common. */
export interface TrialPlan {
  readonly network: SampledNetwork;
  readonly seed: number;
  readonly sampler: Sampler;
  /** The path lengths kept apart after each block; no path is resolved if absent. */
  readonly windows?: readonly LengthWindow[];
  readonly recordedBlocks: readonly number[];
  readonly shareBlocks: readonly number[];
  /** The predicted standard deviation of each block's input, which the normaliser `expected` divides by. */
  readonly deviations?: Float64Array;
  /** A gradient is sent back as well, and the record is about it. */
  readonly isBackward?: true;
}

/** One trial as plain data, which a thread can be sent. */
export interface TrialJob extends Omit<TrialPlan, "network"> {
  readonly network: PortableNetwork;
  readonly trial: number;
  readonly inputs?: Float32Array;
}

/** The plan as what every job holds. */
export function portablePlan(plan: TrialPlan): Omit<TrialJob, "trial" | "inputs"> {
  return { ...plan, network: toPortable(plan.network) };
}

/** Does one trial in this thread: a `BackwardRecord` if it is backward. */
export async function runJob(job: TrialJob, signal?: AbortSignal): Promise<TrialRecord | BackwardRecord> {
  const { network, deviations, isBackward, sampler, inputs, ...shared } = job;
  await startTensors();
  const options = {
    ...shared,
    signal,
    // Behind the first weight layer of a branch the variance is 1 again, by the gain that goes with this normaliser.
    ...(deviations
      ? { expectedDeviation: (block: number, layer: number) => (layer === 0 ? deviations[block - 1] : 1) }
      : {}),
  };
  return isBackward
    ? runBackward(fromPortable(network), options)
    : runTrial(fromPortable(network), { ...options, sampler, inputs });
}
