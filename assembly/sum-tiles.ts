import { madd } from "./vector";

// Register tiles of a sum of outer products, for gradients of filters. Over the `length` pixels of each of `rows` rows of each
// of `images` images,
//
//   c[m][n] += Σ_i Σ_r Σ_p (a + i·imageA + r·rowA + p·stepA)[m] · (b + i·imageB + r·rowB + p·stepB)[n],
//
// m consecutive numbers of a, n consecutive numbers of b, rows of c `rowC` bytes apart. As in product-tiles.ts the sums
// stay in registers, each step loads b's columns once and repeats one number of a in all lanes, and columns come in
// adjacent pairs of vectors for V8's revectorizer.

/** 6 rows × 16 columns, for 256-bit registers: 12 sums, 2 columns of b and one number of a are 15 of 16 registers. */
export function sumTile6x16(
  a: usize,
  stepA: usize,
  rowA: usize,
  imageA: usize,
  b: usize,
  stepB: usize,
  rowB: usize,
  imageB: usize,
  images: i32,
  rows: i32,
  length: i32,
  c: usize,
  rowC: usize,
): void {
  const row1 = c + rowC;
  const row2 = row1 + rowC;
  const row3 = row2 + rowC;
  const row4 = row3 + rowC;
  const row5 = row4 + rowC;
  let c00 = v128.load(c);
  let c01 = v128.load(c, 16);
  let c02 = v128.load(c, 32);
  let c03 = v128.load(c, 48);
  let c10 = v128.load(row1);
  let c11 = v128.load(row1, 16);
  let c12 = v128.load(row1, 32);
  let c13 = v128.load(row1, 48);
  let c20 = v128.load(row2);
  let c21 = v128.load(row2, 16);
  let c22 = v128.load(row2, 32);
  let c23 = v128.load(row2, 48);
  let c30 = v128.load(row3);
  let c31 = v128.load(row3, 16);
  let c32 = v128.load(row3, 32);
  let c33 = v128.load(row3, 48);
  let c40 = v128.load(row4);
  let c41 = v128.load(row4, 16);
  let c42 = v128.load(row4, 32);
  let c43 = v128.load(row4, 48);
  let c50 = v128.load(row5);
  let c51 = v128.load(row5, 16);
  let c52 = v128.load(row5, 32);
  let c53 = v128.load(row5, 48);
  for (let i = 0; i < images; i++) {
    let rowOfA = a,
      rowOfB = b;
    for (let r = 0; r < rows; r++) {
      let x = rowOfA;
      let y = rowOfB;
      for (let p = 0; p < length; p++) {
        const b0 = v128.load(y);
        const b1 = v128.load(y, 16);
        const b2 = v128.load(y, 32);
        const b3 = v128.load(y, 48);
        const x0 = v128.load32_splat(x);
        c00 = madd(x0, b0, c00);
        c01 = madd(x0, b1, c01);
        c02 = madd(x0, b2, c02);
        c03 = madd(x0, b3, c03);
        const x1 = v128.load32_splat(x, 4);
        c10 = madd(x1, b0, c10);
        c11 = madd(x1, b1, c11);
        c12 = madd(x1, b2, c12);
        c13 = madd(x1, b3, c13);
        const x2 = v128.load32_splat(x, 8);
        c20 = madd(x2, b0, c20);
        c21 = madd(x2, b1, c21);
        c22 = madd(x2, b2, c22);
        c23 = madd(x2, b3, c23);
        const x3 = v128.load32_splat(x, 12);
        c30 = madd(x3, b0, c30);
        c31 = madd(x3, b1, c31);
        c32 = madd(x3, b2, c32);
        c33 = madd(x3, b3, c33);
        const x4 = v128.load32_splat(x, 16);
        c40 = madd(x4, b0, c40);
        c41 = madd(x4, b1, c41);
        c42 = madd(x4, b2, c42);
        c43 = madd(x4, b3, c43);
        const x5 = v128.load32_splat(x, 20);
        c50 = madd(x5, b0, c50);
        c51 = madd(x5, b1, c51);
        c52 = madd(x5, b2, c52);
        c53 = madd(x5, b3, c53);
        x += stepA;
        y += stepB;
      }
      rowOfA += rowA;
      rowOfB += rowB;
    }
    a += imageA;
    b += imageB;
  }
  v128.store(c, c00);
  v128.store(c, c01, 16);
  v128.store(c, c02, 32);
  v128.store(c, c03, 48);
  v128.store(row1, c10);
  v128.store(row1, c11, 16);
  v128.store(row1, c12, 32);
  v128.store(row1, c13, 48);
  v128.store(row2, c20);
  v128.store(row2, c21, 16);
  v128.store(row2, c22, 32);
  v128.store(row2, c23, 48);
  v128.store(row3, c30);
  v128.store(row3, c31, 16);
  v128.store(row3, c32, 32);
  v128.store(row3, c33, 48);
  v128.store(row4, c40);
  v128.store(row4, c41, 16);
  v128.store(row4, c42, 32);
  v128.store(row4, c43, 48);
  v128.store(row5, c50);
  v128.store(row5, c51, 16);
  v128.store(row5, c52, 32);
  v128.store(row5, c53, 48);
}

