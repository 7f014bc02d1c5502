import { madd } from "./vector";

/**
 * Stochastic gradient descent with momentum and an L2 term, in place and in one pass:
 *
 *   g = gradientScale·gradient + decay·w,  v ← momentum·v + g,  w ← w − learningRate·u,
 *
 * u = v (heavy ball) or g + momentum·v (Nesterov). Both are v·a + g·b, so that no branch divides the loop; for the heavy
 * ball, a = 1 and b = 0 round nothing.
 */
export function sgdMomentum(
  w: usize,
  v: usize,
  gradient: usize,
  n: i32,
  learningRate: f32,
  momentum: f32,
  decay: f32,
  gradientScale: f32,
  nesterov: i32,
): void {
  const ofVelocity: f32 = nesterov ? momentum : 1;
  const ofGradient: f32 = nesterov ? 1 : 0;
  const rate = f32x4.splat(-learningRate);
  const kept = f32x4.splat(momentum);
  const lambda = f32x4.splat(decay);
  const scale = f32x4.splat(gradientScale);
  const a = f32x4.splat(ofVelocity);
  const b = f32x4.splat(ofGradient);
  const end = w + ((<usize>n) << 2);
  const whole = w + ((<usize>(n & ~7)) << 2);
  while (w < whole) {
    const w0 = v128.load(w),
      w1 = v128.load(w, 16);
    const g0 = madd(w0, lambda, f32x4.mul(v128.load(gradient), scale)),
      g1 = madd(w1, lambda, f32x4.mul(v128.load(gradient, 16), scale));
    const v0 = madd(v128.load(v), kept, g0),
      v1 = madd(v128.load(v, 16), kept, g1);
    v128.store(v, v0);
    v128.store(v, v1, 16);
    v128.store(w, madd(madd(v0, a, f32x4.mul(g0, b)), rate, w0));
    v128.store(w, madd(madd(v1, a, f32x4.mul(g1, b)), rate, w1), 16);
    w += 32;
    v += 32;
    gradient += 32;
  }
  while (w < end) {
    const slope = gradientScale * load<f32>(gradient) + decay * load<f32>(w);
    const velocity = momentum * load<f32>(v) + slope;
    store<f32>(v, velocity);
    store<f32>(w, load<f32>(w) - learningRate * (velocity * ofVelocity + slope * ofGradient));
    w += 4;
    v += 4;
    gradient += 4;
  }
}
