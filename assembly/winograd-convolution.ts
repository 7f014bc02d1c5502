import { packPanels } from "./conv2d";
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
import { denseProduct, ROWS_BEYOND } from "./dense-product";
import { packTransposedPanels } from "./mat-mul";
import { paddedColumns } from "./product";
import {
  CONSTANTS,
  PLACES,
  RESULTS,
  storeConstants,
  transformFilterLines,
  transformInputLines,
  transformInputPixels,
  transformProductLines,
} from "./winograd-lines";

// Convolutions 3×3 of stride 1 in the way of Winograd, F(4×4, 3×3) (Lavin & Gray, Fast Algorithms for Convolutional Neural
// Networks, CVPR 2016): a tile of 4×4 results takes 36 products for each pair of channels where sums of products take 144,
//
//   Y = Aᵀ[Σ_c (G g Gᵀ) ⊙ (Bᵀ d B)]A,   d the 6×6 inputs that the tile sees, g the filter; matrices in winograd-lines.ts.
//
// The sums over channels are 36 matrix products, tiles × channels, one for each place in the 6×6 square. Tiles are taken in
// blocks that stay in the second-level cache from their transformation to the results. A block is made of strips: the tiles
// side by side in four rows of an image. The input is transformed strip by strip, down its columns straight from the
// image's rows (a row of zeros stands for those outside it), then across.

const SQUARE: i32 = PLACES * PLACES;

/** Floats of transformed inputs in a block, and its tiles at least: each block reads all filters once. */
const BLOCK_FLOATS: i32 = 65536;
const LEAST_TILES: i32 = 24;

/** Bytes of each tap that are transformed together: two passes over 27 such pieces stay in the second-level cache. */
const PIECE: usize = 4096;

// The convolution at hand, forward or the input gradient's.
let fromRows: i32 = 0;
let fromColumns: i32 = 0;
let fromChannels: i32 = 0;
let toRows: i32 = 0;
let toColumns: i32 = 0;
let toChannels: i32 = 0;
/** Zeros before the first row and the first column. */
let firstRow: i32 = 0;
let firstColumn: i32 = 0;

// Sizes that follow from it, in bytes but for the tiles.
let across: i32 = 0;
let down: i32 = 0;
let stripsOfBlock: i32 = 0;
let panel: usize = 0;
let columnsLine: usize = 0;
let sumsLine: usize = 0;
let plane: usize = 0;

// Where things are in the scratch memory.
let filters: usize = 0;
let taps: usize = 0;
let pieces: usize = 0;
let zeros: usize = 0;
let columns: usize = 0;
let sums: usize = 0;
let overhang: usize = 0;
let products: usize = 0;
let squares: usize = 0;
let constants: usize = 0;

/** Floats of scratch for either function here. */
export function winogradScratch(): i32 {
  describeForward();
  const forward = layOut(0);
  describeBackward();
  return <i32>(max(forward, layOut(0)) / 4);
}

/** As conv2d, for the convolution described: 3×3, stride 1, channels in eights, at most two zeros before the first. */
export function conv2dWinograd(x: usize, filter: usize, y: usize, scratch: usize): void {
  describeForward();
  layOut(scratch);
  for (let tap = 0; tap < 9; tap++) packPanels(tapPanel(tap), tapOf(filter, tap), inputs, outputs);
  convolve(x, y);
}

/** As conv2dBackpropInput: a convolution of dy with the filter turned by 180° and its channels exchanged. */
export function conv2dBackpropInputWinograd(dy: usize, filter: usize, dx: usize, scratch: usize): void {
  describeBackward();
  layOut(scratch);
  for (let tap = 0; tap < 9; tap++) {
    packTransposedPanels(tapPanel(tap), tapOf(filter, 8 - tap), outputs, inputs);
  }
  convolve(dy, dx);
}

function tapPanel(tap: i32): usize {
  return taps + <usize>tap * panel;
}

function tapOf(filter: usize, tap: i32): usize {
  return filter + <usize>(tap * inputs * outputs) * 4;
}

function describeForward(): void {
  fromRows = height;
  fromColumns = width;
  fromChannels = inputs;
  toRows = outHeight;
  toColumns = outWidth;
  toChannels = outputs;
  firstRow = top;
  firstColumn = left;
}

function describeBackward(): void {
  fromRows = outHeight;
  fromColumns = outWidth;
  fromChannels = outputs;
  toRows = height;
  toColumns = width;
  toChannels = inputs;
  firstRow = 2 - top;
  firstColumn = 2 - left;
}

/** Divides the scratch memory up; returns where the last of it ends. */
function layOut(scratch: usize): usize {
  across = (toColumns + RESULTS - 1) / RESULTS;
  down = (toRows + RESULTS - 1) / RESULTS;
  const wider = max(fromChannels, toChannels);
  const tilesWanted = max(LEAST_TILES, BLOCK_FLOATS / (SQUARE * wider));
  const stripsWanted = max(1, tilesWanted / across);
  // Whole register tiles (dense-product.ts), which have 4 or 6 rows.
  stripsOfBlock = min(batch * down, stripsWanted < 6 ? stripsWanted : stripsWanted - (stripsWanted % 6));
  const tiles = stripsOfBlock * across;
  const reached = max(RESULTS * across + 2, fromColumns + firstColumn);
  columnsLine = lineBytes(reached * fromChannels);
  sumsLine = lineBytes(across * toChannels);
  // Odd numbers of cache lines: a power of two apart, places would fall into the same few lines of the first-level cache.
  panel = lineBytes(fromChannels * paddedColumns(toChannels)) | 64;
  plane = lineBytes((tiles + ROWS_BEYOND) * wider) | 64;

  filters = scratch;
  taps = filters + <usize>SQUARE * panel;
  pieces = taps + 9 * panel;
  zeros = pieces + <usize>(3 * PLACES) * PIECE;
  columns = zeros + columnsLine;
  sums = columns + <usize>PLACES * columnsLine;
  overhang = sums + <usize>(RESULTS * PLACES) * sumsLine;
  products = overhang + lineBytes(RESULTS * toChannels);
  // A place's products are made when those of the place before have been used, and lie where these were transformed from.
  squares = products + plane;
  constants = squares + <usize>SQUARE * plane;
  return constants + lineBytes(CONSTANTS);
}

