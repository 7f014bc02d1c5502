import { batchNormRelu, globalAveragePool, relu, scaledAdd, tf } from "../../src/tensor/index.js";

/** Numbers from −1 to 1 with their scale and offset. */
export interface Input {
  readonly shape: readonly number[];
  readonly scale?: number;
  readonly offset?: number;
}

/** y, and the gradients by the inputs. */
export interface Outcome {
  readonly y: ArrayLike<number>;
  readonly gradients: readonly ArrayLike<number>[];
}

export interface OpCase {
  readonly name: string;
  readonly inputs: readonly Input[];
  readonly own: (...inputs: tf.Tensor[]) => tf.Tensor;
  /** The same in stock operations, which tfjs differentiates. */
  readonly stock: (...inputs: tf.Tensor[]) => tf.Tensor;
  /** The same in float64, with its gradients by hand. */
  readonly exact: (inputs: readonly Float32Array[], dy: Float32Array) => Outcome;
  /**
   * How large the numbers are that y and each gradient are made of: sums of so many terms in float32 are right to (terms +
   * a few roundings) times the machine epsilon times that.
   */
  readonly scales: (inputs: readonly Float32Array[], dy: Float32Array) => { y: number; gradients: number[] };
  /** Terms of the longest sum. */
  readonly terms: number;
}

type Shape = [number, number, number, number];
const largest = (values: ArrayLike<number>) =>
  Array.from(values).reduce((m, v) => Math.max(m, Math.abs(v)), 0);
const dot = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from(a).reduce((sum, value, i) => sum + value * b[i], 0);

/** One image, maps of a pixel, odd sides; channels that fill vectors and that do not. */
export const SHAPES: Shape[] = [1, 3, 5, 8, 16, 20].flatMap((channels): Shape[] => [
  [1, 1, 1, channels],
  [3, 1, 1, channels],
  [1, 5, 7, channels],
  [2, 9, 3, channels],
  [3, 16, 15, channels],
]);

export function casesOf(shape: Shape): OpCase[] {
  const [batch, height, width, channels] = shape;
  const size = batch * height * width * channels;
  return [
    batchNormCase(shape),
    {
      name: "relu",
      inputs: [{ shape }],
      own: (x) => relu(x),
      stock: (x) => tf.relu(x),
      exact: ([x], dy) => ({
        y: x.map((v) => Math.max(0, v)),
        gradients: [dy.map((g, i) => (x[i] > 0 ? g : 0))],
      }),
      scales: () => ({ y: 1, gradients: [1] }),
      terms: 1,
    },
    {
      name: "scaledAdd with a learned factor",
      inputs: [{ shape }, { shape }, { shape: [], scale: 0.5, offset: 1 }],
      own: (skip, branch, alpha) =>
        scaledAdd({
          skip: skip as tf.Tensor4D,
          branch: branch as tf.Tensor4D,
          skipScale: Math.SQRT1_2,
          branchScale: alpha as tf.Scalar,
        }),
      stock: (skip, branch, alpha) => tf.add(tf.mul(skip, Math.SQRT1_2), tf.mul(branch, alpha)),
      exact: ([skip, branch, [alpha]], dy) => ({
        y: Float64Array.from(skip, (v, i) => v * Math.SQRT1_2 + alpha * branch[i]),
        gradients: [
          Float64Array.from(dy, (g) => g * Math.SQRT1_2),
          Float64Array.from(dy, (g) => g * alpha),
          [dot(dy, branch)],
        ],
      }),
      scales: ([, , [alpha]]) => ({ y: 1 + Math.abs(alpha), gradients: [1, Math.abs(alpha), size] }),
      terms: size,
    },
    {
      name: "scaledAdd by 1/√2",
      inputs: [{ shape }, { shape }],
      own: (skip, branch) =>
        scaledAdd({
          skip: skip as tf.Tensor4D,
          branch: branch as tf.Tensor4D,
          skipScale: Math.SQRT1_2,
          branchScale: Math.SQRT1_2,
        }),
      stock: (skip, branch) => tf.mul(tf.add(skip, branch), Math.SQRT1_2),
      exact: ([skip, branch], dy) => {
        const gradient = Float64Array.from(dy, (g) => g * Math.SQRT1_2);
        const y = Float64Array.from(skip, (v, i) => (v + branch[i]) * Math.SQRT1_2);
        return { y, gradients: [gradient, gradient] };
      },
      scales: () => ({ y: 2, gradients: [1, 1] }),
      terms: 1,
    },
    {
      name: "globalAveragePool",
      inputs: [{ shape }],
      own: (x) => globalAveragePool(x as tf.Tensor4D),
      stock: (x) => tf.mean(x, [1, 2]),
      exact: ([x], dy) => {
        const pixels = height * width;
        const y = new Float64Array(batch * channels);
        x.forEach((v, i) => {
          y[placeOf(i)] += v / pixels;
        });
        return { y, gradients: [Float64Array.from(x, (_, i) => dy[placeOf(i)] / pixels)] };
      },
      scales: () => ({ y: 1, gradients: [1 / (height * width)] }),
      terms: height * width,
    },
  ];

  /** Image and channel of a number of x. */
  function placeOf(index: number): number {
    return Math.floor(index / (height * width * channels)) * channels + (index % channels);
  }
}

