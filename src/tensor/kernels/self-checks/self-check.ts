import type { KernelFunctions } from "../kernel-functions.js";
import type { KernelModule } from "../kernel-module.js";

/** A kernel, and where it has several checks what this one is of. */
export type CheckName = keyof KernelFunctions | `${keyof KernelFunctions} ${string}`;

/** A comparison of one kernel with a scalar reference on a small case, run when a build is chosen; microseconds each. */
export interface SelfCheck {
  /** For the line that says which one is off. */
  readonly name: CheckName;
  passes(kernels: KernelModule): boolean;
}

/** Numbers from −1 to 1 that look random and never change: the golden ratio's multiples, modulo 1. */
export function spreadNumbers(length: number, start: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => 2 * ((0.6180339887498949 * (i + start + 1)) % 1) - 1);
}

/** Whether all numbers agree to float32 rounding of a sum of `terms` products of numbers up to 1. */
export function agree(found: ArrayLike<number>, reference: ArrayLike<number>, terms: number): boolean {
  const tolerance = terms * 2 ** -23;
  for (let i = 0; i < reference.length; i++) {
    if (!(Math.abs(found[i] - reference[i]) <= tolerance)) return false;
  }
  return found.length === reference.length;
}
