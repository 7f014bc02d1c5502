import type { TensorInfo } from "@tensorflow/tfjs";
import type { KernelModule } from "./kernel-module.js";

export interface MatMulCall {
  readonly kernels: KernelModule;
  /** Matrices that lie one behind the other; 1 for a single product. */
  readonly batch: number;
  readonly rows: number;
  readonly columns: number;
  /** The axis that is summed over. */
  readonly depth: number;
  readonly transposeA: boolean;
  readonly transposeB: boolean;
  /** The two operands and the result. */
  readonly tensors: readonly [TensorInfo, TensorInfo, TensorInfo];
}

/** Runs the matrix product of assembly/mat-mul.ts. */
export function matMulCall(call: MatMulCall): void {
  const { kernels, batch, rows, columns, depth } = call;
  const [transposeA, transposeB] = [Number(call.transposeA), Number(call.transposeB)];
  const scratch = kernels.scratch(kernels.run.matMulScratch(rows, columns, depth, transposeA));
  const [a, b, c] = kernels.pointers(...call.tensors);
  kernels.run.matMul(a, b, c, batch, rows, columns, depth, transposeA, transposeB, scratch);
}
