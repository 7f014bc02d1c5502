import { matMulCall } from "../mat-mul-call.js";
import { runOn } from "./run-on.js";
import { agree, type SelfCheck, spreadNumbers } from "./self-check.js";

const [ROWS, COLUMNS, DEPTH] = [9, 20, 7];
const a = spreadNumbers(ROWS * DEPTH, 3000);
const b = spreadNumbers(DEPTH * COLUMNS, 4000);

/** The product with both operands transposed, which runs all of the packing. */
export const matMulCheck: SelfCheck = {
  name: "matMul",
  passes: (kernels) => {
    const reference = new Float64Array(ROWS * COLUMNS);
    for (let i = 0; i < ROWS; i++) {
      for (let j = 0; j < COLUMNS; j++) {
        for (let k = 0; k < DEPTH; k++) reference[i * COLUMNS + j] += a[k * ROWS + i] * b[j * DEPTH + k];
      }
    }
    const found = runOn(kernels, {
      operands: [a, b],
      length: reference.length,
      run: (tensors) => {
        const shape = { batch: 1, rows: ROWS, columns: COLUMNS, depth: DEPTH };
        matMulCall({ kernels, ...shape, transposeA: true, transposeB: true, tensors });
      },
    });
    return agree(found, reference, DEPTH);
  },
};
