import { packPanels } from "./conv2d";
import { packTransposed } from "./conv2d-backprop-input";
import { line } from "./convolution";
import { fillTable, PRODUCT_SCRATCH, paddedColumns, panelWidth, product, tableLength } from "./product";

/** Floats of the left operand that stay in the second-level cache while the panels of the right one go over them. */
const BLOCK_FLOATS = 65536;

function blockRows(rows: i32, depth: i32): i32 {
  // Whole tiles of six rows or of eight.
  return min(rows, max(24, (BLOCK_FLOATS / depth / 24) * 24));
}

/** Floats of scratch that {@link matMul} needs. */
export function matMulScratch(rows: i32, columns: i32, depth: i32, transposeA: i32): i32 {
  const transposed = transposeA ? line(rows * depth) : 0;
  return (
    transposed +
    line(depth * paddedColumns(columns)) +
    2 * line(tableLength(blockRows(rows, depth))) +
    PRODUCT_SCRATCH +
    64
  );
}

/**
 * c = a·b, `batch` times: a is [rows, depth], b [depth, columns], c [rows, columns]. A transposed operand lies in memory
 * as [depth, rows] or [columns, depth]; a is turned round before the product, b as it is packed.
 */
export function matMul(
  a: usize,
  b: usize,
  c: usize,
  batch: i32,
  rows: i32,
  columns: i32,
  depth: i32,
  transposeA: i32,
  transposeB: i32,
  scratch: usize,
): void {
  const panels = scratch + (transposeA ? <usize>(line(rows * depth) * 4) : 0);
  const table = panels + <usize>line(depth * paddedColumns(columns)) * 4;
  const block = blockRows(rows, depth);
  const outs = table + <usize>line(tableLength(block)) * 4;
  const spare = outs + <usize>line(tableLength(block)) * 4;
  for (let i = 0; i < batch; i++) {
    let left = a + <usize>(i * rows * depth) * 4;
    if (transposeA) {
      packTransposed(scratch, left, rows, depth, depth);
      left = scratch;
    }
    const right = b + <usize>(i * depth * columns) * 4;
    if (transposeB) packTransposedPanels(panels, right, depth, columns);
    else packPanels(panels, right, depth, columns);
    for (let r = 0; r < rows; r += block) {
      const count = min(block, rows - r);
      for (let j = 0; j < count; j++) {
        store<u32>(table + <usize>j * 4, j * depth * 4);
        store<u32>(outs + <usize>j * 4, j * columns * 4);
      }
      fillTable(table, count);
      fillTable(outs, count);
      const from = left + <usize>(r * depth) * 4;
      const to = c + <usize>((i * rows + r) * columns) * 4;
      product(from, table, count, to, outs, columns, 1, depth, 4, panels, spare);
    }
  }
}

/** The panels of a matrix that lies in memory transposed, as [columns, depth]. */
export function packTransposedPanels(to: usize, from: usize, depth: i32, columns: i32): void {
  for (let n = 0; n < columns; ) {
    const panel = panelWidth(columns - n);
    packTransposed(to, from + <usize>(n * depth) * 4, depth, panel, min(panel, columns - n));
    to += <usize>(depth * panel) * 4;
    n += panel;
  }
}
