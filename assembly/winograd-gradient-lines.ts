import { madd, storePair } from "./vector";
import { A, AA, B, BB } from "./winograd-lines";

// The transposes of the transformations in winograd-lines.ts, for the gradient of the filter: of Aᵀ and of G.

/**
 * A·y of the four lines y₀ to y₃, of `bytes` bytes (a multiple of 32), to six lines `step` bytes apart:
 *
 *   y₀ | (y₀ + a²·y₂) ± a·(y₁ + a²·y₃) | (y₀ + b²·y₂) ± b·(y₁ + b²·y₃) | y₃.
 */
export function transformGradientLines(
  y0: usize,
  y1: usize,
  y2: usize,
  y3: usize,
  bytes: usize,
  to: usize,
  step: usize,
  constants: usize,
): void {
  const a = v128.load32_splat(constants);
  const b = v128.load32_splat(constants, 4);
  const aa = v128.load32_splat(constants, 8);
  const bb = v128.load32_splat(constants, 12);
  for (let at: usize = 0; at < bytes; at += 32) {
    const l0 = v128.load(y0 + at);
    const h0 = v128.load(y0 + at, 16);
    const l1 = v128.load(y1 + at);
    const h1 = v128.load(y1 + at, 16);
    const l2 = v128.load(y2 + at);
    const h2 = v128.load(y2 + at, 16);
    const l3 = v128.load(y3 + at);
    const h3 = v128.load(y3 + at, 16);
    let u = to + at;
    storePair(u, l0, h0);
    const evenAl = madd(aa, l2, l0);
    const evenAh = madd(aa, h2, h0);
    const oddAl = f32x4.mul(a, madd(aa, l3, l1));
    const oddAh = f32x4.mul(a, madd(aa, h3, h1));
    u += step;
    storePair(u, f32x4.add(evenAl, oddAl), f32x4.add(evenAh, oddAh));
    u += step;
    storePair(u, f32x4.sub(evenAl, oddAl), f32x4.sub(evenAh, oddAh));
    const evenBl = madd(bb, l2, l0);
    const evenBh = madd(bb, h2, h0);
    const oddBl = f32x4.mul(b, madd(bb, l3, l1));
    const oddBh = f32x4.mul(b, madd(bb, h3, h1));
    u += step;
    storePair(u, f32x4.add(evenBl, oddBl), f32x4.add(evenBh, oddBh));
    u += step;
    storePair(u, f32x4.sub(evenBl, oddBl), f32x4.sub(evenBh, oddBh));
    u += step;
    storePair(u, l3, h3);
  }
}

/**
 * Gᵀs of six lines `step` bytes apart, of `bytes` bytes (a multiple of 16), to three lines `stepTo` bytes apart:
 *
 *   s₀/a²b² + A₊ + B₊ | a·A₋ + b·B₋ | a²·A₊ + b²·B₊ + s₅,   A± = (s₁ ± s₂)/2a²(a² − b²), B± = (s₃ ± s₄)/2b²(b² − a²).
 */
export function transformSumLines(from: usize, step: usize, bytes: usize, to: usize, stepTo: usize): void {
  const over0 = f32x4.splat(1 / (AA * BB));
  const overA = f32x4.splat(1 / (2 * AA * (AA - BB)));
  const overB = f32x4.splat(1 / (2 * BB * (BB - AA)));
  const oddOverA = f32x4.splat(A / (2 * AA * (AA - BB)));
  const oddOverB = f32x4.splat(B / (2 * BB * (BB - AA)));
  const squareOverA = f32x4.splat(AA / (2 * AA * (AA - BB)));
  const squareOverB = f32x4.splat(BB / (2 * BB * (BB - AA)));
  for (let at: usize = 0; at < bytes; at += 16) {
    const s = from + at;
    const s1 = v128.load(s + step);
    const s2 = v128.load(s + 2 * step);
    const s3 = v128.load(s + 3 * step);
    const s4 = v128.load(s + 4 * step);
    const evenA = f32x4.add(s1, s2);
    const evenB = f32x4.add(s3, s4);
    const first = f32x4.mul(over0, v128.load(s));
    const last = v128.load(s + 5 * step);
    const w = to + at;
    v128.store(w, madd(overA, evenA, madd(overB, evenB, first)));
    const odd = f32x4.mul(oddOverB, f32x4.sub(s3, s4));
    v128.store(w + stepTo, madd(oddOverA, f32x4.sub(s1, s2), odd));
    v128.store(w + 2 * stepTo, madd(squareOverA, evenA, madd(squareOverB, evenB, last)));
  }
}
