/** Floats of scratch that {@link factorGram} needs: L as float64. */
export function factorGramScratch(size: i32): i32 {
  return 2 * size * size;
}

/**
 * Cholesky's algorithm in float64 (src/montecarlo/layers/factor-gram.ts): the lower triangular factor L [size, size] with L·Lᵀ =
 * scale·gram as float32, for a symmetric positive semidefinite `gram` of float32. A pivot of at most `zeroPivot` times
 * its diagonal element counts as 0.
 */
export function factorGram(
  gram: usize,
  size: i32,
  scale: f64,
  zeroPivot: f64,
  scratch: usize,
  target: usize,
): void {
  const row = <usize>size * 8;
  const root = sqrt(scale);
  for (let i = 0; i < size; i++) {
    const own = scratch + <usize>i * row;
    const products = gram + <usize>(i * size) * 4;
    const diagonal = <f64>load<f32>(products + <usize>i * 4);
    let left = diagonal;
    for (let j = 0; j < i; j++) {
      const other = scratch + <usize>j * row;
      const pivot = load<f64>(other + <usize>j * 8);
      let entry: f64 = 0;
      if (pivot > 0) {
        entry = (<f64>load<f32>(products + <usize>j * 4) - dot(own, other, j)) / pivot;
        left -= entry * entry;
      }
      store<f64>(own + <usize>j * 8, entry);
    }
    store<f64>(own + <usize>i * 8, left > zeroPivot * diagonal ? sqrt(left) : 0);
    const result = target + <usize>(i * size) * 4;
    for (let j = 0; j < size; j++) {
      const entry = j <= i ? root * load<f64>(own + <usize>j * 8) : 0;
      store<f32>(result + <usize>j * 4, <f32>entry);
    }
  }
}

/** Σ a·b over `length` float64. Four sums of two hide the latency of an addition. */
function dot(a: usize, b: usize, length: i32): f64 {
  let s0 = f64x2.splat(0);
  let s1 = s0;
  let s2 = s0;
  let s3 = s0;
  const end = a + <usize>(length & ~7) * 8;
  while (a < end) {
    s0 = f64x2.add(s0, f64x2.mul(v128.load(a), v128.load(b)));
    s1 = f64x2.add(s1, f64x2.mul(v128.load(a, 16), v128.load(b, 16)));
    s2 = f64x2.add(s2, f64x2.mul(v128.load(a, 32), v128.load(b, 32)));
    s3 = f64x2.add(s3, f64x2.mul(v128.load(a, 48), v128.load(b, 48)));
    a += 64;
    b += 64;
  }
  const total = f64x2.add(f64x2.add(s0, s1), f64x2.add(s2, s3));
  let sum = f64x2.extract_lane(total, 0) + f64x2.extract_lane(total, 1);
  for (let i = length & 7; i > 0; i--) {
    sum += load<f64>(a) * load<f64>(b);
    a += 8;
    b += 8;
  }
  return sum;
}
