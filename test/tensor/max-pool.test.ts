import { beforeAll, describe, expect, it } from "vitest";
import { flatten, maxPool, startTensors, tf } from "../../src/tensor/index.js";
import { onBackend, uniformTensor } from "./helpers.js";

beforeAll(() => startTensors("wasm"));

type Shape = [number, number, number, number];
const SHAPES: Shape[] = [
  [1, 1, 1, 1],
  [2, 1, 5, 3],
  [3, 4, 4, 8],
  [2, 7, 6, 5],
  [1, 9, 9, 16],
];

/** The windows by hand: a map with a border of −∞, and the first of the largest of nine numbers. */
function reference([batch, height, width, channels]: Shape, x: ArrayLike<number>, dy: ArrayLike<number>) {
  const [rows, columns] = [Math.floor((height - 1) / 2) + 1, Math.floor((width - 1) / 2) + 1];
  const y: number[] = [];
  const dx = new Array<number>(batch * height * width * channels).fill(0);
  for (let b = 0; b < batch; b++) {
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) {
        for (let c = 0; c < channels; c++) {
          const window = [-1, 0, 1].flatMap((down) =>
            [-1, 0, 1].map((right) => {
              const [row, column] = [2 * i + down, 2 * j + right];
              const isInside = row >= 0 && row < height && column >= 0 && column < width;
              return isInside ? ((b * height + row) * width + column) * channels + c : undefined;
            }),
          );
          const values = window.map((at) => (at === undefined ? Number.NEGATIVE_INFINITY : x[at]));
          const largest = Math.max(...values);
          dx[window[values.indexOf(largest)] ?? -1] += dy[y.length];
          y.push(largest);
        }
      }
    }
  }
  return { y, dx };
}

const results = ([batch, height, width, channels]: Shape): Shape => [
  batch,
  Math.ceil(height / 2),
  Math.ceil(width / 2),
  channels,
];

describe("maxPool", () => {
  it.each(SHAPES.flatMap((shape) => (["wasm", "cpu"] as const).map((backend) => ({ shape, backend }))))(
    "$shape on $backend: the largest of each window, and where its gradient goes",
    async ({ shape, backend }) => {
      // All negative: padding with zeros would win everywhere at the border.
      const x = Float32Array.from(uniformTensor<tf.Rank.R4>(shape, 1).dataSync(), (value) => value - 2);
      const dy = uniformTensor<tf.Rank.R4>(results(shape), 2).dataSync<"float32">().slice();
      const found = await onBackend(backend, () => {
        const { value, grad } = tf.valueAndGrad((t) => maxPool(t as tf.Tensor4D))(
          tf.tensor4d(x, shape),
          tf.tensor4d(dy, results(shape)),
        );
        return { shape: value.shape, y: [...value.dataSync()], dx: [...grad.dataSync()] };
      });
      const expected = reference(shape, x, dy);
      expect(found.shape).toEqual(results(shape));
      expect(found.y).toEqual(expected.y);
      // At most four windows meet in a pixel: three sums in float32 of numbers up to 4.
      found.dx.forEach((value, at) => {
        expect(Math.abs(value - expected.dx[at])).toBeLessThanOrEqual(3 * 4 * 2 ** -24);
      });
    },
  );

  it("gives a window's gradient to one of equal numbers, the first", () => {
    const [dx] = tf.grads((x) => maxPool(x as tf.Tensor4D))(
      [tf.ones([1, 2, 2, 1])],
      tf.tensor4d([7], [1, 1, 1, 1]),
    );
    expect([...dx.dataSync()]).toEqual([7, 0, 0, 0]);
  });

  it("hides no number that is not finite", () => {
    const pooled = (values: number[]) => maxPool(tf.tensor4d(values, [1, 1, 3, 1])).dataSync();
    expect([...pooled([1, Number.NaN, 3])]).toEqual([Number.NaN, Number.NaN]);
    expect([...pooled([Number.NaN, 2, 3])]).toEqual([Number.NaN, 3]);
    expect([...pooled([-Infinity, -Infinity, -Infinity])]).toEqual([-Infinity, -Infinity]);
    const [dx] = tf.grads((x) => maxPool(x as tf.Tensor4D))(
      [tf.fill([1, 1, 1, 1], -Infinity)],
      tf.tensor4d([5], [1, 1, 1, 1]),
    );
    expect([...dx.dataSync()]).toEqual([5]);
  });
});

describe("flatten", () => {
  it("keeps the order of the numbers, and of their gradients", () => {
    const x = tf.tensor4d([1, 2, 3, 4, 5, 6, 7, 8], [2, 1, 2, 2]);
    const flat = flatten(x);
    expect(flat.shape).toEqual([2, 1, 1, 4]);
    expect([...flat.dataSync()]).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    const dy = tf.tensor4d([8, 7, 6, 5, 4, 3, 2, 1], [2, 1, 1, 4]);
    const dx = tf.grad((t) => flatten(t as tf.Tensor4D))(x, dy);
    expect(dx.shape).toEqual(x.shape);
    expect([...dx.dataSync()]).toEqual([8, 7, 6, 5, 4, 3, 2, 1]);
  });
});
