/** The documents: what every command prints with `--json` and all that a plot needs, as plain JSON. */
export type * from "./documents/comparison.js";
export type * from "./documents/model-summary.js";
export type * from "./documents/numbers.js";
export type * from "./documents/prediction.js";
export type * from "./documents/probe.js";
export type * from "./documents/provenance.js";
export type * from "./documents/run.js";
export type * from "./documents/sample.js";
export type * from "./documents/step-metrics.js";
export type * from "./documents/validation.js";
export type * from "./documents/verdict.js";
