import { PRODUCT_SCRATCH, paddedColumns, tableLength } from "./product";

// The convolution that the next call of a kernel is about, NHWC, with a filter [kernel rows, kernel columns, inputs,
// outputs]: a kernel would otherwise take sixteen arguments.
export let batch: i32 = 0;
export let height: i32 = 0;
export let width: i32 = 0;
export let inputs: i32 = 0;
export let outputs: i32 = 0;
export let kernelHeight: i32 = 0;
export let kernelWidth: i32 = 0;
export let stride: i32 = 1;
/** Zeros before the first row and the first column. */
export let top: i32 = 0;
export let left: i32 = 0;
export let outHeight: i32 = 0;
export let outWidth: i32 = 0;

/** Describes the convolution. */
export function convolution(
  batch_: i32,
  height_: i32,
  width_: i32,
  inputs_: i32,
  outputs_: i32,
  kernelHeight_: i32,
  kernelWidth_: i32,
  stride_: i32,
  top_: i32,
  left_: i32,
  outHeight_: i32,
  outWidth_: i32,
): void {
  batch = batch_;
  height = height_;
  width = width_;
  inputs = inputs_;
  outputs = outputs_;
  kernelHeight = kernelHeight_;
  kernelWidth = kernelWidth_;
  stride = stride_;
  top = top_;
  left = left_;
  outHeight = outHeight_;
  outWidth = outWidth_;
}

/** Rows and columns of an input image with all the zeros that the windows reach. */
export function paddedHeight(): i32 {
  return max((outHeight - 1) * stride + kernelHeight, height + top);
}

export function paddedWidth(): i32 {
  return max((outWidth - 1) * stride + kernelWidth, width + left);
}

/** Rows and columns of zeros around an image of output gradients that the input gradient reaches. */
export function rowsBeforeGradient(): i32 {
  return max(0, (kernelHeight - 1 - top + stride - 1) / stride);
}

export function columnsBeforeGradient(): i32 {
  return max(0, (kernelWidth - 1 - left + stride - 1) / stride);
}

export function rowsAfterGradient(): i32 {
  return max(0, (height - 1 + top) / stride - (outHeight - 1));
}

export function columnsAfterGradient(): i32 {
  return max(0, (width - 1 + left) / stride - (outWidth - 1));
}

/**
 * Images that one pass of the filter gradient goes over: small ones together, so that a tile of the result is read and
 * written once for some 256 products of each of its numbers.
 */
export function imagesOfPass(): i32 {
  return min(batch, max(1, 256 / (outHeight * outWidth)));
}

/** Rounds a number of floats up to a cache line. */
export function line(floats: i32): i32 {
  return (floats + 15) & ~15;
}

/** The bytes of that many floats, in whole cache lines. */
export function lineBytes(floats: i32): usize {
  return <usize>line(floats) * 4;
}

/** Floats of scratch that any of the three kernels needs for the convolution described. */
export function convolutionScratch(): i32 {
  const taps = kernelHeight * kernelWidth;
  const input = line(paddedHeight() * paddedWidth() * inputs);
  const gradientHeight = outHeight + rowsBeforeGradient() + rowsAfterGradient();
  const gradientWidth = outWidth + columnsBeforeGradient() + columnsAfterGradient();
  const gradient = line(gradientHeight * gradientWidth * outputs);
  const forward =
    input + line(taps * inputs * paddedColumns(outputs)) + 2 * line(tableLength(outHeight * outWidth));
  // One phase of the stride's s² has a table of at most (h/s + 1)·(w/s + 1) rows, filled up by at most seven.
  const phases = stride * stride;
  const tables = (height + stride) * (width + stride) + phases * 32;
  const backwardInput = gradient + line(taps * outputs * paddedColumns(inputs)) + 2 * tables;
  const backwardFilter =
    imagesOfPass() * (input + 16 + line(outHeight * outWidth * paddedColumns(outputs))) +
    line(kernelHeight * (kernelWidth * inputs + 8) * paddedColumns(outputs));
  return max(max(forward, backwardInput), backwardFilter) + line(PRODUCT_SCRATCH) + 64;
}

/** Copies an image of `rows` × `columns` pixels into a wider one of `paddedColumns` columns, at (firstRow, firstColumn). */
export function copyImage(
  to: usize,
  from: usize,
  rows: i32,
  columns: i32,
  channels: i32,
  toColumns: i32,
  firstRow: i32,
  firstColumn: i32,
): void {
  const row = <usize>(columns * channels) * 4;
  for (let y = 0; y < rows; y++) {
    const at = <usize>(((y + firstRow) * toColumns + firstColumn) * channels) * 4;
    memory.copy(to + at, from + <usize>y * row, row);
  }
}
