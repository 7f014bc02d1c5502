import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { startTensors, tf } from "../../src/tensor/index.js";
import { type KernelBuild, selectKernels, setExactConvolutions } from "../../src/tensor/kernels/index.js";
import {
  type ConvolutionCase,
  convolutionReference,
  errorOverBound,
  outputSize,
  type ReferenceSums,
} from "./convolution-reference.js";
import { kernelCalls, runnableBuilds, uniformTensor } from "./helpers.js";
import { filterRows, inputRows, resultRows, transformedSquare, transpose } from "./winograd-matrices.js";

let builds: readonly KernelBuild[] = [];
beforeAll(async () => {
  await startTensors("wasm");
  builds = runnableBuilds();
});
afterEach(() => setExactConvolutions(false));
afterAll(() => {
  selectKernels();
});

const CASES: ConvolutionCase[] = [
  { batch: 8, height: 4, width: 4, inputs: 16, outputs: 16, pad: 1 },
  { batch: 2, height: 10, width: 10, inputs: 16, outputs: 32, pad: 0 },
  // Tiles that hang over by one row or column, two and three; panels of eight columns.
  { batch: 3, height: 7, width: 6, inputs: 24, outputs: 16, pad: 1 },
  { batch: 2, height: 6, width: 7, inputs: 32, outputs: 24, pad: 2 },
  { batch: 4, height: 7, width: 11, inputs: 40, outputs: 56, pad: 0 },
  { batch: 1, height: 8, width: 14, inputs: 48, outputs: 64, pad: 2 },
  // Blocks that begin in the middle of an image; one that ends before it is full.
  { batch: 5, height: 16, width: 16, inputs: 16, outputs: 16, pad: 1 },
  { batch: 9, height: 9, width: 9, inputs: 64, outputs: 64, pad: 1 },
  // A strip longer than a block.
  { batch: 1, height: 5, width: 270, inputs: 16, outputs: 16, pad: 1 },
].map((shape) => ({ ...shape, kernel: 3, stride: 1 }));

describe("Winograd's filter gradient, against float64 sums", () => {
  it.each(CASES)("$batch images $height×$width, $inputs to $outputs channels, padding $pad", (shape) => {
    tf.tidy(() => {
      const { run, x, dy } = filterGradient(shape);
      const filter = new Float32Array(9 * shape.inputs * shape.outputs);
      const sums = convolutionReference(shape, { x, dy, filter }).dw;
      const bounds = withBound(sums, { shape, x, dy });
      expect(builds).not.toHaveLength(0);
      for (const build of builds) {
        selectKernels(build);
        setExactConvolutions(false);
        const found = run();
        setExactConvolutions(true);
        const exact = run();
        expect(errorOverBound(found, bounds), build).toBeLessThanOrEqual(1);
        expect(errorOverBound(exact, sums), `exact ${build}`).toBeLessThanOrEqual(1);
        // The two ways round differently: equal bits would mean that one of them was not taken.
        expect(found).not.toEqual(exact);
      }
    });
  });
});

describe("the way of a filter gradient", () => {
  const smallest = { batch: 2, height: 8, width: 8, inputs: 16, outputs: 16, kernel: 3, stride: 1, pad: 1 };
  it.each([
    { way: "Winograd's", but: {} },
    { way: "plain", but: { batch: 1 } },
    { way: "plain", but: { batch: 9, width: 3 } },
    { way: "plain", but: { inputs: 20 } },
    { way: "plain", but: { outputs: 8 } },
    { way: "plain", but: { height: 15, width: 15, stride: 2 } },
    { way: "plain", but: { kernel: 2 } },
    { way: "plain", but: { height: 2, width: 2, pad: 3 } },
    { way: "plain", but: {}, exact: true },
  ])("is $way for the smallest case that pays, but for $but, exact $exact", (of) => {
    tf.tidy(() => {
      const { run } = filterGradient({ ...smallest, ...of.but });
      setExactConvolutions(of.exact ?? false);
      const called = kernelCalls(run).map(({ name }) => name);
      const ways = called.filter((name) => /^conv2dBackpropFilter(Winograd)?$/.test(name));
      expect(ways).toEqual([of.way === "plain" ? "conv2dBackpropFilter" : "conv2dBackpropFilterWinograd"]);
    });
  });
});

