import {
  batch,
  height,
  inputs,
  left,
  lineBytes,
  outHeight,
  outputs,
  outWidth,
  top,
  width,
} from "./convolution";
import { panelWidth } from "./product";
import { sumTile4x8, sumTile4x16, sumTile6x8, sumTile6x16 } from "./sum-tiles";
import { transformGradientLines, transformSumLines } from "./winograd-gradient-lines";
import {
  CONSTANTS,
  PLACES,
  RESULTS,
  storeConstants,
  transformInputLines,
  transformInputPixels,
} from "./winograd-lines";

// Gradients of 3×3 filters of stride 1 in the way of Winograd, F(3×3, 4×4): the transpose of what winograd-convolution.ts does
// to a filter. With the same matrices, a tile of 4×4 output gradients dY adds 36 products for each pair of channels where the
// sums of products have 144,
//
//   dW = Gᵀ[Σ (A dY Aᵀ) ⊙ (Bᵀ d B)]G,   summed over all tiles of all images, d the 6×6 inputs that the tile sees.
//
// The sums are 36 matrix products, inputs × tiles × outputs, one for each place in the 6×6 square. Tiles are taken in blocks
// that stay in the second-level cache from their transformation to the products; a block adds to the 36 sums, and Gᵀ(·)G is
// taken once at the end. A block is made of strips: the tiles side by side in four rows of an image. A strip is transformed
// down its columns straight from the image's rows (a row of zeros stands for those outside it), then across.

const SQUARE: i32 = PLACES * PLACES;

/**
 * Tiles in a block, unless one strip has more. With 32 channels on either side, what a place holds of them fills half of the
 * first-level cache. Every block reads and writes all of the sums: with fewer tiles that takes longer.
 */
const BLOCK_TILES: i32 = 64;

/** Bytes of each sum that are transformed together: two passes over 18 such pieces stay in the first-level cache. */
const PIECE: usize = 1024;

// Sizes that follow from the convolution described: lines and planes in bytes.
let across: i32 = 0;
let down: i32 = 0;
let stripsOfBlock: i32 = 0;
let inputLine: usize = 0;
let gradientLine: usize = 0;
let sumPlane: usize = 0;
let inputPlane: usize = 0;
let gradientPlane: usize = 0;

// Where things are in the scratch memory.
let constants: usize = 0;
let zeros: usize = 0;
let inputColumns: usize = 0;
let gradientColumns: usize = 0;
let sums: usize = 0;
let inputSquares: usize = 0;
let gradientSquares: usize = 0;
let pieces: usize = 0;

/** Floats of scratch for {@link conv2dBackpropFilterWinograd}. */
export function conv2dBackpropFilterWinogradScratch(): i32 {
  return <i32>(layOut(0) / 4);
}

/** As conv2dBackpropFilter, for the convolution described: 3×3, stride 1, channels in eights. */
export function conv2dBackpropFilterWinograd(x: usize, dy: usize, dw: usize, scratch: usize): void {
  layOut(scratch);
  storeConstants(constants);
  memory.fill(zeros, 0, inputSquares - zeros);
  const strips = batch * down;
  for (let first = 0; first < strips; first += stripsOfBlock) {
    const present = min(stripsOfBlock, strips - first);
    for (let s = 0; s < present; s++) {
      transformInputs(x, first + s, s * across);
      transformGradients(dy, first + s, s * across);
    }
    addProducts(present * across);
  }
  transformSums(dw);
}

/** Divides the scratch memory up; returns where the last of it ends. */
function layOut(scratch: usize): usize {
  across = (outWidth + RESULTS - 1) / RESULTS;
  down = (outHeight + RESULTS - 1) / RESULTS;
  stripsOfBlock = min(batch * down, max(1, BLOCK_TILES / across));
  inputLine = lineBytes(max(RESULTS * across + 2, width + left) * inputs);
  gradientLine = lineBytes(RESULTS * across * outputs);
  const tiles = stripsOfBlock * across;
  sumPlane = planeBytes(inputs * outputs);
  inputPlane = planeBytes(tiles * inputs);
  gradientPlane = planeBytes(tiles * outputs);

  constants = scratch;
  zeros = constants + lineBytes(CONSTANTS);
  inputColumns = zeros + max(inputLine, gradientLine);
  gradientColumns = inputColumns + <usize>PLACES * inputLine;
  sums = gradientColumns + <usize>PLACES * gradientLine;
  inputSquares = sums + <usize>SQUARE * sumPlane;
  gradientSquares = inputSquares + <usize>SQUARE * inputPlane;
  pieces = gradientSquares + <usize>SQUARE * gradientPlane;
  return pieces + <usize>(3 * PLACES) * PIECE;
}

/** An odd number of cache lines: planes a power of two apart would fall into the same few lines of the cache. */
function planeBytes(floats: i32): usize {
  return lineBytes(floats) | 64;
}

