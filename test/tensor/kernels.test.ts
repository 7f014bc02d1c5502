import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTensors, tf } from "../../src/tensor/index.js";
import { selectKernels } from "../../src/tensor/kernels/index.js";
import { onBackend, relativeDifference, roundingOf, uniformTensor } from "./helpers.js";

beforeAll(() => startTensors("wasm"));

type Padding = "same" | "valid" | [[number, number], [number, number], [number, number], [number, number]];
interface Shape {
  readonly input: [number, number, number, number];
  readonly kernel: number;
  readonly outputs: number;
  readonly stride: number;
  readonly pad: Padding;
}

const symmetric = (p: number): Padding => [
  [0, 0],
  [p, p],
  [p, p],
  [0, 0],
];

const shapes: Shape[] = [];
for (const kernel of [1, 3]) {
  for (const stride of [1, 2]) {
    for (const input of [
      [2, 8, 8, 4],
      [3, 7, 5, 3],
      [1, 9, 6, 5],
      [5, 4, 4, 1],
    ] as [number, number, number, number][]) {
      for (const pad of ["same", "valid", symmetric((kernel - 1) / 2)] as Padding[]) {
        shapes.push({ input, kernel, outputs: input[3] === 1 ? 7 : 6, stride, pad });
      }
    }
  }
}

const title = ({ input, kernel, stride, pad, outputs }: Shape) =>
  `${input.join("×")} to ${outputs}, kernel ${kernel}, stride ${stride}, padding ${typeof pad === "string" ? pad : pad[1][0]}`;

function gradients({ input, kernel, outputs, stride, pad }: Shape) {
  const x = uniformTensor<tf.Rank.R4>(input, 1);
  const filter = uniformTensor<tf.Rank.R4>([kernel, kernel, input[3], outputs], 2);
  const apply = (a: tf.Tensor, f: tf.Tensor) =>
    tf.conv2d(
      a as tf.Tensor4D,
      f as tf.Tensor4D,
      stride,
      pad,
      "NHWC",
      1,
      typeof pad === "string" ? undefined : "floor",
    );
  const dy = uniformTensor<tf.Rank.R4>(apply(x, filter).shape, 3);
  const [dx, dw] = tf.grads(apply)([x, filter], dy);
  return { dx: dx.dataSync(), dw: dw.dataSync(), terms: dy.size };
}

// wasm-kernels.test.ts tests every build; these hold whichever this machine chooses, and the composed kernels.
describe.each(["auto", "composed"] as const)("the gradient of a convolution, %s kernels", (choice) => {
  beforeAll(() => {
    selectKernels(choice);
  });
  afterAll(() => {
    selectKernels();
  });

  it.each(shapes.map((shape) => [title(shape), shape] as const))(
    "%s, as the cpu backend has it",
    async (_, shape) => {
      const reference = await onBackend("cpu", () => gradients(shape));
      const found = await onBackend("wasm", () => gradients(shape));
      const tolerance = roundingOf(reference.terms + shape.outputs * shape.kernel ** 2);
      expect(relativeDifference(reference.dx, found.dx)).toBeLessThan(tolerance);
      expect(relativeDifference(reference.dw, found.dw)).toBeLessThan(tolerance);
    },
  );

  it("frees all but its results", () => {
    const before = tf.memory().numTensors;
    tf.tidy(() => gradients(shapes[4]));
    expect(tf.memory().numTensors).toBe(before);
  });

  it("refuses a layout other than NHWC", () => {
    const dy = tf.zeros([1, 2, 4, 4]);
    const filter = tf.zeros([3, 3, 2, 2]);
    expect(() =>
      tf
        .engine()
        .runKernel(
          "Conv2DBackpropInput",
          { dy, filter },
          { inputShape: [1, 2, 4, 4], strides: [1, 1], pad: "same", dataFormat: "NCHW" },
        ),
    ).toThrow('dataFormat must be "NHWC", not "NCHW"');
    tf.dispose([dy, filter]);
  });
});

describe.each(["auto", "composed"] as const)("transposed matrix products, %s kernels", (choice) => {
  beforeAll(() => {
    selectKernels(choice);
  });
  afterAll(() => {
    selectKernels();
  });

  const cases = [true, false].flatMap((a) => [true, false].map((b) => [a, b] as const));
  it.each(cases)("transposed a: %s, b: %s", async (transposeA, transposeB) => {
    const product = () => {
      const a = uniformTensor<tf.Rank.R3>(transposeA ? [2, 5, 7] : [2, 7, 5], 1);
      const b = uniformTensor<tf.Rank.R3>(transposeB ? [2, 3, 5] : [2, 5, 3], 2);
      const c = tf.matMul(a, b, transposeA, transposeB);
      return { shape: c.shape, values: c.dataSync() };
    };
    const reference = await onBackend("cpu", product);
    const found = await onBackend("wasm", product);
    expect(found.shape).toEqual([2, 7, 3]);
    expect(relativeDifference(reference.values, found.values)).toBeLessThan(roundingOf(5));
  });
});

describe("a clone", () => {
  it("shares its buffer and outlives the original", () => {
    const x = tf.tensor1d([1, 2, 3]);
    const buffers = tf.memory().numDataBuffers;
    const clone = tf.clone(x);
    expect(tf.memory().numDataBuffers).toBe(buffers);
    x.dispose();
    expect([...clone.dataSync()]).toEqual([1, 2, 3]);
    clone.dispose();
    expect(tf.memory().numDataBuffers).toBe(buffers - 1);
  });
});
