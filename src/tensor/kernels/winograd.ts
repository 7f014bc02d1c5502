import type { ConvolutionGeometry, ConvolutionKernel } from "./convolution-geometry.js";

/** With fewer channels than this the transformations cost what the products save: see bench/kernels.ts. */
const LEAST_CHANNELS = 16;

/** The side of a tile of results. */
const TILE = 4;

/** With fewer tiles than this the 36 sums of a filter gradient cost what the products save. */
const LEAST_TILES = 8;

let exact: boolean | undefined;

/**
 * Whether the convolutions of this thread are sums of products only; without a call, whether the environment variable
 * RESPATH_EXACT is 1, which worker threads inherit. Otherwise those of 3×3 and stride 1 and both of their gradients take
 * Winograd's way where it is faster (assembly/winograd-convolution.ts, assembly/winograd-filter-gradient.ts). It rounds more: on
 * uniform random numbers, between 16 and 256 channels, the relative L2 error is 1.9 to 2.4 times that of plain sums, for the
 * filter's gradient 1.3 to 2.0 times.
 */
export function setExactConvolutions(value: boolean): void {
  exact = value;
}

function isExact(): boolean {
  // Read once: asking the environment takes microseconds.
  exact ??= process.env["RESPATH_EXACT"] === "1";
  return exact;
}

/** Whether one of the three kernels takes Winograd's way for a convolution. */
export function usesWinograd(name: ConvolutionKernel, geometry: ConvolutionGeometry): boolean {
  if (isExact()) return false;
  const { batch, rows, columns, inputChannels, outputChannels } = geometry;
  const channels = [inputChannels, outputChannels];
  if (channels.some((count) => count < LEAST_CHANNELS || count % 8 !== 0)) return false;
  const tiles = batch * Math.ceil(rows.output / TILE) * Math.ceil(columns.output / TILE);
  if (name === "conv2dBackpropFilter" && tiles < LEAST_TILES) return false;
  return [rows, columns].every(({ input, output, kernel, stride, before }) => {
    if (kernel !== 3 || stride !== 1 || before > 2) return false;
    // Tiles may hang over. Where not even one is filled, plain sums of products are no more work.
    return (name === "conv2dBackpropInput" ? input : output) >= TILE;
  });
}