/** Bᵀ d B for the tiles of a strip, the first of which is number `tile` of the block. */
function transformInputs(x: usize, strip: i32, tile: i32): void {
  const pixel = <usize>inputs * 4;
  const rowBytes = <usize>width * pixel;
  const image = x + <usize>((strip / down) * height) * rowBytes;
  const row = RESULTS * (strip % down) - top;
  transformInputLines(
    rowOf(image, row, height, rowBytes),
    rowOf(image, row + 1, height, rowBytes),
    rowOf(image, row + 2, height, rowBytes),
    rowOf(image, row + 3, height, rowBytes),
    rowOf(image, row + 4, height, rowBytes),
    rowOf(image, row + 5, height, rowBytes),
    rowBytes,
    inputColumns + <usize>left * pixel,
    inputLine,
    constants,
  );
  for (let i: usize = 0; i < <usize>PLACES; i++) {
    const v = inputSquares + i * <usize>PLACES * inputPlane + <usize>tile * pixel;
    transformInputPixels(inputColumns + i * inputLine, pixel, across, v, inputPlane, constants);
  }
}

/** A row of an image, or zeros for one outside it. */
function rowOf(image: usize, row: i32, rows: i32, rowBytes: usize): usize {
  return row < 0 || row >= rows ? zeros : image + <usize>row * rowBytes;
}

/** A dY Aᵀ for the tiles of a strip, as transformInputs; dY is zero beyond the images, where the last tiles hang over. */
function transformGradients(dy: usize, strip: i32, tile: i32): void {
  const rowBytes = <usize>(outWidth * outputs) * 4;
  const image = dy + <usize>((strip / down) * outHeight) * rowBytes;
  const row = RESULTS * (strip % down);
  transformGradientLines(
    rowOf(image, row, outHeight, rowBytes),
    rowOf(image, row + 1, outHeight, rowBytes),
    rowOf(image, row + 2, outHeight, rowBytes),
    rowOf(image, row + 3, outHeight, rowBytes),
    rowBytes,
    gradientColumns,
    gradientLine,
    constants,
  );
  for (let i: usize = 0; i < <usize>PLACES; i++) {
    packGradientRow(
      gradientColumns + i * gradientLine,
      gradientSquares + i * <usize>PLACES * gradientPlane,
      tile,
    );
  }
}

/** (A dY) Aᵀ of one row of A dY to six planes, each in panels of a register tile's columns, tile after tile. */
function packGradientRow(from: usize, to: usize, tile: i32): void {
  const pixel = <usize>outputs * 4;
  const tiles = <usize>(stripsOfBlock * across);
  for (let n = 0; n < outputs; ) {
    const columns = panelWidth(outputs - n);
    const bytes = <usize>columns * 4;
    let y = from + <usize>n * 4;
    let u = to + <usize>n * tiles * 4 + <usize>tile * bytes;
    for (let j = 0; j < across; j++) {
      const y2 = y + 2 * pixel;
      transformGradientLines(y, y + pixel, y2, y2 + pixel, bytes, u, gradientPlane, constants);
      y += <usize>RESULTS * pixel;
      u += bytes;
    }
    n += columns;
  }
}

/** Adds the products of a block's first `present` tiles to the sums, place by place. */
function addProducts(present: i32): void {
  const tiles = <usize>(stripsOfBlock * across);
  const row = <usize>outputs * 4;
  for (let place: usize = 0; place < <usize>SQUARE; place++) {
    const a = inputSquares + place * inputPlane;
    const b = gradientSquares + place * gradientPlane;
    const c = sums + place * sumPlane;
    for (let n = 0; n < outputs; ) {
      const columns = panelWidth(outputs - n);
      const panel = b + <usize>n * tiles * 4;
      for (let m = 0; m < inputs; ) {
        const rows = tileRows(inputs - m);
        addTile(rows, columns, a + <usize>m * 4, panel, present, c + <usize>m * row + <usize>n * 4);
        m += rows;
      }
      n += columns;
    }
  }
}

/** Rows of the next register tile when so many are left, a multiple of four: sixes, after the fours that make them whole. */
function tileRows(rowsLeft: i32): i32 {
  return WIDE && rowsLeft % 6 === 0 ? 6 : 4;
}

/** c[m][n] += Σ a[tile][m] · b[tile][n] in one register tile. */
function addTile(rows: i32, columns: i32, a: usize, b: usize, tiles: i32, c: usize): void {
  const stepA = <usize>inputs * 4;
  const stepB = <usize>columns * 4;
  const rowC = <usize>outputs * 4;
  if (WIDE && columns === 16) {
    if (rows === 6) sumTile6x16(a, stepA, 0, 0, b, stepB, 0, 0, 1, 1, tiles, c, rowC);
    else sumTile4x16(a, stepA, 0, 0, b, stepB, 0, 0, 1, 1, tiles, c, rowC);
  } else {
    if (WIDE && rows === 6) sumTile6x8(a, stepA, 0, 0, b, stepB, 0, 0, 1, 1, tiles, c, rowC);
    else sumTile4x8(a, stepA, 0, 0, b, stepB, 0, 0, 1, 1, tiles, c, rowC);
  }
}

/** dW = Gᵀ S G of the sums S, piece by piece: a pass down their columns, and one across. */
function transformSums(dw: usize): void {
  const tap = <usize>(inputs * outputs) * 4;
  for (let at: usize = 0; at < tap; at += PIECE) {
    const bytes = min(PIECE, tap - at);
    for (let j: usize = 0; j < <usize>PLACES; j++) {
      const s = sums + j * sumPlane + at;
      transformSumLines(s, <usize>PLACES * sumPlane, bytes, pieces + j * PIECE, <usize>PLACES * PIECE);
    }
    for (let ky: usize = 0; ky < 3; ky++) {
      transformSumLines(pieces + ky * <usize>PLACES * PIECE, PIECE, bytes, dw + 3 * ky * tap + at, tap);
    }
  }
}
