import { compareWithTheory } from "../../src/compare/index.js";
import type { SampleDocument } from "../../src/network/index.js";

/** A sample whose mean length is 4.2 + bias/width. */
export function sample(width: number, bias: number, trials = 16): SampleDocument {
  const empty = { mean: [], se: [] };
  return {
    kind: "sample",
    format: 3,
    network: {
      scheme: "batchnorm",
      activation: "linear",
      depth: 100,
      width,
      inputDimension: 100,
      batch: 64,
    },
    trials,
    seed: 0,
    attribution: "covariance",
    skip: empty,
    branch: empty,
    skipSecondMoment: empty,
    branchSecondMoment: empty,
    movingMeanSquared: empty,
    movingVariance: empty,
    shares: empty,
    meanLength: compareWithTheory({ mean: 4.2 + bias / width, se: 0.01 }, 4.2),
    within: { 6: compareWithTheory({ mean: 0.88, se: 0.002 }, 0.88) },
    predicted: { skip: [], branch: [], movingMeanSquared: [], shares: [] },
    verdict: { status: "agrees", reason: "" },
  };
}
