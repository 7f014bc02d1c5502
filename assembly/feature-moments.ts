// Means and variances of a matrix x [rows, features] in float64, in two passes: the difference of two large sums would
// cancel. In strips of eight features, which the second pass finds in the first-level cache.

/** `means` and `variances` (biased, over the rows) of each feature, as float64. */
export function featureMoments(x: usize, rows: i32, features: i32, means: usize, variances: usize): void {
  const row = <usize>features * 4;
  const strips = features & ~7;
  for (let f = 0; f < strips; f += 8) {
    const to = <usize>f * 8;
    momentsOfStrip(x + <usize>f * 4, rows, row, means + to, variances + to);
  }
  for (let f = strips; f < features; f++) {
    let sum: f64 = 0;
    for (let r = 0, p = x + <usize>f * 4; r < rows; r++, p += row) sum += <f64>load<f32>(p);
    const mean = sum / <f64>rows;
    let squares: f64 = 0;
    for (let r = 0, p = x + <usize>f * 4; r < rows; r++, p += row) {
      const deviation = <f64>load<f32>(p) - mean;
      squares += deviation * deviation;
    }
    store<f64>(means + <usize>f * 8, mean);
    store<f64>(variances + <usize>f * 8, squares / <f64>rows);
  }
}

function momentsOfStrip(x: usize, rows: i32, row: usize, means: usize, variances: usize): void {
  const zero = f64x2.splat(0);
  const inverse = f64x2.splat(1 / <f64>rows);
  let m0 = zero;
  let m1 = zero;
  let m2 = zero;
  let m3 = zero;
  let p = x;
  for (let r = 0; r < rows; r++, p += row) {
    m0 = f64x2.add(m0, doubles(p));
    m1 = f64x2.add(m1, doubles(p + 8));
    m2 = f64x2.add(m2, doubles(p + 16));
    m3 = f64x2.add(m3, doubles(p + 24));
  }
  m0 = f64x2.mul(m0, inverse);
  m1 = f64x2.mul(m1, inverse);
  m2 = f64x2.mul(m2, inverse);
  m3 = f64x2.mul(m3, inverse);
  let v0 = zero;
  let v1 = zero;
  let v2 = zero;
  let v3 = zero;
  p = x;
  for (let r = 0; r < rows; r++, p += row) {
    const d0 = f64x2.sub(doubles(p), m0);
    const d1 = f64x2.sub(doubles(p + 8), m1);
    const d2 = f64x2.sub(doubles(p + 16), m2);
    const d3 = f64x2.sub(doubles(p + 24), m3);
    v0 = f64x2.add(v0, f64x2.mul(d0, d0));
    v1 = f64x2.add(v1, f64x2.mul(d1, d1));
    v2 = f64x2.add(v2, f64x2.mul(d2, d2));
    v3 = f64x2.add(v3, f64x2.mul(d3, d3));
  }
  v128.store(means, m0);
  v128.store(means, m1, 16);
  v128.store(means, m2, 32);
  v128.store(means, m3, 48);
  v128.store(variances, f64x2.mul(v0, inverse));
  v128.store(variances, f64x2.mul(v1, inverse), 16);
  v128.store(variances, f64x2.mul(v2, inverse), 32);
  v128.store(variances, f64x2.mul(v3, inverse), 48);
}

/** Mean over the rows of the biased variance of a row over its features. */
export function rowVariance(x: usize, rows: i32, features: i32): f64 {
  let sum: f64 = 0;
  for (let r = 0; r < rows; r++, x += <usize>features * 4) {
    const mean = sumOfDeviations(x, features, 0, false) / <f64>features;
    sum += sumOfDeviations(x, features, mean, true);
  }
  return sum / (<f64>rows * <f64>features);
}

/** Σ (x − shift)² or Σ (x − shift). Four sums of two hide the latency of an addition. */
function sumOfDeviations(x: usize, length: i32, shift: f64, isSquared: bool): f64 {
  const shifts = f64x2.splat(shift);
  let s0 = f64x2.splat(0);
  let s1 = s0;
  let s2 = s0;
  let s3 = s0;
  const end = x + <usize>length * 4;
  const whole = x + <usize>(length & ~7) * 4;
  for (; x < whole; x += 32) {
    const d0 = f64x2.sub(doubles(x), shifts);
    const d1 = f64x2.sub(doubles(x + 8), shifts);
    const d2 = f64x2.sub(doubles(x + 16), shifts);
    const d3 = f64x2.sub(doubles(x + 24), shifts);
    s0 = f64x2.add(s0, isSquared ? f64x2.mul(d0, d0) : d0);
    s1 = f64x2.add(s1, isSquared ? f64x2.mul(d1, d1) : d1);
    s2 = f64x2.add(s2, isSquared ? f64x2.mul(d2, d2) : d2);
    s3 = f64x2.add(s3, isSquared ? f64x2.mul(d3, d3) : d3);
  }
  const total = f64x2.add(f64x2.add(s0, s1), f64x2.add(s2, s3));
  let sum = f64x2.extract_lane(total, 0) + f64x2.extract_lane(total, 1);
  for (; x < end; x += 4) {
    const deviation = <f64>load<f32>(x) - shift;
    sum += isSquared ? deviation * deviation : deviation;
  }
  return sum;
}

/** Two consecutive float32 as float64. */
function doubles(from: usize): v128 {
  return f64x2.promote_low_f32x4(v128.load64_zero(from));
}
