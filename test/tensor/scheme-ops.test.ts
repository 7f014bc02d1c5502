import { afterAll, describe, expect, it } from "vitest";
import {
  addBias,
  affine,
  batchNorm,
  biasedRelu,
  channelScale,
  groupNorm,
  masked,
  standardizedFilter,
  startTensors,
  tf,
  unchanged,
} from "../../src/tensor/index.js";
import { selectKernels } from "../../src/tensor/kernels/index.js";
import { relativeDifference, roundingOf, uniformTensor } from "./helpers.js";

await startTensors("wasm");
afterAll(() => {
  selectKernels();
});

type Numbers = readonly Float64Array[];

interface Case {
  readonly name: string;
  /** Of the inputs, which are numbers from −1 to 1 plus an offset. */
  readonly shapes: readonly (readonly number[])[];
  readonly offsets?: readonly number[];
  readonly own: (...inputs: tf.Tensor[]) => tf.Tensor;
  /** The same in float64, straight from its definition. */
  readonly exact: (inputs: Numbers) => ArrayLike<number>;
}

const CHANNELS = 6;
const MAP = [3, 4, 5, CHANNELS] as const;
const as4d = (x: tf.Tensor) => x as tf.Tensor4D;
const as1d = (x: tf.Tensor) => x as tf.Tensor1D;
const channelOf = (i: number) => i % CHANNELS;
const imageOf = (i: number) => Math.floor(i / (4 * 5 * CHANNELS));

/** Each number less the mean of its group, over √(the group's variance + 1e-5). */
function standardized(x: ArrayLike<number>, groupOf: (i: number) => string | number): number[] {
  const groups = new Map<string | number, number[]>();
  const values = Array.from(x);
  values.forEach((value, i) => {
    groups.set(groupOf(i), [...(groups.get(groupOf(i)) ?? []), value]);
  });
  return values.map((value, i) => {
    const group = groups.get(groupOf(i))!;
    const mean = group.reduce((sum, one) => sum + one, 0) / group.length;
    const variance = group.reduce((sum, one) => sum + (one - mean) ** 2, 0) / group.length;
    return (value - mean) / Math.sqrt(variance + 1e-5);
  });
}

const affineOf = (hat: readonly number[], [, gamma, beta]: Numbers) =>
  hat.map((value, i) => gamma[channelOf(i)] * value + beta[channelOf(i)]);
const rectified = (values: readonly number[]) => values.map((value) => Math.max(0, value));
const groupsOf = (count: number) => (i: number) =>
  `${imageOf(i)} ${Math.floor(channelOf(i) / (CHANNELS / count))}`;
const normalized = { shapes: [MAP, [CHANNELS], [CHANNELS]], offsets: [3, 1.5, 0] } as const;
const MASK = Float32Array.from({ length: 4 * CHANNELS }, (_, i) => (i % 3 === 0 ? 0 : 1.25));