/** With a mean far from 0, as the skip path of a deep network has. */
function batchNormCase(shape: Shape): OpCase {
  const channels = shape[3];
  const count = shape[0] * shape[1] * shape[2];
  return {
    name: "batchNormRelu",
    inputs: [{ shape, scale: 2, offset: 3 }, { shape: [channels], offset: 1.5 }, { shape: [channels] }],
    own: (x, gamma, beta) =>
      batchNormRelu({ x: x as tf.Tensor4D, gamma: gamma as tf.Tensor1D, beta: beta as tf.Tensor1D }).y,
    stock: (x, gamma, beta) => {
      const mean = tf.mean(x, [0, 1, 2]);
      const centred = tf.sub(x, mean);
      const variance = tf.mean(tf.square(centred), [0, 1, 2]);
      return tf.relu(tf.add(tf.mul(gamma, tf.div(centred, tf.sqrt(tf.add(variance, 1e-5)))), beta));
    },
    exact: ([x, gamma, beta], dy) => {
      const { inverse, hat } = standardized(x, channels);
      const z = hat.map((h, i) => gamma[i % channels] * h + beta[i % channels]);
      const g = hat.map((_, i) => (z[i] > 0 ? dy[i] : 0));
      const perChannel = (values: Float64Array) => {
        const sums = new Float64Array(channels);
        values.forEach((value, i) => {
          sums[i % channels] += value;
        });
        return sums;
      };
      const [dBeta, dGamma] = [perChannel(g), perChannel(g.map((v, i) => v * hat[i]))];
      const dx = g.map((v, i) => {
        const c = i % channels;
        return gamma[c] * inverse[c] * (v - dBeta[c] / count - (hat[i] * dGamma[c]) / count);
      });
      return { y: z.map((v) => Math.max(0, v)), gradients: [dx, dGamma, dBeta] };
    },
    scales: ([x, gamma], dy) => {
      const { inverse, hat } = standardized(x, channels);
      // x is known to a rounding of its own size, which divided by the deviation is an error of x̂.
      const condition = 1 + largest(hat) + largest(x) * largest(inverse);
      const [k, g] = [largest(gamma) * largest(inverse), largest(dy)];
      return {
        y: largest(gamma) * condition + 1,
        gradients: [k * g * (1 + condition * largest(hat) + condition), count * g * condition, count * g],
      };
    },
    terms: count,
  };
}

function standardized(x: Float32Array, channels: number) {
  const count = x.length / channels;
  const [mean, variance] = [new Float64Array(channels), new Float64Array(channels)];
  x.forEach((value, i) => {
    mean[i % channels] += value / count;
  });
  x.forEach((value, i) => {
    variance[i % channels] += (value - mean[i % channels]) ** 2 / count;
  });
  const inverse = variance.map((value) => 1 / Math.sqrt(value + 1e-5));
  return { inverse, hat: Float64Array.from(x, (v, i) => (v - mean[i % channels]) * inverse[i % channels]) };
}
