import type { AxisGeometry, ConvolutionGeometry } from "./convolution-geometry.js";

/**
 * Whether the three kernels of a convolution gather the pixels that its stride does not skip (assembly/pointwise.ts): 1×1
 * without padding, stride 2 or more, channels in eights.
 */
export function usesGathering({
  rows,
  columns,
  inputChannels,
  outputChannels,
}: ConvolutionGeometry): boolean {
  const isInEights = [inputChannels, outputChannels].every((channels) => channels % 8 === 0);
  return isInEights && [rows, columns].every(skipsPixels);
}

function skipsPixels({ input, output, kernel, stride, before }: AxisGeometry): boolean {
  return kernel === 1 && stride > 1 && before === 0 && (output - 1) * stride < input;
}
