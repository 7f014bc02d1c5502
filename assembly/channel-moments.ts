import { fold, periodOf, periodsInBlock, spread } from "./channels";
import { madd } from "./vector";

/**
 * Mean and biased variance of each of the c channels over n pixels, as float32: one pass over x.
 *
 * The sums are of x − shift and (x − shift)², with the mean of the first pixels as the shift, so that a mean far from 0 does
 * not cancel: variance = E[(x − shift)²] − (E[x − shift])². Within a block of 4096 numbers they are float32, from block to
 * block float64.
 *
 * scratch: 4c + 3P float32, P = periodOf(c).
 */
export function channelMoments(x: usize, mean: usize, variance: usize, scratch: usize, n: i32, c: i32): void {
  const p = periodOf(c);
  const pixels = p / c;
  const sums = scratch;
  const squares = sums + ((<usize>c) << 3);
  const shift = squares + ((<usize>c) << 3);
  const sumsOfBlock = shift + ((<usize>p) << 2);
  const squaresOfBlock = sumsOfBlock + ((<usize>p) << 2);

  // mean serves as the place of the c shifts until the end.
  const first = min(n, max(1, 1024 / c));
  memory.fill(sums, 0, (<usize>c) << 4);
  for (let i = 0; i < first; i++) fold(x + ((<usize>(i * c)) << 2), sums, c, c);
  for (let j = 0; j < c; j++) {
    store<f32>(mean + ((<usize>j) << 2), <f32>(load<f64>(sums + ((<usize>j) << 3)) / <f64>first));
  }
  memory.fill(sums, 0, (<usize>c) << 3);
  spread(mean, shift, c, p);

  const periods = n / pixels;
  const step = periodsInBlock(p);
  const stride = (<usize>p) << 2;
  let at = x;
  for (let start = 0; start < periods; start += step) {
    const rows = min(step, periods - start);
    for (let j: usize = 0; j < stride; j += 64) {
      const h0 = v128.load(shift + j),
        h1 = v128.load(shift + j, 16),
        h2 = v128.load(shift + j, 32),
        h3 = v128.load(shift + j, 48);
      let s0 = f32x4.splat(0),
        s1 = f32x4.splat(0),
        s2 = f32x4.splat(0),
        s3 = f32x4.splat(0);
      let q0 = f32x4.splat(0),
        q1 = f32x4.splat(0),
        q2 = f32x4.splat(0),
        q3 = f32x4.splat(0);
      let a = at + j;
      for (let i = 0; i < rows; i++) {
        const d0 = f32x4.sub(v128.load(a), h0),
          d1 = f32x4.sub(v128.load(a, 16), h1),
          d2 = f32x4.sub(v128.load(a, 32), h2),
          d3 = f32x4.sub(v128.load(a, 48), h3);
        s0 = f32x4.add(s0, d0);
        s1 = f32x4.add(s1, d1);
        s2 = f32x4.add(s2, d2);
        s3 = f32x4.add(s3, d3);
        q0 = madd(d0, d0, q0);
        q1 = madd(d1, d1, q1);
        q2 = madd(d2, d2, q2);
        q3 = madd(d3, d3, q3);
        a += stride;
      }
      v128.store(sumsOfBlock + j, s0);
      v128.store(sumsOfBlock + j, s1, 16);
      v128.store(sumsOfBlock + j, s2, 32);
      v128.store(sumsOfBlock + j, s3, 48);
      v128.store(squaresOfBlock + j, q0);
      v128.store(squaresOfBlock + j, q1, 16);
      v128.store(squaresOfBlock + j, q2, 32);
      v128.store(squaresOfBlock + j, q3, 48);
    }
    fold(sumsOfBlock, sums, c, p);
    fold(squaresOfBlock, squares, c, p);
    at += <usize>rows * stride;
  }
  for (let i = periods * pixels; i < n; i++) {
    for (let j = 0; j < c; j++) {
      const d = <f64>load<f32>(at) - <f64>load<f32>(mean + ((<usize>j) << 2));
      const sum = sums + ((<usize>j) << 3);
      const square = squares + ((<usize>j) << 3);
      store<f64>(sum, load<f64>(sum) + d);
      store<f64>(square, load<f64>(square) + d * d);
      at += 4;
    }
  }
  for (let j = 0; j < c; j++) {
    const place = mean + ((<usize>j) << 2);
    const d = load<f64>(sums + ((<usize>j) << 3)) / <f64>n;
    const v = load<f64>(squares + ((<usize>j) << 3)) / <f64>n - d * d;
    store<f32>(place, <f32>(<f64>load<f32>(place) + d));
    // Rounding may leave −0 or a little less; a variance that is not a number stays so.
    store<f32>(variance + ((<usize>j) << 2), <f32>(v < 0 ? 0 : v));
  }
}
