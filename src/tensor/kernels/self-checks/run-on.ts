import type { TensorInfo } from "@tensorflow/tfjs";
import type { KernelModule } from "../kernel-module.js";

export interface Run {
  readonly operands: readonly [Float32Array, Float32Array];
  /** How many numbers come out. */
  readonly length: number;
  run(tensors: readonly [TensorInfo, TensorInfo, TensorInfo]): void;
}

/** What a kernel of two operands makes of plain arrays; nothing stays behind on the heap. */
export function runOn(kernels: KernelModule, { operands, length, run }: Run): Float32Array {
  const [a, b] = operands.map((values) => kernels.output([values.length]));
  const result = kernels.output([length]);
  try {
    for (const [info, values] of [
      [a, operands[0]],
      [b, operands[1]],
    ] as const) {
      kernels.floats(kernels.pointer(info), values.length).set(values);
    }
    run([a, b, result]);
    return kernels.floats(kernels.pointer(result), length).slice();
  } finally {
    for (const info of [a, b, result]) kernels.free(info);
  }
}
