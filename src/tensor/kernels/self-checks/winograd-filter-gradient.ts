import { convolutionCall } from "../convolution-call.js";
import { usesWinograd } from "../winograd.js";
import { runOn } from "./run-on.js";
import { agree, type SelfCheck, spreadNumbers } from "./self-check.js";

// A side whose last tiles hang over, enough tiles for Winograd's way, and all heights and widths of a register tile.
const BATCH = 2;
const SIDE = 5;
const INPUTS = 16;
const OUTPUTS = 24;
const axis = { input: SIDE, output: SIDE, kernel: 3, stride: 1, before: 1 };
const geometry = { batch: BATCH, inputChannels: INPUTS, outputChannels: OUTPUTS, rows: axis, columns: axis };
const x = spreadNumbers(BATCH * SIDE ** 2 * INPUTS, 7000);
const dy = spreadNumbers(BATCH * SIDE ** 2 * OUTPUTS, 8000);

/** All are too many products for a check at start-up: every eleventh number of the result. */
const STEP = 11;

export const winogradFilterGradientCheck: SelfCheck = {
  name: "conv2dBackpropFilterWinograd",
  passes: (kernels) => {
    const name = "conv2dBackpropFilter";
    if (!usesWinograd(name, geometry)) return true;
    const found = runOn(kernels, {
      operands: [x, dy],
      length: 9 * INPUTS * OUTPUTS,
      run: (tensors) => convolutionCall({ kernels, name, geometry, tensors }),
    });
    const picked = found.filter((_, i) => i % STEP === 0);
    const reference = Float64Array.from(picked, (_, i) => referenceAt(i * STEP));
    // The transformations add up to six numbers before and after the products.
    return agree(picked, reference, 6 * BATCH * SIDE ** 2);
  },
};

/** A number of the gradient, [3, 3, INPUTS, OUTPUTS]. */
function referenceAt(index: number): number {
  const [pair, o] = [Math.floor(index / OUTPUTS), index % OUTPUTS];
  const [tap, c] = [Math.floor(pair / INPUTS), pair % INPUTS];
  const [ky, kx] = [Math.floor(tap / 3) - 1, (tap % 3) - 1];
  let sum = 0;
  for (let b = 0; b < BATCH; b++) {
    for (let i = Math.max(0, -ky); i < SIDE - Math.max(0, ky); i++) {
      for (let j = Math.max(0, -kx); j < SIDE - Math.max(0, kx); j++) {
        const [input, output] = [(b * SIDE + i + ky) * SIDE + j + kx, (b * SIDE + i) * SIDE + j];
        sum += x[input * INPUTS + c] * dy[output * OUTPUTS + o];
      }
    }
  }
  return sum;
}
