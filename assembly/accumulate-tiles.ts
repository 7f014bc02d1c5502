import { madd, storePair } from "./vector";

// Register tiles of c ← scale·c + a·b in place, the sums in registers from the first product to the last: c [left,
// columns of the tile] with rows `rowC` bytes apart, a [left, depth] with rows `rowA` apart, b as a panel [depth, columns].
// Where fewer rows than the tile has are left, its last ones repeat the last real one, which is then read, summed and
// written several times with the same result. See product-tiles.ts for the order of the operations.

/** 6 rows × 16 columns, for 256-bit registers. */
export function accumulateTile6x16(
  a: usize,
  rowA: usize,
  c: usize,
  rowC: usize,
  left: i32,
  depth: i32,
  panel: usize,
  scale: f32,
): void {
  const last = left - 1;
  const row1 = <usize>min(1, last);
  const row2 = <usize>min(2, last);
  const row3 = <usize>min(3, last);
  const row4 = <usize>min(4, last);
  const row5 = <usize>min(5, last);
  let a0 = a;
  let a1 = a + row1 * rowA;
  let a2 = a + row2 * rowA;
  let a3 = a + row3 * rowA;
  let a4 = a + row4 * rowA;
  let a5 = a + row5 * rowA;
  const c1 = c + row1 * rowC;
  const c2 = c + row2 * rowC;
  const c3 = c + row3 * rowC;
  const c4 = c + row4 * rowC;
  const c5 = c + row5 * rowC;
  const s = f32x4.splat(scale);
  let c00 = f32x4.mul(v128.load(c), s);
  let c01 = f32x4.mul(v128.load(c, 16), s);
  let c02 = f32x4.mul(v128.load(c, 32), s);
  let c03 = f32x4.mul(v128.load(c, 48), s);
  let c10 = f32x4.mul(v128.load(c1), s);
  let c11 = f32x4.mul(v128.load(c1, 16), s);
  let c12 = f32x4.mul(v128.load(c1, 32), s);
  let c13 = f32x4.mul(v128.load(c1, 48), s);
  let c20 = f32x4.mul(v128.load(c2), s);
  let c21 = f32x4.mul(v128.load(c2, 16), s);
  let c22 = f32x4.mul(v128.load(c2, 32), s);
  let c23 = f32x4.mul(v128.load(c2, 48), s);
  let c30 = f32x4.mul(v128.load(c3), s);
  let c31 = f32x4.mul(v128.load(c3, 16), s);
  let c32 = f32x4.mul(v128.load(c3, 32), s);
  let c33 = f32x4.mul(v128.load(c3, 48), s);
  let c40 = f32x4.mul(v128.load(c4), s);
  let c41 = f32x4.mul(v128.load(c4, 16), s);
  let c42 = f32x4.mul(v128.load(c4, 32), s);
  let c43 = f32x4.mul(v128.load(c4, 48), s);
  let c50 = f32x4.mul(v128.load(c5), s);
  let c51 = f32x4.mul(v128.load(c5, 16), s);
  let c52 = f32x4.mul(v128.load(c5, 32), s);
  let c53 = f32x4.mul(v128.load(c5, 48), s);
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
  store16(c, c00, c01, c02, c03);
  store16(c1, c10, c11, c12, c13);
  store16(c2, c20, c21, c22, c23);
  store16(c3, c30, c31, c32, c33);
  store16(c4, c40, c41, c42, c43);
  store16(c5, c50, c51, c52, c53);
}

/** 4 rows × 16 columns, for 256-bit registers and the rows that sixes leave. */
export function accumulateTile4x16(
  a: usize,
  rowA: usize,
  c: usize,
  rowC: usize,
  left: i32,
  depth: i32,
  panel: usize,
  scale: f32,
): void {
  const last = left - 1;
  const row1 = <usize>min(1, last);
  const row2 = <usize>min(2, last);
  const row3 = <usize>min(3, last);
  let a0 = a;
  let a1 = a + row1 * rowA;
  let a2 = a + row2 * rowA;
  let a3 = a + row3 * rowA;
  const c1 = c + row1 * rowC;
  const c2 = c + row2 * rowC;
  const c3 = c + row3 * rowC;
  const s = f32x4.splat(scale);
  let c00 = f32x4.mul(v128.load(c), s);
  let c01 = f32x4.mul(v128.load(c, 16), s);
  let c02 = f32x4.mul(v128.load(c, 32), s);
  let c03 = f32x4.mul(v128.load(c, 48), s);
  let c10 = f32x4.mul(v128.load(c1), s);
  let c11 = f32x4.mul(v128.load(c1, 16), s);
  let c12 = f32x4.mul(v128.load(c1, 32), s);
  let c13 = f32x4.mul(v128.load(c1, 48), s);
  let c20 = f32x4.mul(v128.load(c2), s);
  let c21 = f32x4.mul(v128.load(c2, 16), s);
  let c22 = f32x4.mul(v128.load(c2, 32), s);
  let c23 = f32x4.mul(v128.load(c2, 48), s);
  let c30 = f32x4.mul(v128.load(c3), s);
  let c31 = f32x4.mul(v128.load(c3, 16), s);
  let c32 = f32x4.mul(v128.load(c3, 32), s);
  let c33 = f32x4.mul(v128.load(c3, 48), s);
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
    a0 += 4;
    a1 += 4;
    a2 += 4;
    a3 += 4;
    b += 64;
  }
  store16(c, c00, c01, c02, c03);
  store16(c1, c10, c11, c12, c13);
  store16(c2, c20, c21, c22, c23);
  store16(c3, c30, c31, c32, c33);
}

/** 4 rows × 8 columns, for 128-bit registers. */
export function accumulateTile4x8(
  a: usize,
  rowA: usize,
  c: usize,
  rowC: usize,
  left: i32,
  depth: i32,
  panel: usize,
  scale: f32,
): void {
  const last = left - 1;
  const row1 = <usize>min(1, last);
  const row2 = <usize>min(2, last);
  const row3 = <usize>min(3, last);
  let a0 = a;
  let a1 = a + row1 * rowA;
  let a2 = a + row2 * rowA;
  let a3 = a + row3 * rowA;
  const c1 = c + row1 * rowC;
  const c2 = c + row2 * rowC;
  const c3 = c + row3 * rowC;
  const s = f32x4.splat(scale);
  let c00 = f32x4.mul(v128.load(c), s);
  let c01 = f32x4.mul(v128.load(c, 16), s);
  let c10 = f32x4.mul(v128.load(c1), s);
  let c11 = f32x4.mul(v128.load(c1, 16), s);
  let c20 = f32x4.mul(v128.load(c2), s);
  let c21 = f32x4.mul(v128.load(c2, 16), s);
  let c30 = f32x4.mul(v128.load(c3), s);
  let c31 = f32x4.mul(v128.load(c3, 16), s);
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
  v128.store(c, c00);
  v128.store(c, c01, 16);
  v128.store(c1, c10);
  v128.store(c1, c11, 16);
  v128.store(c2, c20);
  v128.store(c2, c21, 16);
  v128.store(c3, c30);
  v128.store(c3, c31, 16);
}

function store16(to: usize, c0: v128, c1: v128, c2: v128, c3: v128): void {
  storePair(to, c0, c1);
  v128.store(to, c3, 48);
  v128.store(to, c2, 32);
}