/** The images of `from` through the filter whose taps are packed. */
function convolve(from: usize, to: usize): void {
  const tiles = stripsOfBlock * across;
  prepare(tiles);
  const strips = batch * down;
  for (let first = 0; first < strips; first += stripsOfBlock) {
    const present = min(stripsOfBlock, strips - first);
    for (let s = 0; s < present; s++) {
      transformColumns(from, first + s);
      transformRows(squares + <usize>(s * across * fromChannels) * 4);
    }
    for (let place = 0; place < SQUARE; place++) {
      const at = <usize>place * plane;
      denseProduct(
        squares + at,
        present * across,
        fromChannels,
        products + at,
        toChannels,
        filters + <usize>place * panel,
      );
    }
    for (let s = 0; s < present; s++) {
      sumColumns(products + <usize>(s * across * toChannels) * 4);
      writeResults(to, first + s);
    }
  }
}

/** Filters, constants and zeros. */
function prepare(tiles: i32): void {
  storeConstants(constants);
  transformFilters();
  memory.fill(zeros, 0, sums - zeros);
  // The last register tile goes beyond the tiles. What is there counts for nothing, but subnormal numbers would take time.
  const end = <usize>(tiles * min(fromChannels, toChannels)) * 4;
  for (let place = 0; place <= SQUARE; place++)
    memory.fill(products + <usize>place * plane + end, 0, plane - end);
}

/** G g Gᵀ of the packed taps, piece by piece: a pass down the filter's columns, and one across. */
function transformFilters(): void {
  for (let at: usize = 0; at < panel; at += PIECE) {
    const bytes = min(PIECE, panel - at);
    for (let j: usize = 0; j < 3; j++) {
      transformFilterLines(taps + j * panel + at, 3 * panel, bytes, pieces + j * PIECE, 3 * PIECE, constants);
    }
    for (let i: usize = 0; i < <usize>PLACES; i++) {
      const to = filters + i * <usize>PLACES * panel + at;
      transformFilterLines(pieces + 3 * i * PIECE, PIECE, bytes, to, panel, constants);
    }
  }
}

/** Bᵀ d for the columns of a strip, all channels, between the zeros on both sides. */
function transformColumns(from: usize, strip: i32): void {
  const image = strip / down;
  const row = RESULTS * (strip - image * down) - firstRow;
  transformInputLines(
    rowOf(from, image, row),
    rowOf(from, image, row + 1),
    rowOf(from, image, row + 2),
    rowOf(from, image, row + 3),
    rowOf(from, image, row + 4),
    rowOf(from, image, row + 5),
    <usize>(fromColumns * fromChannels) * 4,
    columns + <usize>(firstColumn * fromChannels) * 4,
    columnsLine,
    constants,
  );
}

function rowOf(from: usize, image: i32, row: i32): usize {
  if (row < 0 || row >= fromRows) return zeros;
  return from + <usize>((image * fromRows + row) * fromColumns * fromChannels) * 4;
}

/** (Bᵀ d) B for the tiles of a strip, to the planes at `to`. */
function transformRows(to: usize): void {
  const pixel = <usize>fromChannels * 4;
  for (let i: usize = 0; i < <usize>PLACES; i++) {
    const row = columns + i * columnsLine;
    transformInputPixels(row, pixel, across, to + i * <usize>PLACES * plane, plane, constants);
  }
}

/** Aᵀ m for the tiles of a strip, whose products are in the planes at `from`. */
function sumColumns(from: usize): void {
  const bytes = <usize>(across * toChannels) * 4;
  for (let j: usize = 0; j < <usize>PLACES; j++) {
    const m = from + j * plane;
    transformProductLines(
      m,
      <usize>PLACES * plane,
      bytes,
      sums + j * sumsLine,
      <usize>PLACES * sumsLine,
      constants,
    );
  }
}

/** (Aᵀ m) A for the tiles of a strip: the results, of which the last tiles may have fewer rows and columns. */
function writeResults(to: usize, strip: i32): void {
  const pixel = <usize>toChannels * 4;
  const image = strip / down;
  const row = RESULTS * (strip - image * down);
  const rows = min(RESULTS, toRows - row);
  for (let i = 0; i < rows; i++) {
    let m = sums + <usize>(i * PLACES) * sumsLine;
    let y = to + <usize>((image * toRows + row + i) * toColumns) * pixel;
    for (let j = 0; j < toColumns; j += RESULTS) {
      writeResultRow(m, y, pixel, min(RESULTS, toColumns - j));
      m += pixel;
      y += <usize>RESULTS * pixel;
    }
  }
}

/** One row of a tile's results, `present` pixels of it. */
function writeResultRow(m: usize, y: usize, pixel: usize, present: i32): void {
  if (present === RESULTS) {
    transformProductLines(m, sumsLine, pixel, y, pixel, constants);
  } else {
    transformProductLines(m, sumsLine, pixel, overhang, pixel, constants);
    memory.copy(y, overhang, <usize>present * pixel);
  }
}
