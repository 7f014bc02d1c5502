import {
  batch,
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
  paddedHeight,
  paddedWidth,
  stride,
  top,
  width,
} from "./convolution";
import { fillTable, paddedColumns, panelWidth, product, tableLength } from "./product";

export { convolution, convolutionScratch } from "./convolution";

/**
 * The convolution described: y[b, i, j, o] = Σ x[b, s·i + ky − top, s·j + kx − left, c] · filter[ky, kx, c, o].
 *
 * Image by image. With its zeros around it, an image is a matrix product without being rearranged: a window is
 * kernelHeight runs of kernelWidth·inputs consecutive numbers. Padded image and packed filter stay in the second-level cache.
 */
export function conv2d(x: usize, filter: usize, y: usize, scratch: usize): void {
  const rows = paddedHeight(),
    columns = paddedWidth();
  const isPadded = rows !== height || columns !== width;
  const pixels = outHeight * outWidth;
  const image = scratch;
  const panels = image + (isPadded ? <usize>(line(rows * columns * inputs) * 4) : 0);
  const windows = panels + <usize>line(kernelHeight * kernelWidth * inputs * paddedColumns(outputs)) * 4;
  const outs = windows + <usize>line(tableLength(pixels)) * 4;
  const spare = outs + <usize>line(tableLength(pixels)) * 4;

  packPanels(panels, filter, kernelHeight * kernelWidth * inputs, outputs);
  for (let i = 0, p: usize = 0; i < outHeight; i++) {
    for (let j = 0; j < outWidth; j++, p += 4) {
      store<u32>(windows + p, (i * columns + j) * stride * inputs * 4);
      store<u32>(outs + p, <u32>p * outputs);
    }
  }
  fillTable(windows, pixels);
  fillTable(outs, pixels);
  if (isPadded) memory.fill(image, 0, <usize>(rows * columns * inputs) * 4);

  for (let b = 0; b < batch; b++) {
    let from = x + <usize>(b * height * width * inputs) * 4;
    if (isPadded) {
      copyImage(image, from, height, width, inputs, columns, top, left);
      from = image;
    }
    const to = y + <usize>(b * pixels * outputs) * 4;
    const run = kernelWidth * inputs;
    product(
      from,
      windows,
      pixels,
      to,
      outs,
      outputs,
      kernelHeight,
      run,
      <usize>(columns * inputs) * 4,
      panels,
      spare,
    );
  }
}

/** A matrix of `depth` rows of `columns` numbers as the panels of a product: zeros where the last has no column. */
export function packPanels(to: usize, from: usize, depth: i32, columns: i32): void {
  for (let n = 0; n < columns; ) {
    const panel = panelWidth(columns - n);
    const present = min(panel, columns - n);
    for (let k = 0; k < depth; k++) {
      const row = from + <usize>(k * columns + n) * 4;
      if (present === panel) {
        for (let j = 0; j < panel; j += 4) v128.store(to + <usize>j * 4, v128.load(row + <usize>j * 4));
      } else {
        for (let j = 0; j < panel; j++) {
          store<f32>(to + <usize>j * 4, j < present ? load<f32>(row + <usize>j * 4) : 0);
        }
      }
      to += <usize>panel * 4;
    }
    n += panel;
  }
}
