import type { ConvolutionGeometry } from "./convolution-geometry.js";

/** Fewer channels than this, and the transformations cost what the products save: see bench/kernels.ts. */
const LEAST_CHANNELS = 32;

let exact: boolean | undefined;

/**
 * Whether the convolutions of this thread are sums of products only; without a call, whether the environment variable
 * RESPATH_EXACT is 1, which worker threads inherit. Otherwise those of 3×3 and stride 1 and their input gradients take
 * Winograd's way where it is faster (assembly/winograd.ts). Its bound on the rounding error is larger; on uniform random numbers the
 * error itself is 0.6 to 0.7 of that of plain sums, which add nine times as many products one after the other.
 */
export function setExactConvolutions(value: boolean): void {
  exact = value;
}

function isExact(): boolean {
  return exact ?? process.env["RESPATH_EXACT"] === "1";
}

/** Whether one of the three kernels takes Winograd's way for a convolution. */
export function usesWinograd(name: string, geometry: ConvolutionGeometry): boolean {
  if (isExact() || (name !== "conv2d" && name !== "conv2dBackpropInput")) return false;
  const { rows, columns, inputChannels, outputChannels } = geometry;
  const channels = [inputChannels, outputChannels];
  if (channels.some((count) => count < LEAST_CHANNELS || count % 8 !== 0)) return false;
  return [rows, columns].every(({ input, output, kernel, stride, before }) => {
    const results = name === "conv2d" ? output : input;
    return kernel === 3 && stride === 1 && before <= 2 && results % 2 === 0;
  });
}
