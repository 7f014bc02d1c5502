import { describe, expect, it } from "vitest";
import { parseScale } from "../../../src/analytic/expression.js";
import {
  configureScheme,
  predictMoments,
  predictStageMoments,
  resolveScheme,
} from "../../../src/analytic/index.js";
import { stemPatches } from "../../../src/analytic/mean-field/stem-patches.js";
import { parseArchitecture, type ResidualScheme, SCHEME_NAMES } from "../../../src/network/index.js";
import {
  type Architecture,
  type DesignChoices,
  designNetwork,
  NORM_POSITIONS,
  parseModel,
  predictProfileOf,
} from "../../../src/train/index.js";
import { smoothImages } from "../initial-profile.js";

const TRANSFORMERS: readonly string[] = ["pre-ln", "post-ln", "deepnorm"];
const WIDTH = 16_384;
const trainable = SCHEME_NAMES.filter((name) => !TRANSFORMERS.includes(name));

function predict(model: string | Architecture, scheme: string | ResidualScheme, choices: DesignChoices = {}) {
  const architecture = typeof model === "string" ? parseModel(model) : model;
  const resolved = typeof scheme === "string" ? resolveScheme(scheme) : scheme;
  return predictProfileOf(designNetwork({ architecture, scheme: resolved, ...choices }));
}

describe("predictProfileOf", () => {
  it.each(["wrn-16-1", "wrn-10-0.5", "fc-4-16-3", "resnet-50-v2"])("knows every scheme on %s", (model) => {
    const designs = [
      ...trainable.map((scheme) => [scheme, {}] as const),
      ...NORM_POSITIONS.flatMap((normPosition) =>
        ["batchnorm", "layernorm", "groupnorm"].map((scheme) => [scheme, { normPosition }] as const),
      ),
    ];
    for (const [scheme, choices] of designs) {
      const { blocks, lengths, by } = predict(model, scheme, choices);
      expect(by).toBe("sites");
      expect(blocks.length).toBe(parseModel(model).depth);
      for (const { skip, branch, skipMeanSquared, branchMeanSquared } of blocks) {
        expect(skip).toBeGreaterThan(0);
        for (const value of [skip, branch, skipMeanSquared, branchMeanSquared]) {
          expect(Number.isFinite(value) && value >= 0, `${scheme}: ${value}`).toBe(true);
        }
      }
      expect(lengths!.mean).toBeLessThanOrEqual(blocks.length / 2 + 1e-9);
    }
  });

  it.each(["batchnorm", "layernorm", "skipinit", "unnormalized", "nfnet", "layerscale", "sqrt2"])(
    "has the moments of a dense network for a large batch: %s",
    (scheme) => {
      for (const activation of ["relu", "linear"] as const) {
        const architecture = parseModel(`fc-12-${WIDTH}`, { activation });
        // He's first layer; NF-ResNet's is standardised.
        const inputVariance = activation === "relu" && scheme !== "nfnet" ? 2 : 1;
        const { blocks, counted } = predict(architecture, scheme);
        const resolved = resolveScheme(scheme);
        const { skip, branch } = predictMoments({ scheme: resolved, depth: 12, activation, inputVariance });
        expect(counted).toBe(scheme === "batchnorm" ? "variance" : "secondMoment");
        // LayerNorm takes the mean of as many features out, up to 1/width of each moment in a block.
        const relative = scheme === "layernorm" ? (2 * 12) / WIDTH : 1e-12;
        for (const [index, block] of blocks.entries()) {
          const tolerance = relative * skip.secondMoment[index];
          expect(Math.abs(block.skip - skip.variance[index])).toBeLessThan(tolerance);
          expect(Math.abs(block.skipMeanSquared - skip.meanSquared[index])).toBeLessThan(tolerance);
          expect(Math.abs(block.branch - branch.variance[index])).toBeLessThan(tolerance);
          expect(Math.abs(block.branchMeanSquared - branch.meanSquared[index])).toBeLessThan(tolerance);
        }
      }
    },
  );

  it("has the moments of stages and transition blocks behind BatchNorm", () => {
    const architecture = parseArchitecture("wrn-28-2");
    const reference = predictStageMoments({ architecture, scheme: resolveScheme("batchnorm") });
    const { blocks } = predict("wrn-28-2", "batchnorm");
    for (const [index, { skip, branch }] of reference.blocks.entries()) {
      expect(Math.abs(blocks[index].skip / skip.variance - 1)).toBeLessThan(1e-12);
      expect(Math.abs(blocks[index].branch / branch.variance - 1)).toBeLessThan(1e-12);
    }
  });

  it("goes on beyond the range of float64", () => {
    const { blocks, lengths } = predict("fc-2000-8", "unnormalized");
    expect(blocks[1999].skip).toBe(Number.POSITIVE_INFINITY);
    expect(Math.abs(lengths!.mean / 1000 - 1)).toBeLessThan(1e-12);
  });

  it("has no path lengths where nothing passes", () => {
    const nothing = configureScheme("custom", { alpha: parseScale("0"), skip: parseScale("0") });
    const { blocks, lengths } = predict("fc-3-8", nothing);
    expect(blocks.map(({ skip, branch }) => [skip, branch])).toEqual(new Array(3).fill([0, 0]));
    expect(lengths).toBeUndefined();
  });

  it("goes on from what enters the first block, where that is known", () => {
    const [count, side] = [4, 8];
    const images = { data: smoothImages({ count, side }), count, channels: 3 };
    for (const scheme of ["batchnorm", "nfnet", "skipinit"]) {
      const architecture = parseModel("wrn-16-1");
      const common = designNetwork({ architecture, scheme: resolveScheme(scheme), imageSize: side });
      const isStandardized = scheme === "nfnet";
      const stem = { kernel: 3, stride: 1, gain: isStandardized ? 1 : 2, isStandardized };
      const whole = predictProfileOf({ ...common, images });
      const rest = predictProfileOf({ ...common, entering: stemPatches(images, side, stem) });
      expect(rest.blocks).toEqual(whole.blocks);
      expect(rest.by).toBe("pairs");
    }
  });

  it("says what it takes for granted", () => {
    expect(predict("wrn-16-1", "skipinit").assumptions).toEqual([
      "Layers are wide.",
      "Pixels are independent, with mean 0 and second moment 1.",
    ]);
    expect(predict("resnet-50-v2", "groupnorm").assumptions).toEqual([
      "Layers are wide.",
      "Pixels are independent, with mean 0 and second moment 1.",
      "Max-pooling behind the first convolution only takes every second site.",
      "Groups have several channels.",
    ]);
    const architecture = parseModel("wrn-16-1");
    const { plan } = designNetwork({ architecture, scheme: resolveScheme("skipinit"), imageSize: 8 });
    const images = { data: smoothImages({ count: 3, side: 8 }), count: 3, channels: 3 };
    const common = { plan, images };
    expect(predictProfileOf(common).assumptions).toEqual(["Layers are wide."]);
    const bySites = predictProfileOf({ ...common, mostSites: 100 });
    expect(bySites.by).toBe("sites");
    expect(bySites.assumptions).toEqual([
      "Layers are wide.",
      "Sites are equally correlated within and between images.",
    ]);
  });

  it("refuses images of another size", () => {
    const architecture = parseModel("wrn-16-1");
    const { plan } = designNetwork({ architecture, scheme: resolveScheme("skipinit") });
    const images = { data: new Float32Array(3 * 64), count: 1, channels: 3 };
    expect(() => predictProfileOf({ plan, images })).toThrow(
      'images must be 1 × 32 × 32 × 3 numbers, not "192 numbers"',
    );
  });
});
