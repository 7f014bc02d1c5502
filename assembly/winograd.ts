import { packPanels } from "./conv2d";
import {
  batch,
  copyImage,
  height,
  inputs,
  left,
  line,
  outHeight,
  outputs,
  outWidth,
  top,
  width,
} from "./convolution";
import { packTransposedPanels } from "./mat-mul";
import { fillTable, PRODUCT_SCRATCH, paddedColumns, product, tableLength } from "./product";
import { madd } from "./vector";

// Convolutions 3×3 of stride 1 in the way of Winograd, F(2×2, 3×3) (Lavin & Gray, Fast Algorithms for Convolutional Neural
// Networks, CVPR 2016): a tile of 2×2 results takes 16 products for each pair of channels where sums of products take 36,
//
//   Y = Aᵀ[Σ_c (G g Gᵀ) ⊙ (Bᵀ d B)]A,   d the 4×4 inputs that the tile sees, g the filter,
//   Bᵀ = 1 0 −1 0 | 0 1 1 0 | 0 −1 1 0 | 0 1 0 −1,  G = 1 0 0 | ½ ½ ½ | ½ −½ ½ | 0 0 1,  Aᵀ = 1 1 1 0 | 0 1 −1 −1.
//
// The sums over channels are 16 matrix products, tiles × channels, one for each place in the 4×4 square. Tiles are taken in
// blocks that stay in the second-level cache from their transformation to the results.

/** Floats of transformed inputs and of products in a block. */
const BLOCK_FLOATS: i32 = 65536;

/** Floats of scratch for either function here. */
export function winogradScratch(): i32 {
  const wider = max(inputs, outputs);
  const image = line((max(height, outHeight) + 4) * (max(width, outWidth) + 4) * wider);
  const filters = 16 * line(wider * paddedColumns(wider)) + line(wider * wider);
  const row = (max(width, outWidth) / 2 + 1) * 16 * (inputs + outputs);
  const tables = 2 * line(tableLength(BLOCK_FLOATS / 16) + (max(width, outWidth) / 2 + 1));
  return image + filters + max(BLOCK_FLOATS, row) + 2 * 16 * 32 + tables + line(PRODUCT_SCRATCH) + 64;
}

/** As conv2d, for the convolution described: 3×3, stride 1, even output sides, channels in eights. */
export function conv2dWinograd(x: usize, filter: usize, y: usize, scratch: usize): void {
  const panel = line(inputs * paddedColumns(outputs));
  const plain = scratch + <usize>(16 * panel) * 4;
  for (let place = 0; place < 16; place++) {
    transformFilters(plain, filter, inputs * outputs, place);
    packPanels(scratch + <usize>(place * panel) * 4, plain, inputs, outputs);
  }
  convolve(x, height, width, inputs, y, outHeight, outWidth, outputs, top, left, scratch);
}

/** As conv2dBackpropInput: a convolution of dy with the filter turned by 180° and its channels exchanged. */
export function conv2dBackpropInputWinograd(dy: usize, filter: usize, dx: usize, scratch: usize): void {
  const panel = line(outputs * paddedColumns(inputs));
  const plain = scratch + <usize>(16 * panel) * 4;
  const last = filter + <usize>(8 * inputs * outputs) * 4;
  for (let place = 0; place < 16; place++) {
    transformFilters(plain, last, -inputs * outputs, place);
    packTransposedPanels(scratch + <usize>(place * panel) * 4, plain, outputs, inputs);
  }
  convolve(dy, outHeight, outWidth, outputs, dx, height, width, inputs, 2 - top, 2 - left, scratch);
}

/** G g Gᵀ at one place of the 4×4 square, for all pairs of channels; the taps are `step` floats apart. */
function transformFilters(to: usize, filter: usize, step: i32, place: i32): void {
  const row = place >> 2;
  const column = place & 3;
  const half = f32x4.splat(0.5);
  const third = <usize>(6 * step * 4);
  const bytes = <usize>(inputs * outputs) * 4;
  for (let at: usize = 0; at < bytes; at += 16) {
    const g = filter + at;
    let value: v128;
    if (row === 0) value = filterRow(g, step, column);
    else if (row === 3) value = filterRow(g + third, step, column);
    else {
      const middle = filterRow(g + <usize>(3 * step * 4), step, column);
      const outer = f32x4.add(filterRow(g, step, column), filterRow(g + third, step, column));
      value = f32x4.mul(half, row === 1 ? f32x4.add(outer, middle) : f32x4.sub(outer, middle));
    }
    v128.store(to + at, value);
  }
}