/** 4 rows × 16 columns, for 256-bit registers: 8 sums, for the rows that sixes leave over. */
export function sumTile4x16(
  a: usize,
  stepA: usize,
  rowA: usize,
  imageA: usize,
  b: usize,
  stepB: usize,
  rowB: usize,
  imageB: usize,
  images: i32,
  rows: i32,
  length: i32,
  c: usize,
  rowC: usize,
): void {
  const row1 = c + rowC;
  const row2 = row1 + rowC;
  const row3 = row2 + rowC;
  let c00 = v128.load(c);
  let c01 = v128.load(c, 16);
  let c02 = v128.load(c, 32);
  let c03 = v128.load(c, 48);
  let c10 = v128.load(row1);
  let c11 = v128.load(row1, 16);
  let c12 = v128.load(row1, 32);
  let c13 = v128.load(row1, 48);
  let c20 = v128.load(row2);
  let c21 = v128.load(row2, 16);
  let c22 = v128.load(row2, 32);
  let c23 = v128.load(row2, 48);
  let c30 = v128.load(row3);
  let c31 = v128.load(row3, 16);
  let c32 = v128.load(row3, 32);
  let c33 = v128.load(row3, 48);
  for (let i = 0; i < images; i++) {
    let rowOfA = a,
      rowOfB = b;
    for (let r = 0; r < rows; r++) {
      let x = rowOfA;
      let y = rowOfB;
      for (let p = 0; p < length; p++) {
        const b0 = v128.load(y);
        const b1 = v128.load(y, 16);
        const b2 = v128.load(y, 32);
        const b3 = v128.load(y, 48);
        const x0 = v128.load32_splat(x);
        c00 = madd(x0, b0, c00);
        c01 = madd(x0, b1, c01);
        c02 = madd(x0, b2, c02);
        c03 = madd(x0, b3, c03);
        const x1 = v128.load32_splat(x, 4);
        c10 = madd(x1, b0, c10);
        c11 = madd(x1, b1, c11);
        c12 = madd(x1, b2, c12);
        c13 = madd(x1, b3, c13);
        const x2 = v128.load32_splat(x, 8);
        c20 = madd(x2, b0, c20);
        c21 = madd(x2, b1, c21);
        c22 = madd(x2, b2, c22);
        c23 = madd(x2, b3, c23);
        const x3 = v128.load32_splat(x, 12);
        c30 = madd(x3, b0, c30);
        c31 = madd(x3, b1, c31);
        c32 = madd(x3, b2, c32);
        c33 = madd(x3, b3, c33);
        x += stepA;
        y += stepB;
      }
      rowOfA += rowA;
      rowOfB += rowB;
    }
    a += imageA;
    b += imageB;
  }
  v128.store(c, c00);
  v128.store(c, c01, 16);
  v128.store(c, c02, 32);
  v128.store(c, c03, 48);
  v128.store(row1, c10);
  v128.store(row1, c11, 16);
  v128.store(row1, c12, 32);
  v128.store(row1, c13, 48);
  v128.store(row2, c20);
  v128.store(row2, c21, 16);
  v128.store(row2, c22, 32);
  v128.store(row2, c23, 48);
  v128.store(row3, c30);
  v128.store(row3, c31, 16);
  v128.store(row3, c32, 32);
  v128.store(row3, c33, 48);
}