const CASES: readonly Case[] = [
  ...[1, 2, 3, 6].flatMap((groups) =>
    [false, true].map(
      (rectifies): Case => ({
        name: `groupNorm of ${groups} groups${rectifies ? " and ReLU" : ""}`,
        ...normalized,
        own: (x, gamma, beta) =>
          groupNorm({ x: as4d(x), gamma: as1d(gamma), beta: as1d(beta), groups, rectifies }),
        exact: (inputs) => {
          const z = affineOf(standardized(inputs[0], groupsOf(groups)), inputs);
          return rectifies ? rectified(z) : z;
        },
      }),
    ),
  ),
  {
    name: "batchNorm",
    ...normalized,
    own: (x, gamma, beta) => batchNorm({ x: as4d(x), gamma: as1d(gamma), beta: as1d(beta) }).y,
    exact: (inputs) => affineOf(standardized(inputs[0], channelOf), inputs),
  },
  {
    name: "addBias by channel",
    shapes: [MAP, [CHANNELS]],
    own: (x, bias) => addBias({ x, bias }),
    exact: ([x, bias]) => Array.from(x, (value, i) => value + bias[channelOf(i)]),
  },
  {
    name: "addBias of a scalar",
    shapes: [[4, 7], []],
    own: (x, bias) => addBias({ x, bias }),
    exact: ([x, [bias]]) => Array.from(x, (value) => value + bias),
  },
  {
    name: "biasedRelu",
    shapes: [MAP, [], []],
    own: (x, before, after) =>
      biasedRelu({ x: as4d(x), before: before as tf.Scalar, after: after as tf.Scalar }),
    exact: ([x, [before], [after]]) => Array.from(x, (value) => Math.max(0, value + before) + after),
  },
  {
    name: "channelScale",
    shapes: [MAP, [CHANNELS]],
    own: (x, scale) => channelScale({ x: as4d(x), scale: as1d(scale) }),
    exact: ([x, scale]) => Array.from(x, (value, i) => value * scale[channelOf(i)]),
  },
  {
    name: "masked",
    shapes: [[4, CHANNELS]],
    own: (x) => masked(x, MASK),
    exact: ([x]) => Array.from(x, (value, i) => value * MASK[i]),
  },
  { name: "unchanged", shapes: [MAP], own: (x) => unchanged(x), exact: ([x]) => x },
  {
    name: "standardizedFilter",
    shapes: [[3, 3, 2, 4], [4]],
    offsets: [0.5, 1],
    own: (filter, gain) => standardizedFilter({ filter: as4d(filter), gain: as1d(gain), factor: 1.7 }),
    exact: ([filter, gain]) => {
      const values = Array.from(filter);
      const column = (i: number) => values.filter((_, other) => other % 4 === i % 4);
      return values.map((value, i) => {
        const own = column(i);
        const mean = own.reduce((sum, one) => sum + one, 0) / own.length;
        const squares = own.reduce((sum, one) => sum + (one - mean) ** 2, 0);
        return (1.7 * gain[i % 4] * (value - mean)) / Math.sqrt(squares + 1e-4);
      });
    },
  },
];

function inputsOf({ shapes, offsets }: Case): { shape: number[]; values: Float32Array }[] {
  return shapes.map((shape, index) => {
    const tensor = uniformTensor<tf.Rank>([...shape] as never, index + 1);
    const values = tensor.dataSync<"float32">().map((value) => value + (offsets?.[index] ?? 0));
    tensor.dispose();
    return { shape: [...shape], values };
  });
}

/** Central differences in float64 of Σ dy·y: their own error, h² of the third derivative, is far below float32's rounding. */
const DISTANCE = 1e-5;

function slopes({ exact }: Case, inputs: readonly Float32Array[], dy: ArrayLike<number>): number[][] {
  const at = inputs.map((values) => Float64Array.from(values));
  const loss = () => Array.from(exact(at)).reduce((sum, value, i) => sum + value * dy[i], 0);
  return at.map((values) =>
    Array.from(values, (value, i) => {
      values[i] = value + DISTANCE;
      const above = loss();
      values[i] = value - DISTANCE;
      const below = loss();
      values[i] = value;
      return (above - below) / (2 * DISTANCE);
    }),
  );
}

/** A dozen roundings of float32 (sums are in float64), relative to the largest number. */
function expectClose(found: ArrayLike<number>, expected: ArrayLike<number>, what: string): void {
  const largest = Math.max(...Array.from(expected, Math.abs), 1e-3);
  const gaps = Array.from(expected, (value, i) => Math.abs(value - found[i]));
  expect(found, what).toHaveLength(expected.length);
  expect(Math.max(...gaps), what).toBeLessThan(12 * 2 ** -23 * largest);
}

