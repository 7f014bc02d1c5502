import { InvalidArgumentError } from "../../network/errors.js";
import { checkFields } from "../../network/settings/fields.js";
import { PROBES, type ProbeSettings } from "../../network/settings/probes.js";
import type { TrainingLength } from "../../network/settings/training-length.js";

export interface ProbePlan {
  readonly every: TrainingLength;
  readonly images?: number;
}

/** @throws InvalidArgumentError naming the setting. */
export function planProbes(settings: ProbeSettings): ProbePlan | undefined {
  const { probeEvery, probeImages } = checkFields<ProbeSettings, ProbeSettings>({ fields: PROBES, settings });
  if (probeEvery === undefined) {
    if (probeImages === undefined) return undefined;
    throw new InvalidArgumentError("probe every", undefined, "given with `probeImages`");
  }
  return { every: probeEvery, ...(probeImages === undefined ? {} : { images: probeImages }) };
}
