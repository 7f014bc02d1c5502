import { mean } from "simple-statistics";
import { beforeAll, describe, expect, it } from "vitest";
import { parseScale } from "../../src/analytic/expression.js";
import { configureScheme } from "../../src/analytic/index.js";
import type { ResidualScheme } from "../../src/network/index.js";
import { openStream } from "../../src/random/index.js";
import { startTensors, tf } from "../../src/tensor/index.js";
import { type DesignChoices, type Network, Optimizer } from "../../src/train/index.js";
import { expectFiniteDifferences } from "./finite-differences.js";
import { networkOf, noise } from "./networks.js";
import { IMAGES, layerscale, MODEL, SHAPE, SIDE, stochastic } from "./scheme-networks.js";

beforeAll(() => startTensors("wasm"));

const labels = [3, 1, 4, 1, 5, 9];

const custom = configureScheme("custom", {
  alpha: parseScale("0.5"),
  skip: parseScale("0.8"),
  normalized: true,
});

/** Under which all learned parameters have a gradient; Fixup with its component 1 has few at the start. */
const CONFIGURATIONS: readonly (readonly [string, string | ResidualScheme, DesignChoices])[] = [
  ["layernorm", "layernorm", {}],
  ["groupnorm", "groupnorm", { normGroups: 2 }],
  ["groupnorm last", "groupnorm", { normGroups: 4, normPosition: "last" }],
  ["batchnorm first", "batchnorm", { normPosition: "first" }],
  ["batchnorm last", "batchnorm", { normPosition: "last" }],
  ["batchnorm merge", "batchnorm", { normPosition: "merge" }],
  ["fixup 2,3,4", "fixup", { fixup: "2,3,4" }],
  ["nfnet", "nfnet", { convBiases: true }],
  ["layerscale", layerscale, {}],
  ["regularised skipinit", "skipinit", { convBiases: true, dropout: 0.3 }],
  ["stochastic depth", stochastic("0.5"), {}],
  ["custom", custom, {}],
];

/** Scalars and vectors away from 0 and 1, where ReLU behind a bias of 0 may have kinks. */
function shake({ parameters }: Network): void {
  const stream = openStream({ seed: 1, purpose: "test" });
  for (const { variable } of parameters) {
    if (variable.shape.length > 1) continue;
    const values = Float32Array.from(
      variable.dataSync(),
      (value) => value + 0.2 * (stream.nextUniform() - 0.5),
    );
    const tensor = tf.tensor(values, variable.shape);
    variable.assign(tensor);
    tensor.dispose();
  }
}

describe("gradients of every scheme", () => {
  // The draw keeps two of three blocks under a survival of ½, and drops some features.
  const pass = { mode: "train", draw: { step: 2, ghost: 0 } } as const;
  it.each(CONFIGURATIONS)("%s: agree with finite differences", (_, scheme, choices) => {
    const network = networkOf(MODEL, scheme, 1, choices);
    shake(network);
    const batchOf = (seed: number) => noise(IMAGES, SIDE, seed);
    expectFiniteDifferences(network, { shape: SHAPE, labels, batchOf, pass });
    network.dispose();
  });
});

describe("training", () => {
  const batch = { ...noise(IMAGES, SIDE), labels };
  it.each([...CONFIGURATIONS, ["fixup", "fixup", {}] as const])(
    "%s: leaves no tensor behind, and learns a batch by heart",
    (_, scheme, choices) => {
      const network = networkOf("wrn-10-0.5", scheme, 1, choices);
      const optimizer = new Optimizer(network);
      const first = optimizer.step(batch, 0.02);
      const tensors = tf.memory().numTensors;
      const losses = Array.from({ length: 60 }, (_, step) => {
        const { loss } = optimizer.step({ ...batch, draw: { step, ghost: 0 } }, 0.02);
        expect(tf.memory().numTensors).toBe(tensors);
        return loss;
      });
      expect(mean(losses.slice(-10))).toBeLessThan(first.loss / 2);
      network.dispose();
    },
  );
});

describe("choices that do not fit are refused", () => {
  it.each<[string, DesignChoices, RegExp]>([
    ["skipinit", { normPosition: "last" }, /^norm position must be absent for skipinit; only batchnorm, /],
    [
      "batchnorm",
      { normPosition: "middle" as never },
      /^norm position must be one of each, first, last, merge/,
    ],
    ["layernorm", { normGroups: 2 }, /^norm groups must be absent for layernorm; only groupnorm takes it/],
    [
      "groupnorm",
      {},
      /^norm groups must be one of 1, 2, 4, which divide the 4, 8, 16 channels of wrn-10-0.25, not 8/,
    ],
    ["batchnorm", { alphaFixed: true }, /^alpha fixed must be absent for batchnorm; only skipinit, /],
    ["rezero", { fixup: "1" }, /^fixup must be absent for rezero; only fixup takes it/],
    ["fixup", { fixup: "1,5" }, /^fixup must be none, or some of 1,2,3,4, not "1,5"/],
    ["skipinit", { dropout: 1 }, /^dropout must be a number from 0 to less than 1, not 1$/],
    ["post-ln", {}, /^scheme must be batchnorm, .* to be trained; .* not "post-ln"/],
  ])("%s %j", (scheme, choices, message) => {
    expect(() => networkOf(MODEL, scheme, 1, choices)).toThrow(message);
  });
});
