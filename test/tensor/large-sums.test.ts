import { afterAll, describe, expect, it } from "vitest";
import {
  addBias,
  applyFrozenMap,
  channelStatistics,
  dense,
  freezeMap,
  globalAveragePool,
  groupFactors,
  scaledAdd,
  startTensors,
  tf,
} from "../../src/tensor/index.js";
import { selectKernels } from "../../src/tensor/kernels/index.js";
import { channelMeans } from "../../src/tensor/ops/channel-means.js";

await startTensors("wasm");
afterAll(async () => {
  await tf.setBackend("wasm");
  selectKernels();
});

/** So many numbers that float32 sums of them, one after another, are off by 1e-5 and more. */
const COUNT = 2 ** 24;
const WITHIN = 1e-6;

/** From 0 to 1, always the same: the golden ratio's multiples. */
const values = Float32Array.from({ length: COUNT }, (_, i) => ((i + 1) * 0.6180339887498949) % 1);
const MAP = [16, 256, 256, 16] as const;
const CHANNELS = MAP[3];

/** From 1 to 1.25: rounded all in one direction where a sum is so large that it moves in steps of 1. */
const slopes = values.map((value) => 1 + value / 4);

interface Moments {
  readonly mean: Float64Array;
  readonly variance: Float64Array;
  readonly sum: Float64Array;
}

/** Of each set of numbers, in float64. */
function momentsOf(numbers: Float32Array, sets: number, setOf: (index: number) => number): Moments {
  const [sum, squares] = [new Float64Array(sets), new Float64Array(sets)];
  for (let i = 0; i < COUNT; i++) sum[setOf(i)] += numbers[i];
  const count = COUNT / sets;
  const mean = sum.map((one) => one / count);
  for (let i = 0; i < COUNT; i++) squares[setOf(i)] += (numbers[i] - mean[setOf(i)]) ** 2;
  return { mean, variance: squares.map((one) => one / count), sum };
}

const byChannel = momentsOf(values, CHANNELS, (i) => i % CHANNELS);
const ofSlopes = momentsOf(slopes, 1, () => 0);
const ofSlopesByChannel = momentsOf(slopes, CHANNELS, (i) => i % CHANNELS);
/** In two groups of an image. */
const inGroup = (i: number) => 2 * Math.floor(i / (COUNT / MAP[0])) + (i % CHANNELS >= CHANNELS / 2 ? 1 : 0);
const byGroup = momentsOf(values, 2 * MAP[0], inGroup);

/** The largest relative error. */
function errorOf(found: ArrayLike<number>, exact: ArrayLike<number>): number {
  expect(found.length).toBe(exact.length);
  return Array.from(exact).reduce((most, value, i) => Math.max(most, Math.abs(found[i] / value - 1)), 0);
}

/** The largest error of numbers from −1 to 1. */
function differenceOf(found: Float32Array, exact: (i: number) => number): number {
  let most = 0;
  for (let i = 0; i < found.length; i++) most = Math.max(most, Math.abs(found[i] - exact(i)));
  return most;
}

describe.each(["kernels", "no kernels", "cpu"] as const)(
  "sums over 2^24 numbers: wasm with and without kernels, cpu (%s)",
  (where) => {
    /** Starts the backend, and gives back what `compute` makes. */
    async function on<T>(compute: () => T): Promise<T> {
      await tf.setBackend(where === "cpu" ? "cpu" : "wasm");
      selectKernels(where === "kernels" ? undefined : "composed");
      let result: T | undefined;
      tf.tidy(() => {
        result = compute();
      });
      return result!;
    }
    const map = () => tf.tensor4d(values, [...MAP]);

    it("means and variances of channels", async () => {
      const { mean, variance } = await on(() => channelStatistics(map()));
      expect(errorOf(mean, byChannel.mean)).toBeLessThan(WITHIN);
      expect(errorOf(variance, byChannel.variance)).toBeLessThan(WITHIN);
      const one = await on(() => channelMeans(tf.tensor4d(slopes, [COUNT, 1, 1, 1])));
      expect(errorOf(one, ofSlopes.mean)).toBeLessThan(WITHIN);
    });

    it("gradients by biases and by a branch's scale", async () => {
      const [ofDense, ofBias, ofAll, ofScale] = await on(() => {
        const rows = tf.tensor2d(slopes, [COUNT / CHANNELS, CHANNELS]);
        const column = tf.tensor2d(slopes, [COUNT, 1]);
        const x = tf.zeros([COUNT, 1]) as tf.Tensor2D;
        const weights = tf.zeros([1, 1]) as tf.Tensor2D;
        const bias = tf.zeros([CHANNELS]);
        const all = tf.scalar(0);
        const scale = tf.scalar(1);
        const branch = tf.tensor4d(slopes, [...MAP]);
        return [
          tf.grad((b) => dense({ x, weights, bias: b as tf.Tensor1D }))(tf.zeros([1]), column),
          tf.grad((b) => addBias({ x: rows, bias: b }))(bias, rows),
          tf.grad((b) => addBias({ x: rows, bias: b }))(all, rows),
          tf.grad((s) => scaledAdd({ skip: branch, branch, branchScale: s as tf.Scalar }))(
            scale,
            tf.onesLike(branch),
          ),
        ].map((gradient) => gradient.dataSync());
      });
      expect(errorOf(ofDense, ofSlopes.sum)).toBeLessThan(WITHIN);
      expect(errorOf(ofBias, ofSlopesByChannel.sum)).toBeLessThan(WITHIN);
      expect(errorOf(ofAll, ofSlopes.sum)).toBeLessThan(WITHIN);
      expect(errorOf(ofScale, ofSlopes.sum)).toBeLessThan(WITHIN);
    });

    it("means that frozen normalisers take off, and what they multiply by", async () => {
      const [channel, group, factors] = await on(() => {
        const x = map();
        const frozen = (centring: "channel" | { groups: number }) =>
          applyFrozenMap(freezeMap({ rectified: x, rectifies: false, centring }), x).dataSync<"float32">();
        const gamma = tf.ones([CHANNELS]) as tf.Tensor1D;
        return [frozen("channel"), frozen({ groups: 2 }), groupFactors({ x, gamma, groups: 2 })] as const;
      });
      expect(differenceOf(channel, (i) => values[i] - byChannel.mean[i % CHANNELS])).toBeLessThan(WITHIN);
      expect(differenceOf(group, (i) => values[i] - byGroup.mean[inGroup(i)])).toBeLessThan(WITHIN);
      const exact = Float64Array.from({ length: MAP[0] * CHANNELS }, (_, i) => {
        const set = 2 * Math.floor(i / CHANNELS) + (i % CHANNELS >= CHANNELS / 2 ? 1 : 0);
        return 1 / Math.sqrt(byGroup.variance[set] + 1e-5);
      });
      expect(errorOf(factors, exact)).toBeLessThan(WITHIN);
    });

    it("means over space", async () => {
      const found = await on(() =>
        globalAveragePool(tf.tensor4d(values, [1, 1024, 1024, CHANNELS])).dataSync(),
      );
      expect(errorOf(found, byChannel.mean)).toBeLessThan(WITHIN);
    });
  },
);
