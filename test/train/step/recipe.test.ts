import { beforeAll, describe, expect, it } from "vitest";
import { InvalidArgumentError } from "../../../src/network/errors.js";
import { PARAMETER_KINDS, type RecipeSettings } from "../../../src/network/settings/recipe.js";
import { startTensors, tf } from "../../../src/tensor/index.js";
import { planUpdate } from "../../../src/train/step/clipping.js";
import { Optimizer } from "../../../src/train/step/optimizer.js";
import { planRecipe } from "../../../src/train/step/recipe.js";
import { Replica } from "../../../src/train/step/replica.js";
import { networkOf, noise, stateOf } from "../networks.js";

beforeAll(() => startTensors("wasm"));

/** One rounding to float32. */
const ROUNDING = 2 ** -24;
const MODEL = "wrn-10-0.25";

describe("planRecipe", () => {
  it("is the paper's by default", () => {
    expect(planRecipe({})).toEqual({
      momentum: 0.9,
      nesterov: false,
      l2: 5e-4,
      l2On: ["convolution", "classifier"],
      labelSmoothing: 0,
    });
  });

  it.each([
    ["weights", ["convolution", "classifier"]],
    ["all", PARAMETER_KINDS],
    ["none", []],
    ["alpha", ["alpha"]],
    ["alpha, convolution,alpha", ["convolution", "alpha"]],
    [["bias"], ["bias"]],
  ] as const)("reads l2 on %j", (l2On, kinds) => {
    expect(planRecipe({ l2On }).l2On).toEqual(kinds);
  });

  it("may be planned again: a plan is a setting", () => {
    const recipe = planRecipe({ nesterov: true, l2On: "none", clipNorm: 1, labelSmoothing: 0.1 });
    expect(planRecipe(recipe)).toEqual(recipe);
  });

  it.each<[RecipeSettings, string]>([
    [{ momentum: 1 }, "momentum must be a number from 0 to less than 1, not 1"],
    [{ momentum: Number.NaN }, "momentum must be"],
    [{ momentum: 0, nesterov: true }, "momentum must be more than 0 with `nesterov`"],
    [{ l2: -1e-4 }, "l2 must be a number of at least 0, not -0.0001"],
    [{ l2: Number.POSITIVE_INFINITY }, "l2 must be"],
    [{ l2On: "weight" }, "l2 on must be one of weights, all, none, convolution, classifier"],
    [{ l2On: "weights,alpha" }, "l2 on must be one of convolution, classifier, scale, shift, bias, alpha"],
    [{ l2On: "" }, "l2 on must be one of"],
    [{ clipNorm: 0 }, "clip norm must be a positive number"],
    [{ labelSmoothing: 1 }, "label smoothing must be a number from 0 to less than 1"],
  ])("refuses %j", (settings, message) => {
    expect(() => planRecipe(settings)).toThrow(InvalidArgumentError);
    expect(() => planRecipe(settings)).toThrow(message);
  });
});

describe("the L2 term", () => {
  it.each(["weights", "all", "none", "alpha", "bias,scale"])("on %s moves those parameters alone", (l2On) => {
    for (const scheme of ["batchnorm", "skipinit"]) {
      const network = networkOf(MODEL, scheme);
      const before = stateOf(network).weights;
      const replica = new Replica(network, { momentum: 0, l2: 0.25, l2On });
      const gradients = network.parameters.map(({ variable }) => tf.zerosLike(variable));
      replica.update(gradients, { learningRate: 0.5, gradientScale: 1 });
      const after = stateOf(network).weights;
      const { l2On: kinds } = planRecipe({ l2On });
      network.parameters.forEach(({ kind }, index) => {
        // w − 0.5·(0 + 0.25·w): powers of two, so that it is exact.
        const factor = kinds.includes(kind) ? 0.875 : 1;
        after[index].forEach((value, i) => {
          expect(Math.abs(value - factor * before[index][i])).toBeLessThanOrEqual(ROUNDING * Math.abs(value));
        });
      });
      tf.dispose(gradients);
      network.dispose();
    }
  });
});

