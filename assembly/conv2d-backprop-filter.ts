import {
  batch,
  copyImage,
  height,
  imagesOfPass,
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
import { paddedColumns, panelWidth } from "./product";
import { sumTile4x8, sumTile6x8, sumTile6x16 } from "./sum-tiles";

/** Floats of an input's rows and of dy that one pass of the tiles goes over: with them the first-level cache is half full. */
const PASS_FLOATS = 4096;

/**
 * The gradient with respect to the filter of the convolution described:
 *
 *   dw[ky, kx, c, o] = Σ_{b,i,j} x[b, s·i + ky − top, s·j + kx − left, c] · dy[b, i, j, o].
 *
 * For one ky, the kernelWidth·inputs numbers (kx, c) that an output pixel sees are consecutive in the padded image: the
 * gradient is a sum of outer products, one for each output pixel. A pass takes a few rows of a large image, or several
 * small images, so that they are in the first-level cache while each tile of the result goes over them; the result
 * itself is in the second. dy is packed into panels, which are read front to back, unless one panel holds all its columns.
 */
export function conv2dBackpropFilter(x: usize, dy: usize, dw: usize, scratch: usize): void {
  const columns = paddedWidth();
  const pixels = outHeight * outWidth;
  const padded = paddedColumns(outputs);
  const group = imagesOfPass();
  // The last tile's rows may reach a few numbers beyond the image: into zeros, or the next image.
  const imageSize = line(paddedHeight() * columns * inputs + 8);
  const isPacked = panelWidth(outputs) !== outputs;
  const images = scratch;
  const panels = images + <usize>(group * imageSize) * 4;
  const sums = panels + (isPacked ? <usize>(group * pixels * padded) * 4 : 0);

  memory.fill(images, 0, <usize>(group * imageSize) * 4);
  memory.fill(sums, 0, <usize>(kernelHeight * sumRows() * padded) * 4);
  for (let b = 0; b < batch; b += group) {
    const count = min(group, batch - b);
    for (let i = 0; i < count; i++) {
      const from = x + <usize>((b + i) * height * width * inputs) * 4;
      copyImage(images + <usize>(i * imageSize) * 4, from, height, width, inputs, columns, top, left);
    }
    let gradients = dy + <usize>(b * pixels * outputs) * 4;
    if (isPacked) {
      for (let i = 0; i < count; i++) {
        const image = <usize>(i * pixels) * 4;
        packColumns(panels + image * padded, gradients + image * outputs, pixels, outputs);
      }
      gradients = panels;
    }
    addImages(images, <usize>imageSize * 4, gradients, count, sums);
  }
  const run = kernelWidth * inputs;
  for (let ky = 0; ky < kernelHeight; ky++) {
    for (let m = 0; m < run; m++) {
      const to = dw + <usize>((ky * run + m) * outputs) * 4;
      memory.copy(to, sums + <usize>((ky * sumRows() + m) * padded) * 4, <usize>outputs * 4);
    }
  }
}

/** Rows of the tiles of the result. */
function tileRows(): i32 {
  return WIDE ? 6 : 4;
}

/** Rows (kx, c) of the result for one ky, in whole tiles. */
function sumRows(): i32 {
  const rows = tileRows();
  return ((kernelWidth * inputs + rows - 1) / rows) * rows;
}

/** Adds the products of `count` padded images and their output gradients to the sums. */
function addImages(images: usize, imageX: usize, gradients: usize, count: i32, sums: usize): void {
  const columns = paddedWidth();
  const run = kernelWidth * inputs;
  const padded = paddedColumns(outputs);
  const rowSums = <usize>padded * 4;
  const imageY = <usize>(outHeight * outWidth) * rowSums;
  const pixelX = <usize>(stride * inputs) * 4;
  const rowX = pixelX * columns;
  const rowFloats = columns * stride * inputs + outWidth * panelWidth(outputs);
  const rowsOfPass = count > 1 ? outHeight : max(1, PASS_FLOATS / rowFloats);
  for (let i = 0; i < outHeight; i += rowsOfPass) {
    const rows = min(rowsOfPass, outHeight - i);
    for (let ky = 0; ky < kernelHeight; ky++) {
      const windows = images + <usize>((i * stride + ky) * columns * inputs) * 4;
      const into = sums + <usize>(ky * sumRows()) * rowSums;
      let panel = gradients;
      for (let n = 0; n < outputs; ) {
        const across = panelWidth(outputs - n);
        const pixelY = <usize>across * 4;
        const rowY = pixelY * outWidth;
        const y = panel + <usize>i * rowY;
        for (let m = 0; m < run; m += tileRows()) {
          const a = windows + <usize>m * 4;
          const c = into + <usize>m * rowSums + <usize>n * 4;
          if (WIDE) {
            if (across === 16) {
              sumTile6x16(
                a,
                pixelX,
                rowX,
                imageX,
                y,
                pixelY,
                rowY,
                imageY,
                count,
                rows,
                outWidth,
                c,
                rowSums,
              );
            } else {
              sumTile6x8(a, pixelX, rowX, imageX, y, pixelY, rowY, imageY, count, rows, outWidth, c, rowSums);
            }
          } else {
            sumTile4x8(a, pixelX, rowX, imageX, y, pixelY, rowY, imageY, count, rows, outWidth, c, rowSums);
          }
        }
        panel += <usize>(outHeight * outWidth) * pixelY;
        n += across;
      }
    }
  }
}

/** A matrix of `rows` rows as panels, row by row: it is read once, front to back. */
function packColumns(to: usize, from: usize, rows: i32, columns: i32): void {
  for (let r = 0; r < rows; r++) {
    let panel = to;
    for (let n = 0; n < columns; ) {
      const across = panelWidth(columns - n);
      const at = panel + <usize>(r * across) * 4;
      if (n + across <= columns) {
        for (let j = 0; j < across; j += 8) {
          v128.store(at + <usize>j * 4, v128.load(from));
          v128.store(at + <usize>j * 4, v128.load(from, 16), 16);
          from += 32;
        }
      } else {
        for (let j = 0; j < across; j++) {
          const isPresent = n + j < columns;
          store<f32>(at + <usize>j * 4, isPresent ? load<f32>(from) : 0);
          if (isPresent) from += 4;
        }
      }
      panel += <usize>(rows * across) * 4;
      n += across;
    }
  }
}
