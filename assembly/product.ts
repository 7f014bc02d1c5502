import { productTile4x8, productTile6x16, productTile8x8 } from "./product-tiles";

/** Columns of the next panel when `left` columns are left: 16 in 256-bit registers unless 8 hold them all. */
export function panelWidth(left: i32): i32 {
  if (WIDE) return left > 8 ? 16 : 8;
  return 8;
}

/** Rows of the tile with so many columns. */
function tileHeight(columns: i32): i32 {
  if (WIDE) return columns === 16 ? 6 : 8;
  return 4;
}

/** Columns of all panels together, the last one filled up with zeros. */
export function paddedColumns(columns: i32): i32 {
  let padded = 0;
  while (padded < columns) padded += panelWidth(columns - padded);
  return padded;
}

/** Entries in a table of row offsets: the last tile, of at most eight rows, reads beyond the rows that exist. */
export function tableLength(rows: i32): i32 {
  return rows + 7;
}

/** Fills a table up with its last entry: the rows that make the last tile whole repeat a real one. */
export function fillTable(table: usize, rows: i32): void {
  const last = load<u32>(table + <usize>(rows - 1) * 4);
  for (let r = rows; r < tableLength(rows); r++) store<u32>(table + <usize>r * 4, last);
}

/** Floats of scratch that {@link product} needs: a tile, and the table of its rows. */
export const PRODUCT_SCRATCH: i32 = 8 * 16 + 8;

/**
 * A matrix product, `rows` × `columns`, tile by tile (product-tiles.ts): the panels outermost, so that one stays in the
 * first-level cache while the rows stream past it. Both tables hold byte offsets, tableLength(rows) of them.
 */
export function product(
  src: usize,
  rowTable: usize,
  rows: i32,
  dst: usize,
  outTable: usize,
  columns: i32,
  segments: i32,
  depth: i32,
  stride: usize,
  panels: usize,
  scratch: usize,
): void {
  let panel = panels;
  for (let n = 0; n < columns; ) {
    const width = panelWidth(columns - n);
    const height = tileHeight(width);
    const to = dst + <usize>n * 4;
    if (n + width <= columns) {
      for (let r = 0; r < rows; r += height) {
        const at = <usize>r * 4;
        tile(width, src, rowTable + at, to, outTable + at, segments, depth, stride, panel);
      }
    } else {
      partialPanel(
        width,
        height,
        columns - n,
        src,
        rowTable,
        rows,
        to,
        outTable,
        segments,
        depth,
        stride,
        panel,
        scratch,
      );
    }
    panel += <usize>(segments * depth * width) * 4;
    n += width;
  }
}

/** A panel with fewer columns than the tile: into scratch, and the columns that exist from there. */
function partialPanel(
  width: i32,
  height: i32,
  columns: i32,
  src: usize,
  rowTable: usize,
  rows: i32,
  dst: usize,
  outTable: usize,
  segments: i32,
  depth: i32,
  stride: usize,
  panel: usize,
  scratch: usize,
): void {
  const table = scratch + 8 * 16 * 4;
  for (let i = 0; i < height; i++) store<u32>(table + <usize>i * 4, i * width * 4);
  for (let r = 0; r < rows; r += height) {
    const at = <usize>r * 4;
    tile(width, src, rowTable + at, scratch, table, segments, depth, stride, panel);
    for (let i = 0; i < height; i++) {
      const to = dst + load<u32>(outTable + at + <usize>i * 4);
      for (let n = 0; n < columns; n++) {
        store<f32>(to + <usize>n * 4, load<f32>(scratch + <usize>(i * width + n) * 4));
      }
    }
  }
}

function tile(
  width: i32,
  src: usize,
  rows: usize,
  dst: usize,
  outs: usize,
  segments: i32,
  depth: i32,
  stride: usize,
  panel: usize,
): void {
  if (WIDE) {
    if (width === 16) productTile6x16(src, rows, dst, outs, segments, depth, stride, panel);
    else productTile8x8(src, rows, dst, outs, segments, depth, stride, panel);
  } else {
    productTile4x8(src, rows, dst, outs, segments, depth, stride, panel);
  }
}
