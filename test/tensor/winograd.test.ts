import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTensors, tf } from "../../src/tensor/index.js";
import { selectKernels, setExactConvolutions } from "../../src/tensor/kernels/index.js";
import {
  convolutionReference,
  errorOverBound,
  outputSize,
  type ReferenceSums,
} from "./convolution-reference.js";
import { runnableBuilds, uniformTensor } from "./helpers.js";
import { filterRows, inputRows, resultRows, transformed, transpose } from "./winograd-matrices.js";

beforeAll(() => startTensors("wasm"));
afterAll(() => {
  setExactConvolutions(false);
  selectKernels();
});

const CASES = [
  { batch: 1, height: 4, width: 4, inputs: 32, outputs: 32, pad: 1 },
  { batch: 3, height: 16, width: 16, inputs: 16, outputs: 16, pad: 1 },
  // Tiles that hang over, at the bottom, on the right and in the corner; more channels on either side.
  { batch: 3, height: 4, width: 6, inputs: 32, outputs: 40, pad: 1 },
  { batch: 2, height: 7, width: 4, inputs: 24, outputs: 16, pad: 1 },
  { batch: 2, height: 9, width: 11, inputs: 16, outputs: 24, pad: 1 },
  { batch: 2, height: 8, width: 6, inputs: 64, outputs: 32, pad: 0 },
  { batch: 2, height: 6, width: 10, inputs: 40, outputs: 64, pad: 2 },
  // Several blocks: of the strips of one image, and of several images with one left over.
  { batch: 2, height: 10, width: 32, inputs: 64, outputs: 64, pad: 1 },
  { batch: 7, height: 8, width: 8, inputs: 64, outputs: 64, pad: 1 },
].map((shape) => ({ ...shape, kernel: 3, stride: 1 }));

type Padding = [[number, number], [number, number], [number, number], [number, number]];

describe("Winograd's convolution, against float64 sums", () => {
  it.each(CASES)("$batch images $height×$width, $inputs to $outputs channels, padding $pad", (shape) => {
    const { batch, height, width, inputs, outputs, pad } = shape;
    const [rows, columns] = outputSize(shape);
    const padding: Padding = [
      [0, 0],
      [pad, pad],
      [pad, pad],
      [0, 0],
    ];
    tf.tidy(() => {
      const x = uniformTensor<tf.Rank.R4>([batch, height, width, inputs], 1);
      const filter = uniformTensor<tf.Rank.R4>([3, 3, inputs, outputs], 2);
      const dy = uniformTensor<tf.Rank.R4>([batch, rows, columns, outputs], 3);
      const operands = { x: x.dataSync(), filter: filter.dataSync(), dy: dy.dataSync() };
      const reference = convolutionReference(shape, operands);
      const run = () => {
        const { value, grads } = tf.valueAndGrads((a: tf.Tensor, f: tf.Tensor) =>
          tf.conv2d(a as tf.Tensor4D, f as tf.Tensor4D, 1, padding),
        )([x, filter], dy);
        return { y: value.dataSync<"float32">(), dx: grads[0].dataSync<"float32">() };
      };
      const bounds = {
        y: withBound(reference.y, {
          values: operands.x,
          shape: { batch, height, width, channels: inputs },
          results: [rows, columns, outputs],
          before: pad,
          tap: (ky, kx, c, o) => operands.filter[((ky * 3 + kx) * inputs + c) * outputs + o],
        }),
        dx: withBound(reference.dx, {
          values: operands.dy,
          shape: { batch, height: rows, width: columns, channels: outputs },
          results: [height, width, inputs],
          before: 2 - pad,
          tap: (ky, kx, o, c) => operands.filter[(((2 - ky) * 3 + 2 - kx) * inputs + c) * outputs + o],
        }),
      };
      const builds = runnableBuilds();
      expect(builds).not.toHaveLength(0);
      for (const build of builds) {
        selectKernels(build);
        setExactConvolutions(false);
        const found = run();
        setExactConvolutions(true);
        const exact = run();
        for (const name of ["y", "dx"] as const) {
          expect(errorOverBound(found[name], bounds[name]), `${name} of ${build}`).toBeLessThanOrEqual(1);
          expect(
            errorOverBound(exact[name], reference[name]),
            `exact ${name} of ${build}`,
          ).toBeLessThanOrEqual(1);
          // The two ways round differently: equal bits would mean that one of them was not taken.
          expect(found[name]).not.toEqual(exact[name]);
        }
      }
    });
  });
});

interface Transformed {
  readonly values: ArrayLike<number>;
  readonly shape: { batch: number; height: number; width: number; channels: number };
  /** Rows, columns and channels of the result. */
  readonly results: readonly [number, number, number];
  /** Zeros before the first row and column. */
  readonly before: number;
  tap(ky: number, kx: number, from: number, to: number): number;
}

const TILE = [0, 1, 2, 3];
const SQUARE = [0, 1, 2, 3, 4, 5];

/**
 * The sums with the bound of Winograd's way in place of that of products. Every number passes through at most four roundings in
 * each pass of BᵀdB, five in each of GgGᵀ (one of them in G itself), C + 1 in the sum over C channels and five in each pass of
 * AᵀmA, so that the error is at most (C + 29)·2⁻²⁴ times |Aᵀ|[Σ_c (|G||g||Gᵀ|) ⊙ (|Bᵀ||d||B|)]|A| (Higham §3.1 once more; the
 * tiles' magnitudes are taken as they come).
 */
function withBound(sums: ReferenceSums, of: Transformed): ReferenceSums {
  const { values, shape, results, before, tap } = of;
  const { batch, height, width, channels } = shape;
  const [rows, columns, outputs] = results;
  const weights = Array.from({ length: channels * outputs }, (_, pair) => {
    const [c, o] = [Math.floor(pair / outputs), pair % outputs];
    return turned(
      [0, 1, 2].map((ky) => [0, 1, 2].map((kx) => Math.abs(tap(ky, kx, c, o)))),
      filterRows,
    );
  });
  const magnitudes = new Float64Array(sums.values.length);
  for (let image = 0; image < batch; image++) {
    for (let i = 0; i < rows; i += TILE.length) {
      for (let j = 0; j < columns; j += TILE.length) {
        const squares = Array.from({ length: channels }, (_, c) => {
          const d = SQUARE.map((y) =>
            SQUARE.map((x) => {
              const [row, column] = [i + y - before, j + x - before];
              if (row < 0 || row >= height || column < 0 || column >= width) return 0;
              return Math.abs(values[((image * height + row) * width + column) * channels + c]);
            }),
          );
          return turned(d, inputRows);
        });
        for (let o = 0; o < outputs; o++) {
          const m = SQUARE.map((y) =>
            SQUARE.map((x) =>
              squares.reduce((sum, square, c) => sum + square[y][x] * weights[c * outputs + o][y][x], 0),
            ),
          );
          // Both factors came out transposed, and so did m: this turns it back.
          const y = turned(m, resultRows);
          for (const p of TILE.filter((p) => i + p < rows)) {
            for (const q of TILE.filter((q) => j + q < columns)) {
              magnitudes[((image * rows + i + p) * columns + j + q) * outputs + o] = y[p][q];
            }
          }
        }
      }
    }
  }
  return { values: sums.values, magnitudes, terms: new Float64Array(magnitudes.length).fill(channels + 28) };
}

/** (by · matrix · byᵀ)ᵀ. */
function turned(matrix: number[][], by: number[][]): number[][] {
  return transformed(transpose(transformed(matrix, by)), by);
}
