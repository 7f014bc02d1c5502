import { madd, storePair } from "./vector";

// Register tiles of a matrix product. Row r starts at src + rows[r] and is made of `segments` runs of `depth` consecutive
// numbers, `stride` bytes apart (the rows of a convolution's window); the panel holds, for each of those numbers, the
// tile's columns side by side:
//
//   (dst + outs[r])[n] = Σ_s Σ_k (src + rows[r] + s·stride)[k] · panel[s·depth + k][n].
//
// The sums stay in registers from the first product to the last; each step loads the panel's columns once and one number
// of every row, repeated in all lanes. Columns come in adjacent pairs of vectors, and the loop over k is not unrolled: that
// is the pattern which V8's revectorizer fuses into 256-bit operations. At least 8 registers of sums are needed to hide
// the latency of a multiply-add (4 cycles, 2 at a time): 6×16 and 8×8 have 12 and 8 of 256 bits, 4×8 has 8 of 128.

/** 6 rows × 16 columns, for 256-bit registers: 12 sums, 2 columns and one number are 15 of 16 registers. */
export function productTile6x16(
  src: usize,
  rows: usize,
  dst: usize,
  outs: usize,
  segments: i32,
  depth: i32,
  stride: usize,
  panel: usize,
): void {
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
  const r0 = src + load<u32>(rows);
  const r1 = src + load<u32>(rows, 4);
  const r2 = src + load<u32>(rows, 8);
  const r3 = src + load<u32>(rows, 12);
  const r4 = src + load<u32>(rows, 16);
  const r5 = src + load<u32>(rows, 20);
  let b = panel;
  for (let s: usize = 0, end = <usize>segments * stride; s < end; s += stride) {
    let a0 = r0 + s;
    let a1 = r1 + s;
    let a2 = r2 + s;
    let a3 = r3 + s;
    let a4 = r4 + s;
    let a5 = r5 + s;
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
  }
  store16(dst + load<u32>(outs), c00, c01, c02, c03);
  store16(dst + load<u32>(outs, 4), c10, c11, c12, c13);
  store16(dst + load<u32>(outs, 8), c20, c21, c22, c23);
  store16(dst + load<u32>(outs, 12), c30, c31, c32, c33);
  store16(dst + load<u32>(outs, 16), c40, c41, c42, c43);
  store16(dst + load<u32>(outs, 20), c50, c51, c52, c53);
}

