import { convolutionCall } from "../convolution-call.js";
import type { KernelModule } from "../kernel-module.js";
import { usesWinograd } from "../winograd.js";
import { runOn } from "./run-on.js";
import { agree, type SelfCheck, spreadNumbers } from "./self-check.js";

/** A whole tile of 4×4, and three that hang over. */
const SIDE = 6;
const CHANNELS = 32;
const axis = { input: SIDE, output: SIDE, kernel: 3, stride: 1, before: 1 };
const geometry = { batch: 1, inputChannels: CHANNELS, outputChannels: CHANNELS, rows: axis, columns: axis };
const x = spreadNumbers(SIDE ** 2 * CHANNELS, 5000);
const filter = spreadNumbers(9 * CHANNELS ** 2, 6000);

/** Whole images are too many products for a check at start-up: every eleventh number of the result. */
const STEP = 11;

export const winogradChecks: readonly SelfCheck[] = [
  { name: "conv2dWinograd", passes: (kernels) => matches(kernels, "conv2d") },
  { name: "conv2dBackpropInputWinograd", passes: (kernels) => matches(kernels, "conv2dBackpropInput") },
];

function matches(kernels: KernelModule, name: "conv2d" | "conv2dBackpropInput"): boolean {
  if (!usesWinograd(name, geometry)) return true;
  const found = runOn(kernels, {
    operands: [x, filter],
    length: x.length,
    run: (tensors) => convolutionCall({ kernels, name, geometry, tensors }),
  });
  const picked = found.filter((_, i) => i % STEP === 0);
  const reference = Float64Array.from(picked, (_, i) =>
    referenceAt(i * STEP, name === "conv2dBackpropInput"),
  );
  // The transformations add up to six numbers before and after the products.
  return agree(picked, reference, 6 * 9 * CHANNELS);
}

/** A number of the convolution of x, or of the input gradient with x for dy. */
function referenceAt(index: number, isGradient: boolean): number {
  const channel = index % CHANNELS;
  const [row, column] = [Math.floor(index / CHANNELS / SIDE), Math.floor(index / CHANNELS) % SIDE];
  let sum = 0;
  for (let tap = 0; tap < 9; tap++) {
    const [ky, kx] = [Math.floor(tap / 3) - 1, (tap % 3) - 1];
    const [i, j] = isGradient ? [row - ky, column - kx] : [row + ky, column + kx];
    if (i < 0 || i >= SIDE || j < 0 || j >= SIDE) continue;
    for (let c = 0; c < CHANNELS; c++) {
      const weight = isGradient ? channel * CHANNELS + c : c * CHANNELS + channel;
      sum += x[(i * SIDE + j) * CHANNELS + c] * filter[tap * CHANNELS ** 2 + weight];
    }
  }
  return sum;
}
