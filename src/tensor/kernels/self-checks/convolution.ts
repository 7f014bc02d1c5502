import { convolutionCall } from "../convolution-call.js";
import type { ConvolutionGeometry, ConvolutionKernel } from "../convolution-geometry.js";
import type { KernelModule } from "../kernel-module.js";
import { runOn } from "./run-on.js";
import { agree, type CheckName, type SelfCheck, spreadNumbers } from "./self-check.js";

const window = { input: 5, output: 3, kernel: 3, stride: 2, before: 1 };
const pixel = { input: 5, output: 3, kernel: 1, stride: 2, before: 0 };

export const convolutionChecks: readonly SelfCheck[] = [
  // A panel of sixteen columns and a part of one of eight, whatever the build's tile.
  ...checksOf(
    {
      conv2d: "conv2d",
      conv2dBackpropInput: "conv2dBackpropInput",
      conv2dBackpropFilter: "conv2dBackpropFilter",
    },
    { batch: 1, inputChannels: 3, outputChannels: 20, rows: window, columns: window },
  ),
  // Tiles of both widths, and more rows of the filter's gradient than a tile has.
  ...checksOf(
    {
      conv2d: "conv2dPointwise",
      conv2dBackpropInput: "conv2dBackpropInputPointwise",
      conv2dBackpropFilter: "conv2dBackpropFilterPointwise",
    },
    { batch: 2, inputChannels: 8, outputChannels: 24, rows: pixel, columns: pixel },
  ),
];

/** Of the convolution and its two gradients, by the functions that take them. */
function checksOf(
  functions: Readonly<Record<ConvolutionKernel, CheckName>>,
  geometry: ConvolutionGeometry,
): SelfCheck[] {
  const { batch, rows, columns, inputChannels, outputChannels } = geometry;
  const x = spreadNumbers(batch * rows.input * columns.input * inputChannels, 0);
  const filter = spreadNumbers(rows.kernel * columns.kernel * inputChannels * outputChannels, 1000);
  const dy = spreadNumbers(batch * rows.output * columns.output * outputChannels, 2000);
  const check = (kernel: ConvolutionKernel, of: Omit<Case, "geometry">): SelfCheck => ({
    name: functions[kernel],
    passes: (kernels) => matches(kernels, kernel, { geometry, ...of }),
  });
  return [
    check("conv2d", {
      operands: [x, filter],
      length: dy.length,
      product: ({ input, tap, output }) => [output, x[input] * filter[tap]],
    }),
    check("conv2dBackpropInput", {
      operands: [dy, filter],
      length: x.length,
      product: ({ input, tap, output }) => [input, dy[output] * filter[tap]],
    }),
    check("conv2dBackpropFilter", {
      operands: [x, dy],
      length: filter.length,
      product: ({ input, tap, output }) => [tap, x[input] * dy[output]],
    }),
  ];
}

interface Case {
  readonly geometry: ConvolutionGeometry;
  readonly operands: readonly [Float32Array, Float32Array];
  /** How many numbers come out. */
  readonly length: number;
  /** To which of them a product belongs, and the product. */
  readonly product: (places: Places) => [number, number];
}

function matches(kernels: KernelModule, name: ConvolutionKernel, of: Case): boolean {
  const { geometry, operands, length, product } = of;
  const reference = new Float64Array(length);
  eachProduct(geometry, (places) => {
    const [index, value] = product(places);
    reference[index] += value;
  });
  const found = runOn(kernels, {
    operands,
    length,
    run: (tensors) => convolutionCall({ kernels, name, geometry, tensors }),
  });
  return agree(found, reference, 9 * geometry.outputChannels);
}

/** Indices into x, filter and y. */
interface Places {
  readonly input: number;
  readonly tap: number;
  readonly output: number;
}

/** Visits the products that make up the convolution. */
function eachProduct(geometry: ConvolutionGeometry, visit: (places: Places) => void): void {
  const { batch, rows, columns, inputChannels, outputChannels } = geometry;
  const taps = rows.kernel * columns.kernel;
  for (let pixel = 0; pixel < batch * rows.output * columns.output; pixel++) {
    const image = Math.floor(pixel / columns.output / rows.output);
    const [i, j] = [Math.floor(pixel / columns.output) % rows.output, pixel % columns.output];
    for (let tap = 0; tap < taps; tap++) {
      const row = i * rows.stride + Math.floor(tap / columns.kernel) - rows.before;
      const column = j * columns.stride + (tap % columns.kernel) - columns.before;
      if (row < 0 || row >= rows.input || column < 0 || column >= columns.input) continue;
      for (let c = 0; c < inputChannels; c++) {
        for (let o = 0; o < outputChannels; o++) {
          visit({
            input: ((image * rows.input + row) * columns.input + column) * inputChannels + c,
            tap: (tap * inputChannels + c) * outputChannels + o,
            output: pixel * outputChannels + o,
          });
        }
      }
    }
  }
}