/** 8 rows × 8 columns, for 256-bit registers and few columns. */
export function productTile8x8(
  src: usize,
  rows: usize,
  dst: usize,
  outs: usize,
  segments: i32,
  depth: i32,
  stride: usize,
  panel: usize,
): void {
  let c00 = f32x4.splat(0),
    c01 = c00,
    c10 = c00,
    c11 = c00,
    c20 = c00,
    c21 = c00,
    c30 = c00,
    c31 = c00;
  let c40 = c00,
    c41 = c00,
    c50 = c00,
    c51 = c00,
    c60 = c00,
    c61 = c00,
    c70 = c00,
    c71 = c00;
  const r0 = src + load<u32>(rows),
    r1 = src + load<u32>(rows, 4);
  const r2 = src + load<u32>(rows, 8),
    r3 = src + load<u32>(rows, 12);
  const r4 = src + load<u32>(rows, 16),
    r5 = src + load<u32>(rows, 20);
  const r6 = src + load<u32>(rows, 24),
    r7 = src + load<u32>(rows, 28);
  let b = panel;
  for (let s: usize = 0, end = <usize>segments * stride; s < end; s += stride) {
    let a0 = r0 + s,
      a1 = r1 + s,
      a2 = r2 + s,
      a3 = r3 + s;
    let a4 = r4 + s,
      a5 = r5 + s,
      a6 = r6 + s,
      a7 = r7 + s;
    for (let k = 0; k < depth; k++) {
      const b0 = v128.load(b),
        b1 = v128.load(b, 16);
      const x0 = v128.load32_splat(a0),
        x1 = v128.load32_splat(a1);
      c00 = madd(x0, b0, c00);
      c01 = madd(x0, b1, c01);
      c10 = madd(x1, b0, c10);
      c11 = madd(x1, b1, c11);
      const x2 = v128.load32_splat(a2),
        x3 = v128.load32_splat(a3);
      c20 = madd(x2, b0, c20);
      c21 = madd(x2, b1, c21);
      c30 = madd(x3, b0, c30);
      c31 = madd(x3, b1, c31);
      const x4 = v128.load32_splat(a4),
        x5 = v128.load32_splat(a5);
      c40 = madd(x4, b0, c40);
      c41 = madd(x4, b1, c41);
      c50 = madd(x5, b0, c50);
      c51 = madd(x5, b1, c51);
      const x6 = v128.load32_splat(a6),
        x7 = v128.load32_splat(a7);
      c60 = madd(x6, b0, c60);
      c61 = madd(x6, b1, c61);
      c70 = madd(x7, b0, c70);
      c71 = madd(x7, b1, c71);
      a0 += 4;
      a1 += 4;
      a2 += 4;
      a3 += 4;
      a4 += 4;
      a5 += 4;
      a6 += 4;
      a7 += 4;
      b += 32;
    }
  }
  storePair(dst + load<u32>(outs), c00, c01);
  storePair(dst + load<u32>(outs, 4), c10, c11);
  storePair(dst + load<u32>(outs, 8), c20, c21);
  storePair(dst + load<u32>(outs, 12), c30, c31);
  storePair(dst + load<u32>(outs, 16), c40, c41);
  storePair(dst + load<u32>(outs, 20), c50, c51);
  storePair(dst + load<u32>(outs, 24), c60, c61);
  storePair(dst + load<u32>(outs, 28), c70, c71);
}

/** 4 rows × 8 columns, for 128-bit registers. */
export function productTile4x8(
  src: usize,
  rows: usize,
  dst: usize,
  outs: usize,
  segments: i32,
  depth: i32,
  stride: usize,
  panel: usize,
): void {
  let c00 = f32x4.splat(0),
    c01 = c00,
    c10 = c00,
    c11 = c00,
    c20 = c00,
    c21 = c00,
    c30 = c00,
    c31 = c00;
  const r0 = src + load<u32>(rows),
    r1 = src + load<u32>(rows, 4);
  const r2 = src + load<u32>(rows, 8),
    r3 = src + load<u32>(rows, 12);
  let b = panel;
  for (let s: usize = 0, end = <usize>segments * stride; s < end; s += stride) {
    let a0 = r0 + s,
      a1 = r1 + s,
      a2 = r2 + s,
      a3 = r3 + s;
    for (let k = 0; k < depth; k++) {
      const b0 = v128.load(b),
        b1 = v128.load(b, 16);
      const x0 = v128.load32_splat(a0),
        x1 = v128.load32_splat(a1);
      const x2 = v128.load32_splat(a2),
        x3 = v128.load32_splat(a3);
      c00 = madd(x0, b0, c00);
      c01 = madd(x0, b1, c01);
      c10 = madd(x1, b0, c10);
      c11 = madd(x1, b1, c11);
      c20 = madd(x2, b0, c20);
      c21 = madd(x2, b1, c21);
      c30 = madd(x3, b0, c30);
      c31 = madd(x3, b1, c31);
      a0 += 4;
      a1 += 4;
      a2 += 4;
      a3 += 4;
      b += 32;
    }
  }
  storePair(dst + load<u32>(outs), c00, c01);
  storePair(dst + load<u32>(outs, 4), c10, c11);
  storePair(dst + load<u32>(outs, 8), c20, c21);
  storePair(dst + load<u32>(outs, 12), c30, c31);
}

/** Two pairs; the second at offsets from the same pointer, without which the revectorizer does not see it as one. */
function store16(to: usize, c0: v128, c1: v128, c2: v128, c3: v128): void {
  storePair(to, c0, c1);
  v128.store(to, c3, 48);
  v128.store(to, c2, 32);
}
