import { beforeAll, describe, expect, it } from "vitest";
import {
  affineRelu,
  batchNormRelu,
  channelAffine,
  channelMeans,
  channelStatistics,
  conv2d,
  dense,
  globalAveragePool,
  relu,
  scaledAdd,
  sgdMomentumUpdate,
  softmaxCrossEntropy,
  startTensors,
  tf,
} from "../../src/tensor/index.js";
import { onBackend, relativeDifference, roundingOf, uniformTensor } from "./helpers.js";

beforeAll(() => startTensors("wasm"));

const image = (seed: number, shape: [number, number, number, number] = [4, 5, 3, 6]) =>
  uniformTensor<tf.Rank.R4>(shape, seed);

describe("batchNormRelu", () => {
  const shape: [number, number, number, number] = [4, 5, 3, 6];

  /** The textbook formula in stock operations, differentiated by tfjs on its cpu backend. */
  const textbook = () => {
    const f = (x: tf.Tensor, gamma: tf.Tensor, beta: tf.Tensor) => {
      const mean = tf.mean(x, [0, 1, 2]);
      const centred = tf.sub(x, mean);
      const variance = tf.mean(tf.square(centred), [0, 1, 2]);
      return tf.relu(tf.add(tf.mul(gamma, tf.div(centred, tf.sqrt(tf.add(variance, 1e-5)))), beta));
    };
    return evaluate(f);
  };
  const evaluate = (f: (...args: tf.Tensor[]) => tf.Tensor) => {
    // A mean far from 0, as the skip path of a deep network has.
    const x = tf.add(tf.mul(image(1), 2), 5);
    const gamma = tf.add(uniformTensor<tf.Rank.R1>([6], 2), 1.5);
    const beta = uniformTensor<tf.Rank.R1>([6], 3);
    const dy = image(4);
    const y = f(x, gamma, beta).dataSync();
    const [dx, dgamma, dbeta] = tf.grads((...args) => f(...args))([x, gamma, beta], dy);
    return { y, dx: dx.dataSync(), dgamma: dgamma.dataSync(), dbeta: dbeta.dataSync() };
  };

  it("agrees with the textbook formula and its gradient", async () => {
    const reference = await onBackend("cpu", textbook);
    const found = await onBackend("wasm", () =>
      evaluate(
        (x, gamma, beta) =>
          batchNormRelu({ x: x as tf.Tensor4D, gamma: gamma as tf.Tensor1D, beta: beta as tf.Tensor1D }).y,
      ),
    );
    // Inputs near 5 with a deviation near 1.2: rounding counts about five times.
    const tolerance = 5 * roundingOf(shape[0] * shape[1] * shape[2]);
    for (const key of ["y", "dx", "dgamma", "dbeta"] as const) {
      expect(relativeDifference(reference[key], found[key]), key).toBeLessThan(tolerance);
    }
  });

  it("gives the batch's mean and biased variance", () => {
    const x = tf.tensor4d([1, 2, 3, 6], [2, 1, 1, 2]);
    const { y, statistics } = batchNormRelu({ x, gamma: tf.tensor1d([1, 1]), beta: tf.tensor1d([0, 0]) });
    expect([...statistics.mean]).toEqual([2, 4]);
    expect([...statistics.variance]).toEqual([1, 4]);
    expect(relativeDifference([0, 0, 1, 1], y.dataSync())).toBeLessThan(1e-5);
  });

  it("keeps its precision when the mean is large", () => {
    const values = Float32Array.from({ length: 512 }, (_, i) => 3000 + (i % 2));
    expect(channelStatistics(tf.tensor4d(values, [8, 8, 8, 1])).variance[0]).toBeCloseTo(0.25, 6);
  });

  it("with given statistics is an affine map and a ReLU", () => {
    const x = tf.tensor4d([3, -1], [2, 1, 1, 1]);
    const y = affineRelu({
      x,
      statistics: { mean: Float32Array.of(1), variance: Float32Array.of(4 - 1e-5) },
      gamma: tf.tensor1d([3]),
      beta: tf.tensor1d([0.5]),
    });
    expect(relativeDifference([3.5, 0], y.dataSync())).toBeLessThan(1e-6);
  });
});

