import { resolveScheme } from "../../src/analytic/index.js";
import type { SampleOptions } from "../../src/montecarlo/index.js";

/** The networks of the journal that test/fixtures/before-formats has. */
export const SMALL_SAMPLE: SampleOptions = {
  scheme: resolveScheme("batchnorm"),
  depth: 2,
  width: 4,
  batch: 3,
  within: [1],
  seed: 3,
  trials: 2,
  workers: 1,
};