function filterRow(g: usize, step: i32, column: i32): v128 {
  const g0 = v128.load(g);
  const g2 = v128.load(g + <usize>(2 * step * 4));
  if (column === 0) return g0;
  if (column === 3) return g2;
  const g1 = v128.load(g + <usize>(step * 4));
  const outer = f32x4.add(g0, g2);
  return f32x4.mul(f32x4.splat(0.5), column === 1 ? f32x4.add(outer, g1) : f32x4.sub(outer, g1));
}

/** The images of `from`, with `firstRow` and `firstColumn` zeros before them, through the packed filters at `scratch`. */
function convolve(
  from: usize,
  rows: i32,
  columns: i32,
  channels: i32,
  to: usize,
  toRows: i32,
  toColumns: i32,
  toChannels: i32,
  firstRow: i32,
  firstColumn: i32,
  scratch: usize,
): void {
  const panel = line(channels * paddedColumns(toChannels));
  const image = scratch + <usize>(16 * panel) * 4;
  const padded = max(toColumns + 2, columns + firstColumn);
  const imageFloats = line(max(toRows + 2, rows + firstRow) * padded * channels);
  const across = toColumns / 2;
  const down = toRows / 2;
  const tileRow = across * 16 * (channels + toChannels);
  // A few rows of tiles of one image, or several whole images.
  const strip = min(down, max(1, BLOCK_FLOATS / tileRow));
  const group = strip < down ? 1 : max(1, min(batch, BLOCK_FLOATS / (tileRow * down)));
  const tiles = group * strip * across;
  const squares = image + <usize>imageFloats * 4;
  const products = squares + <usize>(16 * planeFloats(tiles, channels)) * 4;
  const table = products + <usize>(16 * planeFloats(tiles, toChannels)) * 4;
  const outs = table + <usize>line(tableLength(tiles)) * 4;
  const spare = outs + <usize>line(tableLength(tiles)) * 4;
  for (let t = 0; t < tiles; t++) {
    store<u32>(table + <usize>t * 4, t * channels * 4);
    store<u32>(outs + <usize>t * 4, t * toChannels * 4);
  }
  memory.fill(image, 0, <usize>imageFloats * 4);

  for (let b = 0; b < batch; b += group) {
    const count = min(group, batch - b);
    for (let first = 0; first < down; first += strip) {
      const tileRows = min(strip, down - first);
      const ofImage = tileRows * across;
      const present = count * ofImage;
      for (let i = 0; i < count; i++) {
        if (first === 0) {
          const source = from + <usize>((b + i) * rows * columns * channels) * 4;
          copyImage(image, source, rows, columns, channels, padded, firstRow, firstColumn);
        }
        transformInputs(image, padded, first, tileRows, across, channels, squares, i * ofImage, present);
      }
      fillTable(table, present);
      fillTable(outs, present);
      for (let place = 0; place < 16; place++) {
        const transformed = squares + <usize>(place * planeFloats(present, channels)) * 4;
        const result = products + <usize>(place * planeFloats(present, toChannels)) * 4;
        const filters = scratch + <usize>(place * panel) * 4;
        product(transformed, table, present, result, outs, toChannels, 1, channels, 4, filters, spare);
      }
      restoreTable(table, present, tiles, channels);
      restoreTable(outs, present, tiles, toChannels);
      for (let i = 0; i < count; i++) {
        const target = to + <usize>(((b + i) * toRows + 2 * first) * toColumns * toChannels) * 4;
        transformProducts(products, i * ofImage, present, tileRows, across, toChannels, target);
      }
    }
  }
}

/**
 * Floats from one place of the squares to the next: a cache line more than the tiles fill, since planes a power of two apart
 * would all fall into the same few lines of the first-level cache.
 */
function planeFloats(tiles: i32, channels: i32): i32 {
  return line(tiles * channels) + 16;
}

/** Puts back the entries that fillTable wrote over. */
function restoreTable(table: usize, from: i32, length: i32, channels: i32): void {
  for (let t = from; t < min(length, tableLength(from)); t++)
    store<u32>(table + <usize>t * 4, t * channels * 4);
}

