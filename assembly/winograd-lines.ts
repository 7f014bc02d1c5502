import { madd, storePair } from "./vector";

// The one-dimensional transformations of Winograd's F(4, 3) over lines, numbers that lie side by side: a line in, a line out,
// for all of its numbers alike. Two passes of them, down and across, transform squares (winograd-convolution.ts).
//
// The matrices come from polynomials evaluated at 0, ±a, ±b and ∞. With a = 5/8 and b = 3/2 the rounding error of a convolution
// of normal numbers is half of that with the usual 1 and 2, and about twice that of plain sums of products: the powers stay
// near 1, and all that Aᵀ and Bᵀ hold is exact in float32. (Barabasz et al., Error Analysis and Improving the Accuracy of
// Winograd Convolution for Deep Neural Networks, ACM TOMS 46, 2020, on why the points matter.)
export const A: f32 = 0.625;
export const B: f32 = 1.5;
export const AA: f32 = A * A;
export const BB: f32 = B * B;

/** Lines that Bᵀ and G make, and those that Aᵀ makes of them. */
export const PLACES: i32 = 6;
export const RESULTS: i32 = 4;

/** Floats of the table that {@link storeConstants} fills. */
export const CONSTANTS: i32 = 13;

/**
 * The matrices' numbers, for the transformations to load into all lanes. Numbers in the code would be assembled anew for each
 * use: V8's revectorizer makes a 256-bit constant of two halves.
 */
export function storeConstants(to: usize): void {
  store<f32>(to, A);
  store<f32>(to, B, 4);
  store<f32>(to, AA, 8);
  store<f32>(to, BB, 12);
  store<f32>(to, -AA, 16);
  store<f32>(to, -BB, 20);
  store<f32>(to, AA * BB, 24);
  store<f32>(to, -AA - BB, 28);
  const overA: f32 = 1 / (2 * AA * (AA - BB));
  const overB: f32 = 1 / (2 * BB * (BB - AA));
  store<f32>(to, 1 / (AA * BB), 32);
  store<f32>(to, overA, 36);
  store<f32>(to, overB, 40);
  store<f32>(to, A * overA, 44);
  store<f32>(to, B * overB, 48);
}

/**
 * Bᵀd of the six lines d₀ to d₅, of `bytes` bytes (a multiple of 32), to six lines `step` bytes apart:
 *
 *   a²b²·d₀ − (a² + b²)·d₂ + d₄ | (d₄ − b²·d₂) ± a·(d₃ − b²·d₁) | (d₄ − a²·d₂) ± b·(d₃ − a²·d₁) | a²b²·d₁ − (a² + b²)·d₃ + d₅.
 */
export function transformInputLines(
  d0: usize,
  d1: usize,
  d2: usize,
  d3: usize,
  d4: usize,
  d5: usize,
  bytes: usize,
  to: usize,
  step: usize,
  constants: usize,
): void {
  const a = v128.load32_splat(constants);
  const b = v128.load32_splat(constants, 4);
  const minusAA = v128.load32_splat(constants, 16);
  const minusBB = v128.load32_splat(constants, 20);
  const product = v128.load32_splat(constants, 24);
  const minusSum = v128.load32_splat(constants, 28);
  for (let at: usize = 0; at < bytes; at += 32) {
    const l0 = v128.load(d0 + at);
    const h0 = v128.load(d0 + at, 16);
    const l1 = v128.load(d1 + at);
    const h1 = v128.load(d1 + at, 16);
    const l2 = v128.load(d2 + at);
    const h2 = v128.load(d2 + at, 16);
    const l3 = v128.load(d3 + at);
    const h3 = v128.load(d3 + at, 16);
    const l4 = v128.load(d4 + at);
    const h4 = v128.load(d4 + at, 16);
    const l5 = v128.load(d5 + at);
    const h5 = v128.load(d5 + at, 16);
    let v = to + at;
    storePair(v, madd(product, l0, madd(minusSum, l2, l4)), madd(product, h0, madd(minusSum, h2, h4)));
    const evenAl = madd(minusBB, l2, l4);
    const evenAh = madd(minusBB, h2, h4);
    const oddAl = f32x4.mul(a, madd(minusBB, l1, l3));
    const oddAh = f32x4.mul(a, madd(minusBB, h1, h3));
    v += step;
    storePair(v, f32x4.add(evenAl, oddAl), f32x4.add(evenAh, oddAh));
    v += step;
    storePair(v, f32x4.sub(evenAl, oddAl), f32x4.sub(evenAh, oddAh));
    const evenBl = madd(minusAA, l2, l4);
    const evenBh = madd(minusAA, h2, h4);
    const oddBl = f32x4.mul(b, madd(minusAA, l1, l3));
    const oddBh = f32x4.mul(b, madd(minusAA, h1, h3));
    v += step;
    storePair(v, f32x4.add(evenBl, oddBl), f32x4.add(evenBh, oddBh));
    v += step;
    storePair(v, f32x4.sub(evenBl, oddBl), f32x4.sub(evenBh, oddBh));
    v += step;
    storePair(v, madd(product, l1, madd(minusSum, l3, l5)), madd(product, h1, madd(minusSum, h3, h5)));
  }
}