/** 6 rows × 8 columns, for 256-bit registers and few columns. */
export function sumTile6x8(
  a: usize,
  stepA: usize,
  rowA: usize,
  imageA: usize,
  b: usize,
  stepB: usize,
  rowB: usize,
  imageB: usize,
  images: i32,
  rows: i32,
  length: i32,
  c: usize,
  rowC: usize,
): void {
  const row1 = c + rowC;
  const row2 = row1 + rowC;
  const row3 = row2 + rowC;
  const row4 = row3 + rowC;
  const row5 = row4 + rowC;
  let c00 = v128.load(c);
  let c01 = v128.load(c, 16);
  let c10 = v128.load(row1);
  let c11 = v128.load(row1, 16);
  let c20 = v128.load(row2);
  let c21 = v128.load(row2, 16);
  let c30 = v128.load(row3);
  let c31 = v128.load(row3, 16);
  let c40 = v128.load(row4);
  let c41 = v128.load(row4, 16);
  let c50 = v128.load(row5);
  let c51 = v128.load(row5, 16);
  for (let i = 0; i < images; i++) {
    let rowOfA = a,
      rowOfB = b;
    for (let r = 0; r < rows; r++) {
      let x = rowOfA;
      let y = rowOfB;
      for (let p = 0; p < length; p++) {
        const b0 = v128.load(y);
        const b1 = v128.load(y, 16);
        const x0 = v128.load32_splat(x);
        c00 = madd(x0, b0, c00);
        c01 = madd(x0, b1, c01);
        const x1 = v128.load32_splat(x, 4);
        c10 = madd(x1, b0, c10);
        c11 = madd(x1, b1, c11);
        const x2 = v128.load32_splat(x, 8);
        c20 = madd(x2, b0, c20);
        c21 = madd(x2, b1, c21);
        const x3 = v128.load32_splat(x, 12);
        c30 = madd(x3, b0, c30);
        c31 = madd(x3, b1, c31);
        const x4 = v128.load32_splat(x, 16);
        c40 = madd(x4, b0, c40);
        c41 = madd(x4, b1, c41);
        const x5 = v128.load32_splat(x, 20);
        c50 = madd(x5, b0, c50);
        c51 = madd(x5, b1, c51);
        x += stepA;
        y += stepB;
      }
      rowOfA += rowA;
      rowOfB += rowB;
    }
    a += imageA;
    b += imageB;
  }
  v128.store(c, c00);
  v128.store(c, c01, 16);
  v128.store(row1, c10);
  v128.store(row1, c11, 16);
  v128.store(row2, c20);
  v128.store(row2, c21, 16);
  v128.store(row3, c30);
  v128.store(row3, c31, 16);
  v128.store(row4, c40);
  v128.store(row4, c41, 16);
  v128.store(row5, c50);
  v128.store(row5, c51, 16);
}

/** 4 rows × 8 columns, for 128-bit registers. */
export function sumTile4x8(
  a: usize,
  stepA: usize,
  rowA: usize,
  imageA: usize,
  b: usize,
  stepB: usize,
  rowB: usize,
  imageB: usize,
  images: i32,
  rows: i32,
  length: i32,
  c: usize,
  rowC: usize,
): void {
  const row1 = c + rowC;
  const row2 = row1 + rowC;
  const row3 = row2 + rowC;
  let c00 = v128.load(c);
  let c01 = v128.load(c, 16);
  let c10 = v128.load(row1);
  let c11 = v128.load(row1, 16);
  let c20 = v128.load(row2);
  let c21 = v128.load(row2, 16);
  let c30 = v128.load(row3);
  let c31 = v128.load(row3, 16);
  for (let i = 0; i < images; i++) {
    let rowOfA = a,
      rowOfB = b;
    for (let r = 0; r < rows; r++) {
      let x = rowOfA;
      let y = rowOfB;
      for (let p = 0; p < length; p++) {
        const b0 = v128.load(y);
        const b1 = v128.load(y, 16);
        const x0 = v128.load32_splat(x);
        c00 = madd(x0, b0, c00);
        c01 = madd(x0, b1, c01);
        const x1 = v128.load32_splat(x, 4);
        c10 = madd(x1, b0, c10);
        c11 = madd(x1, b1, c11);
        const x2 = v128.load32_splat(x, 8);
        c20 = madd(x2, b0, c20);
        c21 = madd(x2, b1, c21);
        const x3 = v128.load32_splat(x, 12);
        c30 = madd(x3, b0, c30);
        c31 = madd(x3, b1, c31);
        x += stepA;
        y += stepB;
      }
      rowOfA += rowA;
      rowOfB += rowB;
    }
    a += imageA;
    b += imageB;
  }
  v128.store(c, c00);
  v128.store(c, c01, 16);
  v128.store(row1, c10);
  v128.store(row1, c11, 16);
  v128.store(row2, c20);
  v128.store(row2, c21, 16);
  v128.store(row3, c30);
  v128.store(row3, c31, 16);
}
