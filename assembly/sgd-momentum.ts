import { madd } from "./vector";

/**
 * Stochastic gradient descent with heavy-ball momentum and an L2 term, in place and in one pass:
 * v ← momentum·v + gradient + decay·w, w ← w − learningRate·v.
 */
export function sgdMomentum(
  w: usize,
  v: usize,
  gradient: usize,
  n: i32,
  learningRate: f32,
  momentum: f32,
  decay: f32,
): void {
  const rate = f32x4.splat(-learningRate);
  const kept = f32x4.splat(momentum);
  const lambda = f32x4.splat(decay);
  const end = w + ((<usize>n) << 2);
  const whole = w + ((<usize>(n & ~7)) << 2);
  while (w < whole) {
    const w0 = v128.load(w),
      w1 = v128.load(w, 16);
    const v0 = madd(v128.load(v), kept, madd(w0, lambda, v128.load(gradient))),
      v1 = madd(v128.load(v, 16), kept, madd(w1, lambda, v128.load(gradient, 16)));
    v128.store(v, v0);
    v128.store(v, v1, 16);
    v128.store(w, madd(v0, rate, w0));
    v128.store(w, madd(v1, rate, w1), 16);
    w += 32;
    v += 32;
    gradient += 32;
  }
  while (w < end) {
    const velocity = momentum * load<f32>(v) + (load<f32>(gradient) + decay * load<f32>(w));
    store<f32>(v, velocity);
    store<f32>(w, load<f32>(w) - learningRate * velocity);
    w += 4;
    v += 4;
    gradient += 4;
  }
}
