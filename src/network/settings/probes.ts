import type { Fields } from "./fields.js";
import { wholeNumber } from "./kinds.js";
import { LENGTH, type TrainingLength } from "./training-length.js";

/** When a run is probed, and on what. */
export interface ProbeSettings {
  /** Steps or epochs between two probes; one more before the first step and one after the last. No probes if absent. */
  readonly probeEvery?: TrainingLength;
  /** Images of the batch that is probed; a ghost batch, or the test images if they are fewer, if absent. */
  readonly probeImages?: number;
}

/** Its settings; --probe is both of them. */
export const PROBES = {
  probeEvery: { kind: LENGTH },
  probeImages: { kind: wholeNumber(2) },
} satisfies Fields<ProbeSettings, ProbeSettings>;