/** Bᵀ of the six pixels that each of `tiles` tiles side by side sees in a row of pixels, to six planes, tile after tile. */
export function transformInputPixels(
  row: usize,
  pixel: usize,
  tiles: i32,
  to: usize,
  plane: usize,
  constants: usize,
): void {
  let d = row;
  let v = to;
  for (let j = 0; j < tiles; j++) {
    const d3 = d + 3 * pixel;
    transformInputLines(
      d,
      d + pixel,
      d + 2 * pixel,
      d3,
      d3 + pixel,
      d3 + 2 * pixel,
      pixel,
      v,
      plane,
      constants,
    );
    d += <usize>RESULTS * pixel;
    v += pixel;
  }
}

/**
 * Gg of three lines `step` bytes apart, of `bytes` bytes (a multiple of 32), to six lines `stepTo` bytes apart:
 *
 *   g₀/a²b² | (g₀ ± a·g₁ + a²·g₂)/2a²(a² − b²) | (g₀ ± b·g₁ + b²·g₂)/2b²(b² − a²) | g₂.
 */
export function transformFilterLines(
  from: usize,
  step: usize,
  bytes: usize,
  to: usize,
  stepTo: usize,
  constants: usize,
): void {
  const aa = v128.load32_splat(constants, 8);
  const bb = v128.load32_splat(constants, 12);
  const over0 = v128.load32_splat(constants, 32);
  const overA = v128.load32_splat(constants, 36);
  const overB = v128.load32_splat(constants, 40);
  const oddOverA = v128.load32_splat(constants, 44);
  const oddOverB = v128.load32_splat(constants, 48);
  for (let at: usize = 0; at < bytes; at += 32) {
    let g = from + at;
    const l0 = v128.load(g);
    const h0 = v128.load(g, 16);
    g += step;
    const l1 = v128.load(g);
    const h1 = v128.load(g, 16);
    g += step;
    const l2 = v128.load(g);
    const h2 = v128.load(g, 16);
    let w = to + at;
    storePair(w, f32x4.mul(over0, l0), f32x4.mul(over0, h0));
    const evenAl = f32x4.mul(overA, madd(aa, l2, l0));
    const evenAh = f32x4.mul(overA, madd(aa, h2, h0));
    const oddAl = f32x4.mul(oddOverA, l1);
    const oddAh = f32x4.mul(oddOverA, h1);
    w += stepTo;
    storePair(w, f32x4.add(evenAl, oddAl), f32x4.add(evenAh, oddAh));
    w += stepTo;
    storePair(w, f32x4.sub(evenAl, oddAl), f32x4.sub(evenAh, oddAh));
    const evenBl = f32x4.mul(overB, madd(bb, l2, l0));
    const evenBh = f32x4.mul(overB, madd(bb, h2, h0));
    const oddBl = f32x4.mul(oddOverB, l1);
    const oddBh = f32x4.mul(oddOverB, h1);
    w += stepTo;
    storePair(w, f32x4.add(evenBl, oddBl), f32x4.add(evenBh, oddBh));
    w += stepTo;
    storePair(w, f32x4.sub(evenBl, oddBl), f32x4.sub(evenBh, oddBh));
    w += stepTo;
    storePair(w, l2, h2);
  }
}

/**
 * Aᵀm of six lines `step` bytes apart, of `bytes` bytes (a multiple of 32), to four lines `stepTo` bytes apart:
 *
 *   m₀ + A₊ + B₊ | a·A₋ + b·B₋ | a²·A₊ + b²·B₊ | a³·A₋ + b³·B₋ + m₅,   A± = m₁ ± m₂, B± = m₃ ± m₄.
 */
export function transformProductLines(
  from: usize,
  step: usize,
  bytes: usize,
  to: usize,
  stepTo: usize,
  constants: usize,
): void {
  const a = v128.load32_splat(constants);
  const b = v128.load32_splat(constants, 4);
  const aa = v128.load32_splat(constants, 8);
  const bb = v128.load32_splat(constants, 12);
  for (let at: usize = 0; at < bytes; at += 32) {
    let m = from + at;
    const l0 = v128.load(m);
    const h0 = v128.load(m, 16);
    m += step;
    const l1 = v128.load(m);
    const h1 = v128.load(m, 16);
    m += step;
    const l2 = v128.load(m);
    const h2 = v128.load(m, 16);
    m += step;
    const l3 = v128.load(m);
    const h3 = v128.load(m, 16);
    m += step;
    const l4 = v128.load(m);
    const h4 = v128.load(m, 16);
    m += step;
    const l5 = v128.load(m);
    const h5 = v128.load(m, 16);
    const evenAl = f32x4.add(l1, l2);
    const evenAh = f32x4.add(h1, h2);
    const evenBl = f32x4.add(l3, l4);
    const evenBh = f32x4.add(h3, h4);
    const oddAl = f32x4.mul(a, f32x4.sub(l1, l2));
    const oddAh = f32x4.mul(a, f32x4.sub(h1, h2));
    const oddBl = f32x4.mul(b, f32x4.sub(l3, l4));
    const oddBh = f32x4.mul(b, f32x4.sub(h3, h4));
    let y = to + at;
    storePair(y, f32x4.add(l0, f32x4.add(evenAl, evenBl)), f32x4.add(h0, f32x4.add(evenAh, evenBh)));
    y += stepTo;
    storePair(y, f32x4.add(oddAl, oddBl), f32x4.add(oddAh, oddBh));
    y += stepTo;
    storePair(y, madd(aa, evenAl, f32x4.mul(bb, evenBl)), madd(aa, evenAh, f32x4.mul(bb, evenBh)));
    y += stepTo;
    storePair(y, madd(aa, oddAl, madd(bb, oddBl, l5)), madd(aa, oddAh, madd(bb, oddBh, h5)));
  }
}
