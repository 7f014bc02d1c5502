import { packPanels } from "./conv2d";
import { batch, height, inputs, line, outHeight, outputs, outWidth, stride, width } from "./convolution";
import { packTransposedPanels } from "./mat-mul";
import { fillTable, PRODUCT_SCRATCH, paddedColumns, panelWidth, product, tableLength } from "./product";
import { sumTile4x8, sumTile6x8, sumTile6x16 } from "./sum-tiles";

// Convolutions 1×1 of any stride without padding, channels in eights: y = x'·filter, where the rows of x' are the pixels
// that the stride does not skip. These pixels are first gathered, a few images at a time. Left in their places, a cache line or
// two each among three times as many that nobody needs, they would be waited for one by one.

/** Floats of gathered pixels and their results that stay in the second-level cache. */
const BLOCK_FLOATS: i32 = 32768;

/** Floats of them that stay in the first-level cache while the tiles of the filter's gradient go over them. */
const PASS_FLOATS: i32 = 4096;

/** With fewer pixels in a pass the tiles would spend their time on reading and writing their sums. */
const LEAST_PIXELS: i32 = 32;

/** Images that are gathered together. */
function imagesOfBlock(): i32 {
  return min(batch, max(1, BLOCK_FLOATS / (outHeight * outWidth * (inputs + outputs))));
}

/** Output rows that a pass of the filter's gradient goes over. */
function rowsOfPass(): i32 {
  const pixels = max(LEAST_PIXELS, PASS_FLOATS / (inputs + outputs));
  return min(batch * outHeight, pixels / outWidth + 1);
}

/** Floats of the filter's gradient and of what a tile's spare rows, eight at most, write after it. */
function sumFloats(): i32 {
  return line((inputs + 8) * outputs);
}

/** Floats of scratch for any of the three functions here. */
export function pointwiseScratch(): i32 {
  const rows = imagesOfBlock() * outHeight * outWidth;
  const panels = line(max(inputs * paddedColumns(outputs), outputs * paddedColumns(inputs)));
  const products = line(rows * inputs) + panels + 2 * line(tableLength(rows)) + line(PRODUCT_SCRATCH);
  return max(products, sumFloats() + line(rowsOfPass() * outWidth * inputs)) + 64;
}

/** As conv2d, for the convolution described. */
export function conv2dPointwise(x: usize, filter: usize, y: usize, scratch: usize): void {
  const pixels = outHeight * outWidth;
  const group = imagesOfBlock();
  const gathered = scratch;
  const panels = gathered + <usize>line(group * pixels * inputs) * 4;
  const windows = panels + <usize>line(inputs * paddedColumns(outputs)) * 4;
  const outs = windows + <usize>line(tableLength(group * pixels)) * 4;
  const spare = outs + <usize>line(tableLength(group * pixels)) * 4;
  packPanels(panels, filter, inputs, outputs);
  fillRows(windows, group * pixels, inputs);
  fillRows(outs, group * pixels, outputs);
  for (let b = 0; b < batch; b += group) {
    const rows = min(group, batch - b) * pixels;
    gather(gathered, x, b * outHeight, rows / outWidth);
    fillTable(windows, rows);
    fillTable(outs, rows);
    const to = y + <usize>(b * pixels * outputs) * 4;
    product(gathered, windows, rows, to, outs, outputs, 1, inputs, 4, panels, spare);
  }
}

/** As conv2dBackpropInput; with `accumulate` 1 it is added to what dx holds, which the skipped pixels then keep. */
export function conv2dBackpropInputPointwise(
  dy: usize,
  filter: usize,
  dx: usize,
  scratch: usize,
  accumulate: i32,
): void {
  const pixels = outHeight * outWidth;
  const group = imagesOfBlock();
  const gathered = scratch;
  const panels = gathered + <usize>line(group * pixels * inputs) * 4;
  const windows = panels + <usize>line(outputs * paddedColumns(inputs)) * 4;
  const outs = windows + <usize>line(tableLength(group * pixels)) * 4;
  const spare = outs + <usize>line(tableLength(group * pixels)) * 4;
  packTransposedPanels(panels, filter, outputs, inputs);
  fillRows(windows, group * pixels, outputs);
  fillRows(outs, group * pixels, inputs);
  const image = <usize>(height * width * inputs) * 4;
  for (let b = 0; b < batch; b += group) {
    const images = min(group, batch - b);
    const rows = images * pixels;
    fillTable(windows, rows);
    fillTable(outs, rows);
    const from = dy + <usize>(b * pixels * outputs) * 4;
    product(from, windows, rows, gathered, outs, inputs, 1, outputs, 4, panels, spare);
    if (!accumulate) memory.fill(dx + <usize>b * image, 0, <usize>images * image);
    scatter(gathered, dx, b * outHeight, rows / outWidth);
  }
}

