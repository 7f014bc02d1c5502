import { describe, expect, it } from "vitest";
import { compareWithTheory, extrapolateWidths } from "../../src/compare/index.js";
import { InvalidArgumentError, type SampleDocument } from "../../src/network/index.js";

/** A sample whose mean length is 4.2 + bias/width. */
function sample(width: number, bias: number, trials = 16): SampleDocument {
  const empty = { mean: [], se: [] };
  return {
    kind: "sample",
    scheme: "batchnorm",
    activation: "linear",
    depth: 100,
    width,
    inputDimension: 100,
    batch: 64,
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

describe("extrapolateWidths", () => {
  it("takes a bias in 1/width away and says how large it was", () => {
    const documents = [sample(64, -8), sample(128, -8)];
    expect(documents[0].meanLength.z).toBeLessThan(-12);
    const { widths, meanLength, verdict } = extrapolateWidths(documents);
    expect(widths).toEqual([64, 128]);
    expect(meanLength.mean).toBeCloseTo(4.2, 12);
    expect(meanLength.se).toBeCloseTo(0.01 * Math.sqrt(5), 12);
    expect(meanLength.fit.slope).toBeCloseTo(-8, 10);
    expect(verdict.status).toBe("agrees");
  });

  it("differs when what is left at infinite width is not the theory", () => {
    const shifted = [64, 128, 256].map((width) => {
      const document = sample(width, -8);
      const { mean, se } = document.meanLength;
      return { ...document, meanLength: compareWithTheory({ mean: mean + 0.2, se }, 4.2) };
    });
    expect(extrapolateWidths(shifted).verdict.status).toBe("differs");
  });

  it.each([
    ["scheme", { scheme: "skipinit" }],
    ["alpha", { alpha: "1/d" }],
    ["skipExpression", { skipExpression: "0.9" }],
    ["survival", { survival: "0.8" }],
    ["activation", { activation: "relu" }],
    ["normalizer", { normalizer: "layer" }],
    ["position", { position: "post" }],
    ["groups", { groups: 8 }],
    ["branchLayers", { branchLayers: 2 }],
    ["weights", { weights: "orthogonal" }],
    ["gain", { gain: 2 }],
    ["architecture", { architecture: "wrn-16-1" }],
    ["inputVariance", { inputVariance: 4 }],
    ["depth", { depth: 50 }],
    ["inputDimension", { inputDimension: 1000 }],
    ["imageSize", { imageSize: 16 }],
    ["images", { images: "cifar10" }],
    ["dataChecksums", { dataChecksums: { "a.bin": "00" } }],
    ["batch", { batch: 32 }],
  ] as const)("refuses networks that differ in %s", (name, difference) => {
    const other: SampleDocument = { ...sample(128, 0), ...difference };
    expect(() => extrapolateWidths([sample(64, 0), other])).toThrow(
      new RegExp(
        `^documents must be samples of one network, which differ in width alone, not "${name} .* and .*"$`,
      ),
    );
  });

  it("takes samples that were drawn otherwise, and an input variance that goes without saying", () => {
    const other: SampleDocument = { ...sample(128, -8), seed: 7, sampler: "gram", inputVariance: 1 };
    expect(extrapolateWidths([sample(64, -8), other]).meanLength.mean).toBeCloseTo(4.2, 12);
  });

  it("says nothing with two trials, and refuses a single width", () => {
    expect(extrapolateWidths([sample(64, 0, 2), sample(128, 0)]).verdict.status).toBe("inconclusive");
    expect(() => extrapolateWidths([sample(64, 0), sample(64, 0)])).toThrow(/two different/);
    expect(() => extrapolateWidths([])).toThrow(InvalidArgumentError);
  });
});
