import { madd } from "./vector";

// Loops over n numbers in their order in memory, 16 at a time and the last n mod 16 one by one.

/** y = scaleA·a + scaleB·b. */
export function scaledAdd(a: usize, b: usize, y: usize, n: i32, scaleA: f32, scaleB: f32): void {
  const s = f32x4.splat(scaleA);
  const t = f32x4.splat(scaleB);
  const end = y + ((<usize>n) << 2);
  const whole = y + ((<usize>(n & ~15)) << 2);
  while (y < whole) {
    const z0 = madd(v128.load(b), t, f32x4.mul(v128.load(a), s)),
      z1 = madd(v128.load(b, 16), t, f32x4.mul(v128.load(a, 16), s)),
      z2 = madd(v128.load(b, 32), t, f32x4.mul(v128.load(a, 32), s)),
      z3 = madd(v128.load(b, 48), t, f32x4.mul(v128.load(a, 48), s));
    v128.store(y, z0);
    v128.store(y, z1, 16);
    v128.store(y, z2, 32);
    v128.store(y, z3, 48);
    a += 64;
    b += 64;
    y += 64;
  }
  while (y < end) {
    store<f32>(y, scaleA * load<f32>(a) + scaleB * load<f32>(b));
    a += 4;
    b += 4;
    y += 4;
  }
}

/** dx = scale·dy. */
export function scale(dy: usize, dx: usize, n: i32, factor: f32): void {
  const s = f32x4.splat(factor);
  const end = dx + ((<usize>n) << 2);
  const whole = dx + ((<usize>(n & ~15)) << 2);
  while (dx < whole) {
    const z0 = f32x4.mul(v128.load(dy), s),
      z1 = f32x4.mul(v128.load(dy, 16), s),
      z2 = f32x4.mul(v128.load(dy, 32), s),
      z3 = f32x4.mul(v128.load(dy, 48), s);
    v128.store(dx, z0);
    v128.store(dx, z1, 16);
    v128.store(dx, z2, 32);
    v128.store(dx, z3, 48);
    dy += 64;
    dx += 64;
  }
  while (dx < end) {
    store<f32>(dx, factor * load<f32>(dy));
    dy += 4;
    dx += 4;
  }
}

/**
 * dx = scale·dy, and Σ dy·b in the same pass: the gradients of `scale·b` with respect to b and to the scale. The sum
 * is float32 over 4096 numbers at a time, and float64 over those.
 */
export function scaleGradient(dy: usize, b: usize, dx: usize, n: i32, factor: f32): f64 {
  const s = f32x4.splat(factor);
  const zero = f32x4.splat(0);
  let total: f64 = 0;
  const end = dx + ((<usize>n) << 2);
  const whole = dx + ((<usize>(n & ~15)) << 2);
  while (dx < whole) {
    const stop = min(whole, dx + 16384);
    let s0 = zero,
      s1 = zero,
      s2 = zero,
      s3 = zero;
    while (dx < stop) {
      const g0 = v128.load(dy),
        g1 = v128.load(dy, 16),
        g2 = v128.load(dy, 32),
        g3 = v128.load(dy, 48);
      s0 = madd(g0, v128.load(b), s0);
      s1 = madd(g1, v128.load(b, 16), s1);
      s2 = madd(g2, v128.load(b, 32), s2);
      s3 = madd(g3, v128.load(b, 48), s3);
      v128.store(dx, f32x4.mul(g0, s));
      v128.store(dx, f32x4.mul(g1, s), 16);
      v128.store(dx, f32x4.mul(g2, s), 32);
      v128.store(dx, f32x4.mul(g3, s), 48);
      dy += 64;
      b += 64;
      dx += 64;
    }
    total += lanes(s0) + lanes(s1) + lanes(s2) + lanes(s3);
  }
  while (dx < end) {
    const g = load<f32>(dy);
    total += <f64>g * <f64>load<f32>(b);
    store<f32>(dx, g * factor);
    dy += 4;
    b += 4;
    dx += 4;
  }
  return total;
}

function lanes(v: v128): f64 {
  return (
    <f64>f32x4.extract_lane(v, 0) +
    <f64>f32x4.extract_lane(v, 1) +
    <f64>f32x4.extract_lane(v, 2) +
    <f64>f32x4.extract_lane(v, 3)
  );
}
