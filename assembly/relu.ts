import { oneNumber, zeroNumber } from "./vector";

// Loops over n numbers in their order in memory, 16 at a time and the last n mod 16 one by one.

/**
 * z if z > 0, else 0·z: 0 for a finite z, and not a number where z is −∞ or not a number, which so reaches the loss. zero and one:
 * splats of the numbers in vector.ts.
 */
export function rectify(z: v128, zero: v128, one: v128): v128 {
  return f32x4.mul(z, v128.and(f32x4.gt(z, zero), one));
}

export function rectifyScalar(z: f32): f32 {
  return z > 0 ? z : 0 * z;
}

/** y = max(0, x), and not a number where x is −∞ or not a number. */
export function relu(x: usize, y: usize, n: i32): void {
  const zero = f32x4.splat(zeroNumber);
  const one = f32x4.splat(oneNumber);
  const end = y + ((<usize>n) << 2);
  const whole = y + ((<usize>(n & ~15)) << 2);
  while (y < whole) {
    const z0 = rectify(v128.load(x), zero, one),
      z1 = rectify(v128.load(x, 16), zero, one),
      z2 = rectify(v128.load(x, 32), zero, one),
      z3 = rectify(v128.load(x, 48), zero, one);
    v128.store(y, z0);
    v128.store(y, z1, 16);
    v128.store(y, z2, 32);
    v128.store(y, z3, 48);
    x += 64;
    y += 64;
  }
  while (y < end) {
    store<f32>(y, rectifyScalar(load<f32>(x)));
    x += 4;
    y += 4;
  }
}

/**
 * dx = dy where y > 0, else 0, with y the result of relu; with `accumulate` 1 it is added to what dx holds.
 */
export function reluGradient(y: usize, dy: usize, dx: usize, n: i32, accumulate: i32): void {
  const kept = i32x4.splat(-accumulate);
  const zero = f32x4.splat(zeroNumber);
  const end = dx + ((<usize>n) << 2);
  const whole = dx + ((<usize>(n & ~15)) << 2);
  while (dx < whole) {
    const g0 = v128.and(v128.load(dy), f32x4.gt(v128.load(y), zero)),
      g1 = v128.and(v128.load(dy, 16), f32x4.gt(v128.load(y, 16), zero)),
      g2 = v128.and(v128.load(dy, 32), f32x4.gt(v128.load(y, 32), zero)),
      g3 = v128.and(v128.load(dy, 48), f32x4.gt(v128.load(y, 48), zero));
    v128.store(dx, f32x4.add(v128.and(v128.load(dx), kept), g0));
    v128.store(dx, f32x4.add(v128.and(v128.load(dx, 16), kept), g1), 16);
    v128.store(dx, f32x4.add(v128.and(v128.load(dx, 32), kept), g2), 32);
    v128.store(dx, f32x4.add(v128.and(v128.load(dx, 48), kept), g3), 48);
    y += 64;
    dy += 64;
    dx += 64;
  }
  while (dx < end) {
    const g: f32 = load<f32>(y) > 0 ? load<f32>(dy) : 0;
    store<f32>(dx, accumulate ? load<f32>(dx) + g : g);
    y += 4;
    dy += 4;
    dx += 4;
  }
}
