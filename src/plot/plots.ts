import type { ResultDocument } from "../network/documents.js";
import { BACKWARD_SAMPLE } from "./backward-sample.js";
import { COMPARISONS } from "./compare.js";
import { PATH_LENGTHS } from "./path-lengths.js";
import type { PlotsOf } from "./plot.js";
import { PROBES } from "./probes.js";
import { RUN } from "./run.js";
import { SAMPLES } from "./sample.js";
import { SAMPLE_EXTRAPOLATION } from "./sample-extrapolation.js";
import { SWEEP } from "./sweep.js";
import { TRAINABILITY } from "./trainability.js";
import { VALIDATION } from "./validation.js";
import { VARIANCE_PROFILE } from "./variance-profile.js";

/** The plot of every kind of document that has one: all but the summary of a model. */
export const PLOTS: PlotsOf<ResultDocument["kind"]> = {
  ...PATH_LENGTHS,
  ...VARIANCE_PROFILE,
  ...COMPARISONS,
  ...SAMPLES,
  ...BACKWARD_SAMPLE,
  ...SAMPLE_EXTRAPOLATION,
  ...RUN,
  ...TRAINABILITY,
  ...PROBES,
  ...SWEEP,
  ...VALIDATION,
};

/** The kinds of document that have a picture. */
export const RESULT_KINDS = Object.keys(PLOTS) as readonly ResultDocument["kind"][];