/** As conv2dBackpropFilter. */
export function conv2dBackpropFilterPointwise(x: usize, dy: usize, dw: usize, scratch: usize): void {
  const sums = scratch;
  const gathered = sums + <usize>sumFloats() * 4;
  const rows = batch * outHeight;
  const step = rowsOfPass();
  memory.fill(sums, 0, <usize>sumFloats() * 4);
  for (let row = 0; row < rows; row += step) {
    const count = min(step, rows - row);
    gather(gathered, x, row, count);
    addProducts(gathered, dy + <usize>(row * outWidth * outputs) * 4, count * outWidth, sums);
  }
  memory.copy(dw, sums, <usize>(inputs * outputs) * 4);
}

/** A table of `rows` consecutive rows of so many floats. */
function fillRows(table: usize, rows: i32, floats: i32): void {
  for (let r = 0; r < rows; r++) store<u32>(table + <usize>r * 4, r * floats * 4);
}

/** Where the pixels of an output row, of all images' rows counted through, lie in the input. */
function inputRow(x: usize, row: i32): usize {
  return x + <usize>(((row / outHeight) * height + (row % outHeight) * stride) * width * inputs) * 4;
}

/** The pixels of `count` output rows, one after the other. */
function gather(to: usize, x: usize, row: i32, count: i32): void {
  const pixel = <usize>inputs * 4;
  for (let r = row; r < row + count; r++) {
    let from = inputRow(x, r);
    for (let j = 0; j < outWidth; j++) {
      for (let c: usize = 0; c < pixel; c += 32) {
        v128.store(to + c, v128.load(from + c));
        v128.store(to + c, v128.load(from + c, 16), 16);
      }
      to += pixel;
      from += pixel * stride;
    }
  }
}

/** Adds what was computed for the pixels of `count` output rows to the places they were gathered from. */
function scatter(from: usize, dx: usize, row: i32, count: i32): void {
  const pixel = <usize>inputs * 4;
  for (let r = row; r < row + count; r++) {
    let to = inputRow(dx, r);
    for (let j = 0; j < outWidth; j++) {
      for (let c: usize = 0; c < pixel; c += 32) {
        v128.store(to + c, f32x4.add(v128.load(to + c), v128.load(from + c)));
        v128.store(to + c, f32x4.add(v128.load(to + c, 16), v128.load(from + c, 16)), 16);
      }
      from += pixel;
      to += pixel * stride;
    }
  }
}

/** sums[c][o] += Σ over pixels of x[c]·dy[o]. A tile's rows beyond the last input read the next pixel, and go to spare rows. */
function addProducts(x: usize, dy: usize, pixels: i32, sums: usize): void {
  const stepX = <usize>inputs * 4;
  const row = <usize>outputs * 4;
  for (let n = 0; n < outputs; ) {
    const across = panelWidth(outputs - n);
    const y = dy + <usize>n * 4;
    for (let m = 0; m < inputs; m += WIDE ? 6 : 4) {
      const a = x + <usize>m * 4;
      const c = sums + <usize>(m * outputs + n) * 4;
      if (WIDE) {
        if (across === 16) sumTile6x16(a, stepX, 0, 0, y, row, 0, 0, 1, 1, pixels, c, row);
        else sumTile6x8(a, stepX, 0, 0, y, row, 0, 0, 1, 1, pixels, c, row);
      } else {
        sumTile4x8(a, stepX, 0, 0, y, row, 0, 0, 1, 1, pixels, c, row);
      }
    }
    n += across;
  }
}