describe("planUpdate", () => {
  const gradients = () => [Float32Array.of(3, 0), Float32Array.of(-4)];

  it("scales a gradient down to the norm, and leaves a smaller one alone", () => {
    expect(planUpdate({ gradients, learningRate: 0.1, clipNorm: 2 })).toEqual({
      learningRate: 0.1,
      gradientScale: 2 / (5 + 1e-6),
      gradientNorm: 5,
    });
    expect(planUpdate({ gradients, learningRate: 0.1, clipNorm: 6 })).toMatchObject({ gradientScale: 1 });
  });

  it("does not look at the gradients without a norm to clip to", () => {
    const untouched = () => {
      throw new Error("looked at");
    };
    expect(planUpdate({ gradients: untouched, learningRate: 0.1 })).toEqual({
      learningRate: 0.1,
      gradientScale: 1,
    });
  });
});

describe("clipping in a step", () => {
  /** Without momentum and L2, the way that one step moves all weights together, over the learning rate. */
  function lengthOfStep(settings: RecipeSettings & { ghostBatch?: number }) {
    const network = networkOf(MODEL, "skipinit");
    const before = stateOf(network).weights;
    const optimizer = new Optimizer(network, { momentum: 0, l2: 0, ...settings });
    const { gradientNorm } = optimizer.step(noise(12, 8), 1);
    const after = stateOf(network).weights;
    let [sum, roundings] = [0, 0];
    after.forEach((values, index) => {
      values.forEach((value, i) => {
        sum += (value - before[index][i]) ** 2;
        roundings += (ROUNDING * value) ** 2;
      });
    });
    network.dispose();
    return { length: Math.sqrt(sum), rounding: Math.sqrt(roundings), gradientNorm };
  }

  it.each([{}, { ghostBatch: 5 }])("moves the weights by the norm clipped to, with %j", (cut) => {
    const free = lengthOfStep(cut);
    expect(free.gradientNorm).toBeUndefined();
    // Large enough to clip nothing: the norm that is reported is the step's length.
    const measured = lengthOfStep({ ...cut, clipNorm: 1e9 });
    expect(measured.length).toBe(free.length);
    expect(Math.abs(measured.gradientNorm! - free.length)).toBeLessThanOrEqual(
      free.rounding + 4 * ROUNDING * free.length,
    );
    const clipNorm = free.length / 3;
    const clipped = lengthOfStep({ ...cut, clipNorm });
    expect(clipped.gradientNorm).toBe(measured.gradientNorm);
    // PyTorch's 10⁻⁶ makes it a little less.
    expect(Math.abs(clipped.length - clipNorm)).toBeLessThanOrEqual(
      clipped.rounding + 4 * ROUNDING * clipNorm + (1e-6 * clipNorm) / free.length,
    );
  });
});

describe("velocities", () => {
  it("are there before the first step, can be set, and go on from there", () => {
    const [left, right] = [networkOf(MODEL, "batchnorm"), networkOf(MODEL, "batchnorm")];
    const [one, other] = [new Replica(left, { nesterov: true }), new Replica(right, { nesterov: true })];
    const step = (replica: Replica, seed: number) => {
      const { gradients } = replica.gradients(noise(4, 8, seed));
      replica.update(gradients, { learningRate: 0.1, gradientScale: 1 });
      tf.dispose([...gradients]);
    };
    expect(one.velocities.map(({ shape }) => shape)).toEqual(
      left.parameters.map(({ variable }) => variable.shape),
    );
    step(one, 0);
    // The state of one replica, put into the other.
    one.velocities.forEach((velocity, index) => {
      other.velocities[index].assign(velocity.clone());
      right.parameters[index].variable.assign(left.parameters[index].variable.clone());
    });
    step(one, 1);
    step(other, 1);
    expect(stateOf(right).weights).toEqual(stateOf(left).weights);
    const tensors = tf.memory().numTensors;
    for (const network of [left, right]) network.dispose();
    expect(tf.memory().numTensors).toBeLessThan(tensors - 2 * left.parameters.length);
  });
});
