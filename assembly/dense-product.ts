import { panelWidth } from "./product";
import { madd, storePair } from "./vector";

// Matrix products whose rows lie one after the other, as those of Winograd's way: what product.ts does, without its tables and
// without runs of consecutive numbers. On products of 16 to 64 numbers a result, that takes 6 to 10 % off the convolution.

/** Rows that the last tile may go beyond the rows there are: both matrices need room for them. */
export const ROWS_BEYOND: i32 = 5;

/** dst[r][n] = Σ_k src[r][k]·panels[k][n], `columns` a multiple of 8, panels as packPanels makes them. */
export function denseProduct(
  src: usize,
  rows: i32,
  depth: i32,
  dst: usize,
  columns: i32,
  panels: usize,
): void {
  const row = <usize>depth * 4;
  const out = <usize>columns * 4;
  let panel = panels;
  for (let n = 0; n < columns; ) {
    const width = panelWidth(columns - n);
    const height = width === 16 ? 6 : 4;
    let a = src;
    let y = dst + <usize>n * 4;
    for (let r = 0; r < rows; r += height) {
      if (WIDE && width === 16) denseTile6x16(a, row, y, out, depth, panel);
      else denseTile4x8(a, row, y, out, depth, panel);
      a += <usize>height * row;
      y += <usize>height * out;
    }
    panel += <usize>(depth * width) * 4;
    n += width;
  }
}

/** 6 rows × 16 columns for 256-bit registers: see product-tiles.ts on the shape of the loop. */
function denseTile6x16(src: usize, row: usize, dst: usize, out: usize, depth: i32, panel: usize): void {
  let c00 = f32x4.splat(0);
  let c01 = c00;
  let c02 = c00;
  let c03 = c00;
  let c10 = c00;
  let c11 = c00;
  let c12 = c00;
  let c13 = c00;
  let c20 = c00;
  let c21 = c00;
  let c22 = c00;
  let c23 = c00;
  let c30 = c00;
  let c31 = c00;
  let c32 = c00;
  let c33 = c00;
  let c40 = c00;
  let c41 = c00;
  let c42 = c00;
  let c43 = c00;
  let c50 = c00;
  let c51 = c00;
  let c52 = c00;
  let c53 = c00;
  let a0 = src;
  let a1 = a0 + row;
  let a2 = a1 + row;
  let a3 = a2 + row;
  let a4 = a3 + row;
  let a5 = a4 + row;
  let b = panel;
  for (let k = 0; k < depth; k++) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    const b2 = v128.load(b, 32);
    const b3 = v128.load(b, 48);
    const x0 = v128.load32_splat(a0);
    c00 = madd(x0, b0, c00);
    c01 = madd(x0, b1, c01);
    c02 = madd(x0, b2, c02);
    c03 = madd(x0, b3, c03);
    const x1 = v128.load32_splat(a1);
    c10 = madd(x1, b0, c10);
    c11 = madd(x1, b1, c11);
    c12 = madd(x1, b2, c12);
    c13 = madd(x1, b3, c13);
    const x2 = v128.load32_splat(a2);
    c20 = madd(x2, b0, c20);
    c21 = madd(x2, b1, c21);
    c22 = madd(x2, b2, c22);
    c23 = madd(x2, b3, c23);
    const x3 = v128.load32_splat(a3);
    c30 = madd(x3, b0, c30);
    c31 = madd(x3, b1, c31);
    c32 = madd(x3, b2, c32);
    c33 = madd(x3, b3, c33);
    const x4 = v128.load32_splat(a4);
    c40 = madd(x4, b0, c40);
    c41 = madd(x4, b1, c41);
    c42 = madd(x4, b2, c42);
    c43 = madd(x4, b3, c43);
    const x5 = v128.load32_splat(a5);
    c50 = madd(x5, b0, c50);
    c51 = madd(x5, b1, c51);
    c52 = madd(x5, b2, c52);
    c53 = madd(x5, b3, c53);
    a0 += 4;
    a1 += 4;
    a2 += 4;
    a3 += 4;
    a4 += 4;
    a5 += 4;
    b += 64;
  }
  let y = dst;
  storePair(y, c00, c01);
  v128.store(y, c03, 48);
  v128.store(y, c02, 32);
  y += out;
  storePair(y, c10, c11);
  v128.store(y, c13, 48);
  v128.store(y, c12, 32);
  y += out;
  storePair(y, c20, c21);
  v128.store(y, c23, 48);
  v128.store(y, c22, 32);
  y += out;
  storePair(y, c30, c31);
  v128.store(y, c33, 48);
  v128.store(y, c32, 32);
  y += out;
  storePair(y, c40, c41);
  v128.store(y, c43, 48);
  v128.store(y, c42, 32);
  y += out;
  storePair(y, c50, c51);
  v128.store(y, c53, 48);
  v128.store(y, c52, 32);
}

/** 4 rows × 8 columns for 128-bit registers, and for the last columns. */
function denseTile4x8(src: usize, row: usize, dst: usize, out: usize, depth: i32, panel: usize): void {
  let c00 = f32x4.splat(0);
  let c01 = c00;
  let c10 = c00;
  let c11 = c00;
  let c20 = c00;
  let c21 = c00;
  let c30 = c00;
  let c31 = c00;
  let a0 = src;
  let a1 = a0 + row;
  let a2 = a1 + row;
  let a3 = a2 + row;
  let b = panel;
  for (let k = 0; k < depth; k++) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    const x0 = v128.load32_splat(a0);
    c00 = madd(x0, b0, c00);
    c01 = madd(x0, b1, c01);
    const x1 = v128.load32_splat(a1);
    c10 = madd(x1, b0, c10);
    c11 = madd(x1, b1, c11);
    const x2 = v128.load32_splat(a2);
    c20 = madd(x2, b0, c20);
    c21 = madd(x2, b1, c21);
    const x3 = v128.load32_splat(a3);
    c30 = madd(x3, b0, c30);
    c31 = madd(x3, b1, c31);
    a0 += 4;
    a1 += 4;
    a2 += 4;
    a3 += 4;
    b += 32;
  }
  let y = dst;
  storePair(y, c00, c01);
  y += out;
  storePair(y, c10, c11);
  y += out;
  storePair(y, c20, c21);
  y += out;
  storePair(y, c30, c31);
}