describe.each(["own kernels", "composed"])("operations of the schemes, %s", (which) => {
  it.each(CASES.map((one) => [one.name, one] as const))(
    "%s: values and gradients are those of float64",
    (_, one) => {
      selectKernels(which === "composed" ? "composed" : undefined);
      const inputs = inputsOf(one);
      const values = inputs.map((input) => input.values);
      const before = tf.memory().numTensors;
      tf.tidy(() => {
        const tensors = inputs.map((input) => tf.tensor(input.values, input.shape));
        const y = one.own(...tensors);
        const dy = uniformTensor<tf.Rank>(y.shape as never, 100);
        const gradients = tf.grads(one.own)(tensors, dy);
        expectClose(y.dataSync(), one.exact(values.map((input) => Float64Array.from(input))), "y");
        slopes(one, values, dy.dataSync()).forEach((expected, index) => {
          expectClose(gradients[index].dataSync(), expected, `gradient by input ${index}`);
        });
      });
      expect(tf.memory().numTensors).toBe(before);
    },
  );
});

describe("groupNorm and ReLU by the kernels", () => {
  it.each([
    [[2, 16, 15, 16], 4],
    [[3, 9, 7, 20], 1],
    [[5, 1, 1, 32], 8],
    [[1, 33, 31, 3], 3],
  ] as const)("%j in %i groups: as in float64, up to rounding", (shape, groups) => {
    const channels = shape[3];
    const run = (which: "composed" | undefined) => {
      selectKernels(which);
      return tf.tidy(() => {
        const x = tf.add(tf.mul(uniformTensor<tf.Rank.R4>([...shape], 1), 2), 3);
        const gamma = tf.add(uniformTensor<tf.Rank.R1>([channels], 2), 1.5);
        const beta = uniformTensor<tf.Rank.R1>([channels], 3);
        const own = (...[a, b, c]: tf.Tensor[]) =>
          groupNorm({ x: as4d(a), gamma: as1d(b), beta: as1d(c), groups, rectifies: true });
        const dy = uniformTensor<tf.Rank.R4>([...shape], 4);
        const tensors = [own(x, gamma, beta), ...tf.grads(own)([x, gamma, beta], dy)];
        return tensors.map((tensor) => Float32Array.from(tensor.dataSync())) as never;
      }) as unknown as Float32Array[];
    };
    const [reference, found] = [run("composed"), run(undefined)];
    // x is known to a rounding of its size, up to 5, which divided by a deviation of about 1 is an error of x̂.
    const bound = 6 * roundingOf(shape[1] * shape[2]);
    reference.forEach((expected, index) => {
      expect(relativeDifference(expected, found[index]), `result ${index}`).toBeLessThan(bound);
    });
  });
});

it("evaluation's normalisation has the statistics it is given", () => {
  tf.tidy(() => {
    const x = uniformTensor<tf.Rank.R4>([2, 3, 3, 2], 1);
    const statistics = { mean: Float32Array.of(0.5, -1), variance: Float32Array.of(4, 0.25) };
    const y = affine({ x, gamma: tf.tensor1d([2, 3]), beta: tf.tensor1d([1, -1]), statistics });
    const expected = Array.from(x.dataSync(), (value, i) =>
      i % 2 === 0
        ? (2 * (value - 0.5)) / Math.sqrt(4 + 1e-5) + 1
        : (3 * (value + 1)) / Math.sqrt(0.25 + 1e-5) - 1,
    );
    expectClose(y.dataSync(), expected, "y");
  });
});

it("what is not finite stays so behind a ReLU", () => {
  tf.tidy(() => {
    const x = tf.tensor4d([1, Number.NEGATIVE_INFINITY, Number.NaN, -1], [2, 1, 1, 2]);
    const zero = tf.scalar(0);
    const [one, ...others] = biasedRelu({ x, before: zero, after: zero }).dataSync();
    expect(one).toBe(1);
    expect(others.slice(0, 2)).toEqual([Number.NaN, Number.NaN]);
    const ones = { gamma: tf.ones([2]) as tf.Tensor1D, beta: tf.zeros([2]) as tf.Tensor1D };
    const y = groupNorm({ x, ...ones, groups: 1, rectifies: true }).dataSync();
    expect([...y].every(Number.isNaN)).toBe(true);
  });
});
