import { affineOf, EPSILON, maddScalar } from "./channel-affine";
import { fold, periodOf, periodsInBlock, spread } from "./channels";
import { madd } from "./vector";

/**
 * The gradient of batch normalisation with the batch's statistics, followed by ReLU. With g = dy where the ReLU let through,
 * else 0, and x̂ = (x − mean)/√(variance + ε):
 *
 *   dβ = Σ g,  dγ = Σ g·x̂,  dx = scale·(g − dβ/n) − scale·x̂·dγ/n.
 *
 * Two passes over x and dy, one over dx; where the ReLU let through is worked out from x again rather than read from y.
 *
 * With `accumulate` 1 it is added to what dx holds, with 0 dx is overwritten. Reading dx costs next to nothing: a store brings
 * its line into the cache in any case.
 *
 * scratch: 8c + 5P float32.
 */
export function batchNormReluGradient(
  x: usize,
  dy: usize,
  gamma: usize,
  beta: usize,
  mean: usize,
  variance: usize,
  dx: usize,
  dGamma: usize,
  dBeta: usize,
  scratch: usize,
  n: i32,
  c: i32,
  accumulate: i32,
): void {
  const p = periodOf(c);
  const stride = (<usize>p) << 2;
  const channels = (<usize>c) << 2;
  const sums = scratch;
  const products = sums + 2 * channels;
  const scaleOf = products + 2 * channels;
  const shiftOf = scaleOf + channels;
  const slopeOf = shiftOf + channels;
  const offsetOf = slopeOf + channels;
  const scale = offsetOf + channels;
  const shift = scale + stride;
  const centre = shift + stride;
  const slope = centre + stride;
  const offset = slope + stride;
  // Of one block; read before slope and offset are written.
  const sumsOfBlock = slope;
  const productsOfBlock = offset;

  affineOf(gamma, beta, mean, variance, scaleOf, shiftOf, c);
  spread(scaleOf, scale, c, p);
  spread(shiftOf, shift, c, p);
  spread(mean, centre, c, p);
  memory.fill(sums, 0, 4 * channels);

  const pixels = p / c;
  const periods = n / pixels;
  const step = periodsInBlock(p);
  const zero = f32x4.splat(0);
  const kept = i32x4.splat(-accumulate);
  let done: usize = 0;
  for (let start = 0; start < periods; start += step) {
    const rows = min(step, periods - start);
    for (let j: usize = 0; j < stride; j += 32) {
      const k0 = v128.load(scale + j),
        k1 = v128.load(scale + j, 16);
      const h0 = v128.load(shift + j),
        h1 = v128.load(shift + j, 16);
      const m0 = v128.load(centre + j),
        m1 = v128.load(centre + j, 16);
      let s0 = zero,
        s1 = zero,
        q0 = zero,
        q1 = zero;
      let a = x + done + j;
      let d = dy + done + j;
      for (let i = 0; i < rows; i++) {
        const x0 = v128.load(a),
          x1 = v128.load(a, 16);
        const g0 = v128.and(v128.load(d), f32x4.gt(madd(x0, k0, h0), zero)),
          g1 = v128.and(v128.load(d, 16), f32x4.gt(madd(x1, k1, h1), zero));
        s0 = f32x4.add(s0, g0);
        s1 = f32x4.add(s1, g1);
        q0 = madd(g0, f32x4.sub(x0, m0), q0);
        q1 = madd(g1, f32x4.sub(x1, m1), q1);
        a += stride;
        d += stride;
      }
      v128.store(sumsOfBlock + j, s0);
      v128.store(sumsOfBlock + j, s1, 16);
      v128.store(productsOfBlock + j, q0);
      v128.store(productsOfBlock + j, q1, 16);
    }
    fold(sumsOfBlock, sums, c, p);
    fold(productsOfBlock, products, c, p);
    done += <usize>rows * stride;
  }
  for (let i = periods * pixels; i < n; i++) {
    for (let j: usize = 0; j < channels; j += 4) {
      const v = load<f32>(x + done);
      if (maddScalar(v, load<f32>(scaleOf + j), load<f32>(shiftOf + j)) > 0) {
        const g = <f64>load<f32>(dy + done);
        store<f64>(sums + 2 * j, load<f64>(sums + 2 * j) + g);
        const product = g * (<f64>v - <f64>load<f32>(mean + j));
        store<f64>(products + 2 * j, load<f64>(products + 2 * j) + product);
      }
      done += 4;
    }
  }

  // dx = scale·g + slope·(x − mean) + offset.
  for (let j: usize = 0; j < channels; j += 4) {
    const inverse = 1 / Math.sqrt(<f64>load<f32>(variance + j) + EPSILON);
    const k = <f64>load<f32>(gamma + j) * inverse;
    const sum = load<f64>(sums + 2 * j);
    const product = load<f64>(products + 2 * j) * inverse;
    store<f32>(dBeta + j, <f32>sum);
    store<f32>(dGamma + j, <f32>product);
    store<f32>(slopeOf + j, <f32>((-k * inverse * product) / <f64>n));
    store<f32>(offsetOf + j, <f32>((-k * sum) / <f64>n));
  }
  spread(slopeOf, slope, c, p);
  spread(offsetOf, offset, c, p);
  done = 0;
  for (let start = 0; start < periods; start += step) {
    const rows = min(step, periods - start);
    for (let j: usize = 0; j < stride; j += 32) {
      const k0 = v128.load(scale + j),
        k1 = v128.load(scale + j, 16);
      const h0 = v128.load(shift + j),
        h1 = v128.load(shift + j, 16);
      const m0 = v128.load(centre + j),
        m1 = v128.load(centre + j, 16);
      const l0 = v128.load(slope + j),
        l1 = v128.load(slope + j, 16);
      const o0 = v128.load(offset + j),
        o1 = v128.load(offset + j, 16);
      let a = x + done + j;
      let d = dy + done + j;
      let e = dx + done + j;
      for (let i = 0; i < rows; i++) {
        const x0 = v128.load(a),
          x1 = v128.load(a, 16);
        const g0 = v128.and(v128.load(d), f32x4.gt(madd(x0, k0, h0), zero)),
          g1 = v128.and(v128.load(d, 16), f32x4.gt(madd(x1, k1, h1), zero));
        const e0 = v128.and(v128.load(e), kept),
          e1 = v128.and(v128.load(e, 16), kept);
        v128.store(e, f32x4.add(e0, madd(g0, k0, madd(f32x4.sub(x0, m0), l0, o0))));
        v128.store(e, f32x4.add(e1, madd(g1, k1, madd(f32x4.sub(x1, m1), l1, o1))), 16);
        a += stride;
        d += stride;
        e += stride;
      }
    }
    done += <usize>rows * stride;
  }
  for (let i = periods * pixels; i < n; i++) {
    for (let j: usize = 0; j < channels; j += 4) {
      const v = load<f32>(x + done);
      const k = load<f32>(scaleOf + j);
      const g: f32 = maddScalar(v, k, load<f32>(shiftOf + j)) > 0 ? load<f32>(dy + done) : 0;
      const centred = v - load<f32>(mean + j);
      const e: f32 = accumulate ? load<f32>(dx + done) : 0;
      store<f32>(dx + done, e + (g * k + (centred * load<f32>(slopeOf + j) + load<f32>(offsetOf + j))));
      done += 4;
    }
  }
}
