import { requireInteger } from "../../network/domain.js";
import { InvalidArgumentError } from "../../network/errors.js";
import { requireLength, type TrainingLength } from "../../network/settings/training-length.js";

export interface ProbeSettings {
  /** Steps or epochs between two probes; one more before the first step and one after the last. No probes if absent. */
  readonly probeEvery?: TrainingLength;
  /** Images of the batch that is probed; a ghost batch, or the test images if they are fewer, if absent. */
  readonly probeImages?: number;
}

export interface ProbePlan {
  readonly every: TrainingLength;
  readonly images?: number;
}

/** @throws InvalidArgumentError naming the setting. */
export function planProbes({ probeEvery, probeImages }: ProbeSettings): ProbePlan | undefined {
  if (probeImages !== undefined) requireInteger("probe images", probeImages, 2);
  if (probeEvery === undefined) {
    if (probeImages === undefined) return undefined;
    throw new InvalidArgumentError("probe every", undefined, "given with `probeImages`");
  }
  requireLength("probe every", probeEvery);
  return { every: probeEvery, ...(probeImages === undefined ? {} : { images: probeImages }) };
}