/** Bᵀ d B of each tile in some rows of tiles of an image, eight channels at a time. */
function transformInputs(
  image: usize,
  columns: i32,
  first: i32,
  tileRows: i32,
  across: i32,
  channels: i32,
  squares: usize,
  tile: i32,
  tiles: i32,
): void {
  const pixel = <usize>channels * 4;
  const row = pixel * columns;
  const place = <usize>planeFloats(tiles, channels) * 4;
  for (let i = first; i < first + tileRows; i++) {
    for (let j = 0; j < across; j++, tile++) {
      const d0 = image + <usize>(2 * i) * row + <usize>(2 * j) * pixel;
      const d1 = d0 + row;
      const d2 = d1 + row;
      const d3 = d2 + row;
      const v = squares + <usize>tile * pixel;
      for (let c: usize = 0; c < pixel; c += 32) {
        squareRow(d0 + c, d2 + c, -1, pixel, v + c, place);
        squareRow(d2 + c, d1 + c, 1, pixel, v + c + 4 * place, place);
        squareRow(d2 + c, d1 + c, -1, pixel, v + c + 8 * place, place);
        squareRow(d1 + c, d3 + c, -1, pixel, v + c + 12 * place, place);
      }
    }
  }
}

/** A row of Bᵀ d B from the rows a + sign·b of d (sign is ±1: nothing is rounded by it). */
function squareRow(a: usize, b: usize, sign: f32, pixel: usize, v: usize, place: usize): void {
  const s = f32x4.splat(sign);
  const tl0 = madd(s, v128.load(b), v128.load(a));
  const tl1 = madd(s, v128.load(b + pixel), v128.load(a + pixel));
  const tl2 = madd(s, v128.load(b + 2 * pixel), v128.load(a + 2 * pixel));
  const tl3 = madd(s, v128.load(b + 3 * pixel), v128.load(a + 3 * pixel));
  const th0 = madd(s, v128.load(b, 16), v128.load(a, 16));
  const th1 = madd(s, v128.load(b + pixel, 16), v128.load(a + pixel, 16));
  const th2 = madd(s, v128.load(b + 2 * pixel, 16), v128.load(a + 2 * pixel, 16));
  const th3 = madd(s, v128.load(b + 3 * pixel, 16), v128.load(a + 3 * pixel, 16));
  v128.store(v, f32x4.sub(tl0, tl2));
  v128.store(v, f32x4.sub(th0, th2), 16);
  v128.store(v + place, f32x4.add(tl1, tl2));
  v128.store(v + place, f32x4.add(th1, th2), 16);
  v128.store(v + 2 * place, f32x4.sub(tl2, tl1));
  v128.store(v + 2 * place, f32x4.sub(th2, th1), 16);
  v128.store(v + 3 * place, f32x4.sub(tl1, tl3));
  v128.store(v + 3 * place, f32x4.sub(th1, th3), 16);
}

/** Aᵀ m A of each tile, eight channels at a time, to the results. */
function transformProducts(
  products: usize,
  tile: i32,
  tiles: i32,
  tileRows: i32,
  across: i32,
  channels: i32,
  to: usize,
): void {
  const pixel = <usize>channels * 4;
  const place = <usize>planeFloats(tiles, channels) * 4;
  const row = <usize>(2 * across) * pixel;
  for (let i = 0; i < tileRows; i++) {
    for (let j = 0; j < across; j++, tile++) {
      const m = products + <usize>tile * pixel;
      const y = to + <usize>(2 * i) * row + <usize>(2 * j) * pixel;
      for (let c: usize = 0; c < pixel; c += 32) {
        resultRow(m + c, 4 * place, 1, place, y + c, pixel);
        resultRow(m + c + 12 * place, 0 - 4 * place, -1, place, y + c + row, pixel);
      }
    }
  }
}

/** A row of Aᵀ m A: m₀ + m₁ + m₂ going down with sign 1, m₁ − (m₃ + m₂) going up with sign −1. */
function resultRow(m: usize, step: usize, sign: f32, place: usize, y: usize, pixel: usize): void {
  const s = f32x4.splat(sign);
  const l0 = columnSum(m, step, s);
  const h0 = columnSum(m + 16, step, s);
  const l1 = columnSum(m + place, step, s);
  const h1 = columnSum(m + place + 16, step, s);
  const l2 = columnSum(m + 2 * place, step, s);
  const h2 = columnSum(m + 2 * place + 16, step, s);
  const l3 = columnSum(m + 3 * place, step, s);
  const h3 = columnSum(m + 3 * place + 16, step, s);
  v128.store(y, f32x4.add(f32x4.add(l0, l1), l2));
  v128.store(y, f32x4.add(f32x4.add(h0, h1), h2), 16);
  v128.store(y + pixel, f32x4.sub(f32x4.sub(l1, l2), l3));
  v128.store(y + pixel, f32x4.sub(f32x4.sub(h1, h2), h3), 16);
}

function columnSum(m: usize, step: usize, sign: v128): v128 {
  const sum = f32x4.add(v128.load(m), v128.load(m + step));
  return madd(sign, sum, v128.load(m + 2 * step));
}