describe("numbers that are not finite", () => {
  it("are not hidden by a ReLU, a normaliser, a pool or the loss", () => {
    const inputs = [Number.NaN, -Number.NaN, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
    for (const bad of inputs) {
      const values = new Float32Array(2 * 2 * 2 * 3).fill(0.5);
      values[7] = bad;
      const x = tf.tensor4d(values, [2, 2, 2, 3]);
      const isHidden = (t: tf.Tensor) => t.dataSync().every((value) => Number.isFinite(value));
      expect(isHidden(relu(x)), `relu(${bad})`).toBe(false);
      expect(isHidden(globalAveragePool(x)), `pool(${bad})`).toBe(false);
      const { y } = batchNormRelu({ x, gamma: tf.ones([3]), beta: tf.zeros([3]) });
      expect(isHidden(y), `batchNormRelu(${bad})`).toBe(false);
      const filter = tf.ones([3, 3, 3, 2]) as tf.Tensor4D;
      expect(isHidden(relu(conv2d({ x, filter }))), `conv(${bad})`).toBe(false);
      const logits = tf.tensor2d([1, 2, bad, 0, 1, 2], [2, 3]);
      const { loss } = softmaxCrossEntropy({ logits, labels: [0, 1] });
      // exp(−∞) is an honest 0.
      if (bad !== Number.NEGATIVE_INFINITY) expect(isHidden(loss), `loss(${bad})`).toBe(false);
    }
  });

  it("come out of a weight that is not a number, whatever its sign bit", () => {
    for (const bits of [0x7fc00000, 0xffc00000]) {
      const filter = new Float32Array(new Uint32Array([bits]).buffer);
      const y = relu(conv2d({ x: tf.ones([1, 1, 1, 1]), filter: tf.tensor4d(filter, [1, 1, 1, 1]) }));
      expect(y.dataSync()[0]).toBeNaN();
    }
  });
});

describe("conv2d", () => {
  it("pads by one on both sides at stride 2", () => {
    const x = tf.tensor4d(
      Array.from({ length: 16 }, (_, i) => i),
      [1, 4, 4, 1],
    );
    const corner = tf.tensor4d([1, 0, 0, 0, 0, 0, 0, 0, 0], [3, 3, 1, 1]);
    // The first tap of each output: above and left of pixels (0, 0), (0, 2), (2, 0), (2, 2).
    expect([...conv2d({ x, filter: corner, stride: 2 }).dataSync()]).toEqual([0, 0, 0, 5]);
  });
});

describe("scaledAdd", () => {
  const numeric = { skip: 1, branch: 2, alpha: 3 };
  it("adds the scaled paths and differentiates to all three", () => {
    const [a, b, dy] = [image(numeric.skip), image(numeric.branch), image(numeric.alpha)];
    const alpha = tf.scalar(0.3);
    const f = (skip: tf.Tensor, branch: tf.Tensor, scale: tf.Tensor) =>
      scaledAdd({
        skip: skip as tf.Tensor4D,
        branch: branch as tf.Tensor4D,
        skipScale: 0.5,
        branchScale: scale as tf.Scalar,
      });
    const [x, y, g] = [a, b, dy].map((t) => [...t.dataSync()]);
    const value = f(a, b, alpha).dataSync();
    expect(
      relativeDifference(
        x.map((v, i) => 0.5 * v + 0.3 * y[i]),
        value,
      ),
    ).toBeLessThan(1e-6);
    const [da, db, dalpha] = tf
      .grads(f)([a, b, alpha], dy)
      .map((t) => t.dataSync());
    expect(
      relativeDifference(
        g.map((v) => 0.5 * v),
        da,
      ),
    ).toBeLessThan(1e-6);
    expect(
      relativeDifference(
        g.map((v) => 0.3 * v),
        db,
      ),
    ).toBeLessThan(1e-6);
    const expected = g.reduce((sum, v, i) => sum + v * y[i], 0);
    expect(relativeDifference([expected], dalpha)).toBeLessThan(roundingOf(g.length));
  });

  it("gives a path used twice the sum of both gradients", () => {
    const a = image(1);
    const [da] = tf.grads((x) =>
      scaledAdd({ skip: x as tf.Tensor4D, branch: x as tf.Tensor4D, branchScale: 3 }),
    )([a]);
    expect(relativeDifference(new Array(a.size).fill(4), da.dataSync())).toBeLessThan(1e-6);
  });
});

describe("scaledAdd's gradients", () => {
  it("are tensors of their own, since the tape disposes of those it adds up", () => {
    const add = (skip: tf.Tensor, branch: tf.Tensor) =>
      scaledAdd({ skip: skip as tf.Tensor4D, branch: branch as tf.Tensor4D });
    // In the backward pass a's gradient from the inner sum is added to and disposed of before b's is used.
    const f = (x: tf.Tensor, a: tf.Tensor) => {
      const b = relu(x);
      const c = relu(a);
      return add(add(a, b), c);
    };
    const [dx, da] = tf.grads(f)([tf.ones([1, 1, 1, 2]), tf.ones([1, 1, 1, 2])]);
    expect([...dx.dataSync()]).toEqual([1, 1]);
    expect([...da.dataSync()]).toEqual([2, 2]);
  });
});

describe("channel operations", () => {
  it("channelMeans is the mean over batch and space", () => {
    expect([...channelMeans(tf.tensor4d([1, 10, 2, 20, 3, 30, 4, 60], [2, 1, 2, 2]))]).toEqual([2.5, 30]);
  });

  it("channelAffine scales and shifts each channel", () => {
    const y = channelAffine({ x: tf.tensor4d([1, 2, 3, -4], [2, 1, 1, 2]), scale: [2, 3], shift: [1, -1] });
    expect([...y.dataSync()]).toEqual([3, 5, 7, -13]);
  });
});

describe("the head", () => {
  it("pools and spreads the gradient evenly", () => {
    const x = tf.tensor4d([1, 2, 3, 6], [1, 2, 2, 1]);
    expect([...globalAveragePool(x).dataSync()]).toEqual([3]);
    const dx = tf.grad((t) => globalAveragePool(t as tf.Tensor4D))(x, tf.tensor2d([[8]]));
    expect([...dx.dataSync()]).toEqual([2, 2, 2, 2]);
  });

  it("dense is x·W + b", () => {
    const y = dense({
      x: tf.tensor2d([[1, 2]]),
      weights: tf.tensor2d([
        [1, 2, 3],
        [4, 5, 6],
      ]),
      bias: tf.tensor1d([10, 20, 30]),
    });
    expect([...y.dataSync()]).toEqual([19, 32, 45]);
  });

  it("the cross-entropy agrees with tfjs on the cpu backend, with its gradient", async () => {
    const labels = [2, 0, 4];
    const logits = () => tf.mul(uniformTensor<tf.Rank.R2>([3, 5], 7), 6) as tf.Tensor2D;
    const reference = await onBackend("cpu", () => {
      const f = (x: tf.Tensor) =>
        tf.neg(
          tf.mean(tf.sum(tf.mul(tf.oneHot(tf.tensor1d(labels, "int32"), 5), tf.logSoftmax(x)), 1)),
        ) as tf.Scalar;
      const z = logits();
      const predicted = [...tf.argMax(z, 1).dataSync()];
      return {
        loss: f(z).dataSync(),
        gradient: tf.grad(f)(z).dataSync(),
        correct: predicted.filter((c, row) => c === labels[row]).length,
      };
    });
    const z = logits();
    const { loss, correct } = softmaxCrossEntropy({ logits: z, labels });
    const gradient = tf.grad((x) => softmaxCrossEntropy({ logits: x as tf.Tensor2D, labels }).loss)(z);
    expect(relativeDifference(reference.loss, loss.dataSync())).toBeLessThan(1e-5);
    expect(relativeDifference(reference.gradient, gradient.dataSync())).toBeLessThan(1e-5);
    expect(correct).toBe(reference.correct);
  });

  it("refuses labels that do not fit", () => {
    const logits = tf.zeros([2, 3]) as tf.Tensor2D;
    expect(() => softmaxCrossEntropy({ logits, labels: [0] })).toThrow(
      'labels must be 2, one for each row of logits, not "1 labels"',
    );
    expect(() => softmaxCrossEntropy({ logits, labels: [0, 3] })).toThrow(
      "labels must be classes from 0 to 2, not 3",
    );
  });
});

describe("sgdMomentumUpdate", () => {
  it("takes two Nesterov steps with decay and half the gradient, as worked out by hand", () => {
    const variable = tf.variable(tf.tensor1d([1]));
    const velocity = tf.variable(tf.zeros([1]), false);
    const gradient = tf.tensor1d([1]);
    const settings = { learningRate: 0.1, momentum: 0.9, decay: 0.2, gradientScale: 0.5, nesterov: true };
    sgdMomentumUpdate({ variable, gradient, velocity, ...settings });
    // g = 0.5 + 0.2·1 = 0.7 = v; w = 1 − 0.1·(0.7 + 0.63).
    expect(variable.dataSync()[0]).toBeCloseTo(0.867, 6);
    sgdMomentumUpdate({ variable, gradient, velocity, ...settings });
    // g = 0.5 + 0.2·0.867 = 0.6734; v = 0.63 + 0.6734 = 1.3034; w = 0.867 − 0.1·(0.6734 + 1.17306).
    expect(variable.dataSync()[0]).toBeCloseTo(0.682354, 6);
    expect(velocity.dataSync()[0]).toBeCloseTo(1.3034, 5);
    variable.dispose();
  });

  it("takes two heavy-ball steps with decay, as worked out by hand", () => {
    const variable = tf.variable(tf.tensor1d([1]));
    const velocity = tf.variable(tf.zeros([1]), false);
    const gradient = tf.tensor1d([0.5]);
    const settings = { variable, gradient, velocity, learningRate: 0.1, momentum: 0.9, decay: 0.2 };
    sgdMomentumUpdate(settings);
    // v = 0.5 + 0.2·1 = 0.7; w = 1 − 0.07.
    expect(variable.dataSync()[0]).toBeCloseTo(0.93, 6);
    sgdMomentumUpdate(settings);
    // v = 0.63 + 0.5 + 0.2·0.93 = 1.316; w = 0.93 − 0.1316.
    expect(variable.dataSync()[0]).toBeCloseTo(0.7984, 6);
    expect(velocity.dataSync()[0]).toBeCloseTo(1.316, 5);
    variable.dispose();
  });
});
