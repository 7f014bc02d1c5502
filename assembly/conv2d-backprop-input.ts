import {
  batch,
  columnsAfterGradient,
  columnsBeforeGradient,
  copyImage,
  height,
  inputs,
  kernelHeight,
  kernelWidth,
  left,
  line,
  outHeight,
  outputs,
  outWidth,
  rowsAfterGradient,
  rowsBeforeGradient,
  stride,
  top,
  width,
} from "./convolution";
import { fillTable, paddedColumns, panelWidth, product, tableLength } from "./product";

/**
 * The gradient with respect to the input of the convolution described:
 *
 *   dx[b, s·i + py, s·j + px, c] = Σ over taps with ky ≡ py + top and kx ≡ px + left (mod s), and o, of
 *     dy[b, (s·i + py + top − ky)/s, (s·j + px + left − kx)/s, o] · filter[ky, kx, c, o].
 *
 * The input pixels of one phase (py, px) of the stride see the same taps, so that each phase is a convolution of stride 1
 * over dy, without the zeros that spreading dy out would put between its pixels. Taken in descending order of ky and
 * kx, the taps lie in ascending order in dy: runs of consecutive numbers, the product's segments.
 */
export function conv2dBackpropInput(dy: usize, filter: usize, dx: usize, scratch: usize): void {
  const before = rowsBeforeGradient();
  const columnsBefore = columnsBeforeGradient();
  const rows = before + outHeight + rowsAfterGradient();
  const columns = columnsBefore + outWidth + columnsAfterGradient();
  const isPadded = rows !== outHeight || columns !== outWidth;
  const image = scratch;
  const packed = image + (isPadded ? <usize>(line(rows * columns * outputs) * 4) : 0);
  const tables = packed + <usize>line(kernelHeight * kernelWidth * outputs * paddedColumns(inputs)) * 4;

  let panels = packed;
  let table = tables;
  for (let py = 0; py < stride; py++) {
    for (let px = 0; px < stride; px++) {
      const pixels = phaseLength(height, py) * phaseLength(width, px);
      if (pixels === 0) continue;
      panels = packPhase(panels, filter, py, px);
      phaseTables(table, py, px, before, columnsBefore, columns);
      table += <usize>(2 * line(tableLength(pixels))) * 4;
    }
  }
  const spare = table;
  if (isPadded) memory.fill(image, 0, <usize>(rows * columns * outputs) * 4);

  for (let b = 0; b < batch; b++) {
    let from = dy + <usize>(b * outHeight * outWidth * outputs) * 4;
    if (isPadded) {
      copyImage(image, from, outHeight, outWidth, outputs, columns, before, columnsBefore);
      from = image;
    }
    const to = dx + <usize>(b * height * width * inputs) * 4;
    panels = packed;
    table = tables;
    for (let py = 0; py < stride; py++) {
      for (let px = 0; px < stride; px++) {
        const pixels = phaseLength(height, py) * phaseLength(width, px);
        if (pixels === 0) continue;
        const outs = table + <usize>line(tableLength(pixels)) * 4;
        const tapRows = taps(kernelHeight, py + top);
        const run = taps(kernelWidth, px + left) * outputs;
        // A phase that no tap reaches is a product of length 0, which writes zeros.
        const segments = run === 0 ? 0 : tapRows;
        const segment = <usize>(columns * outputs) * 4;
        product(from, table, pixels, to, outs, inputs, segments, run, segment, panels, spare);
        panels += <usize>(segments * run * paddedColumns(inputs)) * 4;
        table = outs + <usize>line(tableLength(pixels)) * 4;
      }
    }
  }
}

/** How many of `length` pixels are phase, phase + s, phase + 2s … */
function phaseLength(length: i32, phase: i32): i32 {
  return max(0, (length - phase + stride - 1) / stride);
}

/** Taps k < kernel with k ≡ position (mod s): how many, and the last of them (−1 if there is none). */
function taps(kernel: i32, position: i32): i32 {
  const first = position % stride;
  return max(0, (kernel - first + stride - 1) / stride);
}

function lastTap(kernel: i32, position: i32): i32 {
  return (position % stride) + (taps(kernel, position) - 1) * stride;
}

/** For each input pixel of a phase, where its window starts in the padded dy, and where its gradient goes. */
function phaseTables(windows: usize, py: i32, px: i32, before: i32, columnsBefore: i32, columns: i32): void {
  const rows = phaseLength(height, py);
  const across = phaseLength(width, px);
  const outs = windows + <usize>line(tableLength(rows * across)) * 4;
  // Exact divisions: the tap is of the phase.
  const firstRow = (py + top - lastTap(kernelHeight, py + top)) / stride + before;
  const firstColumn = (px + left - lastTap(kernelWidth, px + left)) / stride + columnsBefore;
  for (let i = 0, p: usize = 0; i < rows; i++) {
    for (let j = 0; j < across; j++, p += 4) {
      store<u32>(windows + p, ((i + firstRow) * columns + j + firstColumn) * outputs * 4);
      store<u32>(outs + p, ((i * stride + py) * width + j * stride + px) * inputs * 4);
    }
  }
  fillTable(windows, rows * across);
  fillTable(outs, rows * across);
}

/** The panels of a phase: a column for each input, a row for each tap and output. Returns where they end. */
function packPhase(to: usize, filter: usize, py: i32, px: i32): usize {
  const tapRows = taps(kernelHeight, py + top);
  const tapColumns = taps(kernelWidth, px + left);
  for (let n = 0; n < inputs; ) {
    const panel = panelWidth(inputs - n);
    const present = min(panel, inputs - n);
    for (let i = 0; i < tapRows; i++) {
      const ky = lastTap(kernelHeight, py + top) - i * stride;
      for (let j = 0; j < tapColumns; j++) {
        const kx = lastTap(kernelWidth, px + left) - j * stride;
        const tap = filter + <usize>(((ky * kernelWidth + kx) * inputs + n) * outputs) * 4;
        packTransposed(to, tap, outputs, panel, present);
        to += <usize>(outputs * panel) * 4;
      }
    }
    n += panel;
  }
  return to;
}

/** `present` rows of `length` numbers as `length` rows of `panel` numbers, zeros after the present ones. */
export function packTransposed(to: usize, from: usize, length: i32, panel: i32, present: i32): void {
  const row = <usize>length * 4;
  for (let o = 0; o < length; o++) {
    let at = from + <usize>o * 4;
    for (let c = 0; c < panel; c++, at += row) {
      store<f32>(to + <usize>(o * panel + c) * 4, c < present ? load<f32>(at) : 0);
    }
  }
}
