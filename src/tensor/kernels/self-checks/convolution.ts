import { type ConvolutionKernel, convolutionCall } from "../convolution-call.js";
import type { ConvolutionGeometry } from "../convolution-geometry.js";
import type { KernelModule } from "../kernel-module.js";
import { runOn } from "./run-on.js";
import { agree, type SelfCheck, spreadNumbers } from "./self-check.js";

const INPUTS = 3;
// A panel of sixteen columns and a part of one of eight, whatever the build's tile.
const OUTPUTS = 20;
const axis = { input: 5, output: 3, kernel: 3, stride: 2, before: 1 };
const geometry: ConvolutionGeometry = {
  batch: 1,
  inputChannels: INPUTS,
  outputChannels: OUTPUTS,
  rows: axis,
  columns: axis,
};
const x = spreadNumbers(axis.input ** 2 * INPUTS, 0);
const filter = spreadNumbers(axis.kernel ** 2 * INPUTS * OUTPUTS, 1000);
const dy = spreadNumbers(axis.output ** 2 * OUTPUTS, 2000);

export const convolutionChecks: readonly SelfCheck[] = [
  {
    name: "conv2d",
    passes: (kernels) => {
      const reference = new Float64Array(dy.length);
      eachProduct((input, tap, output) => {
        reference[output] += x[input] * filter[tap];
      });
      return matches(kernels, "conv2d", { operands: [x, filter], reference });
    },
  },
  {
    name: "conv2dBackpropInput",
    passes: (kernels) => {
      const reference = new Float64Array(x.length);
      eachProduct((input, tap, output) => {
        reference[input] += dy[output] * filter[tap];
      });
      return matches(kernels, "conv2dBackpropInput", { operands: [dy, filter], reference });
    },
  },
  {
    name: "conv2dBackpropFilter",
    passes: (kernels) => {
      const reference = new Float64Array(filter.length);
      eachProduct((input, tap, output) => {
        reference[tap] += x[input] * dy[output];
      });
      return matches(kernels, "conv2dBackpropFilter", { operands: [x, dy], reference });
    },
  },
];

interface Case {
  readonly operands: readonly [Float32Array, Float32Array];
  readonly reference: Float64Array;
}

function matches(kernels: KernelModule, name: ConvolutionKernel, { operands, reference }: Case): boolean {
  const found = runOn(kernels, {
    operands,
    length: reference.length,
    run: (tensors) => convolutionCall({ kernels, name, geometry, tensors }),
  });
  return agree(found, reference, 9 * OUTPUTS);
}

/** Visits the products that make up the convolution: indices into x, filter and y. */
function eachProduct(visit: (input: number, tap: number, output: number) => void): void {
  const { input, output, kernel, stride, before } = axis;
  for (let i = 0; i < output; i++) {
    for (let j = 0; j < output; j++) {
      for (let tap = 0; tap < kernel * kernel; tap++) {
        const row = i * stride + Math.floor(tap / kernel) - before;
        const column = j * stride + (tap % kernel) - before;
        if (row < 0 || row >= input || column < 0 || column >= input) continue;
        for (let c = 0; c < INPUTS; c++) {
          for (let o = 0; o < OUTPUTS; o++) {
            visit(
              (row * input + column) * INPUTS + c,
              (tap * INPUTS + c) * OUTPUTS + o,
              (i * output + j) * OUTPUTS + o,
            );
          }
        }
      }
    }
  }
}