/** Random operands of a case, and a function that runs the kernel on them. */
function filterGradient(shape: ConvolutionCase) {
  const { batch, height, width, inputs, outputs, kernel, stride, pad } = shape;
  const [rows, columns] = outputSize(shape);
  const x = uniformTensor<tf.Rank.R4>([batch, height, width, inputs], 1);
  const dy = uniformTensor<tf.Rank.R4>([batch, rows, columns, outputs], 2);
  const filter = tf.zeros([kernel, kernel, inputs, outputs]) as tf.Tensor4D;
  const convolve = (f: tf.Tensor) => tf.conv2d(x, f as tf.Tensor4D, stride, pad, "NHWC", 1, "floor");
  const run = () => tf.grad(convolve)(filter, dy).dataSync<"float32">();
  return { run, x: x.dataSync<"float32">(), dy: dy.dataSync<"float32">() };
}

interface Operands {
  readonly shape: ConvolutionCase;
  readonly x: Float32Array;
  readonly dy: Float32Array;
}

/**
 * The sums with the bound of Winograd's way in place of that of products. Every number passes through at most four roundings in
 * each pass of BᵀdB and of A dY Aᵀ, T + 1 in the sum over T tiles and five in each pass of GᵀSG (one of them in G itself), so
 * that the error is at most (T + 27)·2⁻²⁴ times |Gᵀ|[Σ (|A||dY||Aᵀ|) ⊙ (|Bᵀ||d||B|)]|G| (Higham, Accuracy and Stability of
 * Numerical Algorithms, §3.1).
 */
function withBound(sums: ReferenceSums, { shape, x, dy }: Operands): ReferenceSums {
  const { batch, height, width, inputs, outputs, pad } = shape;
  const [rows, columns] = outputSize(shape);
  const images = { values: x, height, width, channels: inputs };
  const gradients = { values: dy, height: rows, width: columns, channels: outputs };
  const totals = Array.from({ length: inputs * outputs }, () => square(6, () => 0));
  let tiles = 0;
  for (let b = 0; b < batch; b++) {
    for (let i = 0; i < rows; i += 4) {
      for (let j = 0; j < columns; j += 4, tiles++) {
        const inputSquares = Array.from({ length: inputs }, (_, c) => {
          const d = square(6, (row, column) => magnitude(images, [b, i + row - pad, j + column - pad, c]));
          return transformedSquare(d, inputRows);
        });
        for (let o = 0; o < outputs; o++) {
          const tile = square(4, (row, column) => magnitude(gradients, [b, i + row, j + column, o]));
          const gradientSquare = transformedSquare(tile, transpose(resultRows));
          for (let c = 0; c < inputs; c++) {
            addProducts(totals[c * outputs + o], gradientSquare, inputSquares[c]);
          }
        }
      }
    }
  }
  const magnitudes = new Float64Array(sums.values.length);
  for (const [pair, total] of totals.entries()) {
    const taps = transformedSquare(total, transpose(filterRows)).flat();
    for (const [tap, value] of taps.entries()) magnitudes[tap * inputs * outputs + pair] = value;
  }
  return { values: sums.values, magnitudes, terms: new Float64Array(magnitudes.length).fill(tiles + 26) };
}

/** total += a ⊙ b. */
function addProducts(total: number[][], a: number[][], b: number[][]): void {
  for (const [y, row] of total.entries()) {
    for (const x of row.keys()) row[x] += a[y][x] * b[y][x];
  }
}

function square(side: number, at: (row: number, column: number) => number): number[][] {
  return Array.from({ length: side }, (_, row) =>
    Array.from({ length: side }, (_, column) => at(row, column)),
  );
}

interface Images {
  readonly values: Float32Array;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/** |value| at an image, row, column and channel; 0 outside of the image. */
function magnitude(
  { values, height, width, channels }: Images,
  [image, row, column, channel]: [number, number, number, number],
): number {
  if (row < 0 || row >= height || column < 0 || column >= width) return 0;
  return Math.abs(values[((image * height + row) * width + column) * channels + channel]);
}
