import { affineOf, EPSILON, maddScalar } from "./channel-affine";
import { fold, periodOf, periodsInBlock, spread } from "./channels";
import { madd } from "./vector";

/**
 * The gradient of batch normalisation with the batch's statistics, followed by ReLU. With g = dy where the ReLU let through,
 * else 0, and x̂ = (x − mean)/√(variance + ε):
 *
 *   dβ = Σ g,  dγ = Σ g·x̂,  dx = scale·(g − dβ/n) − scale·x̂·dγ/n.
 *
 * Two passes over x and dy, one over dx, a cache line of each at a time; where the ReLU let through is worked out from x again rather than read from y.
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
  const spreads = offsetOf + channels;

  affineOf(gamma, beta, mean, variance, scaleOf, shiftOf, c);
  spread(scaleOf, spreads, c, p);
  spread(shiftOf, spreads + stride, c, p);
  spread(mean, spreads + 2 * stride, c, p);
  memory.fill(sums, 0, 4 * channels);
  addSums(x, dy, mean, scaleOf, spreads, sums, n, c);

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
  spread(slopeOf, spreads + 3 * stride, c, p);
  spread(offsetOf, spreads + 4 * stride, c, p);
  writeGradient(x, dy, dx, mean, scaleOf, spreads, n, c, accumulate);
}

/**
 * sums += Σ g and Σ g·(x − mean), c of each in float64. coefficients: c scales, then c shifts; spreads: the scales, the shifts and the
 * means for a period each, and room for the sums of two.
 */
function addSums(
  x: usize,
  dy: usize,
  mean: usize,
  coefficients: usize,
  spreads: usize,
  sums: usize,
  n: i32,
  c: i32,
): void {
  const p = periodOf(c);
  const stride = (<usize>p) << 2;
  const channels = (<usize>c) << 2;
  const scale = spreads;
  const shift = scale + stride;
  const centre = shift + stride;
  const sumsOfBlock = centre + stride;
  const productsOfBlock = sumsOfBlock + stride;
  const products = sums + 2 * channels;
  const pixels = p / c;
  const periods = n / pixels;
  const step = periodsInBlock(p);
  // A constant, unlike elsewhere: with zeroNumber (vector.ts) both loops together take a tenth longer.
  const zero = f32x4.splat(0);
  let done: usize = 0;
  for (let start = 0; start < periods; start += step) {
    const rows = min(step, periods - start);
    for (let j: usize = 0; j < stride; j += 64) {
      const k0 = v128.load(scale + j),
        k1 = v128.load(scale + j, 16),
        k2 = v128.load(scale + j, 32),
        k3 = v128.load(scale + j, 48);
      const h0 = v128.load(shift + j),
        h1 = v128.load(shift + j, 16),
        h2 = v128.load(shift + j, 32),
        h3 = v128.load(shift + j, 48);
      const m0 = v128.load(centre + j),
        m1 = v128.load(centre + j, 16),
        m2 = v128.load(centre + j, 32),
        m3 = v128.load(centre + j, 48);
      let s0 = f32x4.splat(0),
        s1 = f32x4.splat(0),
        s2 = f32x4.splat(0),
        s3 = f32x4.splat(0),
        q0 = f32x4.splat(0),
        q1 = f32x4.splat(0),
        q2 = f32x4.splat(0),
        q3 = f32x4.splat(0);
      let a = x + done + j;
      let d = dy + done + j;
      for (let i = 0; i < rows; i++) {
        const x0 = v128.load(a),
          x1 = v128.load(a, 16),
          x2 = v128.load(a, 32),
          x3 = v128.load(a, 48);
        const g0 = v128.and(v128.load(d), f32x4.gt(madd(x0, k0, h0), zero)),
          g1 = v128.and(v128.load(d, 16), f32x4.gt(madd(x1, k1, h1), zero)),
          g2 = v128.and(v128.load(d, 32), f32x4.gt(madd(x2, k2, h2), zero)),
          g3 = v128.and(v128.load(d, 48), f32x4.gt(madd(x3, k3, h3), zero));
        s0 = f32x4.add(s0, g0);
        s1 = f32x4.add(s1, g1);
        s2 = f32x4.add(s2, g2);
        s3 = f32x4.add(s3, g3);
        q0 = madd(g0, f32x4.sub(x0, m0), q0);
        q1 = madd(g1, f32x4.sub(x1, m1), q1);
        q2 = madd(g2, f32x4.sub(x2, m2), q2);
        q3 = madd(g3, f32x4.sub(x3, m3), q3);
        a += stride;
        d += stride;
      }
      v128.store(sumsOfBlock + j, s0);
      v128.store(sumsOfBlock + j, s1, 16);
      v128.store(sumsOfBlock + j, s2, 32);
      v128.store(sumsOfBlock + j, s3, 48);
      v128.store(productsOfBlock + j, q0);
      v128.store(productsOfBlock + j, q1, 16);
      v128.store(productsOfBlock + j, q2, 32);
      v128.store(productsOfBlock + j, q3, 48);
    }
    fold(sumsOfBlock, sums, c, p);
    fold(productsOfBlock, products, c, p);
    done += <usize>rows * stride;
  }
  for (let i = periods * pixels; i < n; i++) {
    for (let j: usize = 0; j < channels; j += 4) {
      const v = load<f32>(x + done);
      if (maddScalar(v, load<f32>(coefficients + j), load<f32>(coefficients + channels + j)) > 0) {
        const g = <f64>load<f32>(dy + done);
        store<f64>(sums + 2 * j, load<f64>(sums + 2 * j) + g);
        const product = g * (<f64>v - <f64>load<f32>(mean + j));
        store<f64>(products + 2 * j, load<f64>(products + 2 * j) + product);
      }
      done += 4;
    }
  }
}

/** coefficients: c scales, shifts, slopes and offsets; spreads: the scales, shifts, means, slopes and offsets for a period each. */
function writeGradient(
  x: usize,
  dy: usize,
  dx: usize,
  mean: usize,
  coefficients: usize,
  spreads: usize,
  n: i32,
  c: i32,
  accumulate: i32,
): void {
  const p = periodOf(c);
  const stride = (<usize>p) << 2;
  const channels = (<usize>c) << 2;
  const scale = spreads;
  const shift = scale + stride;
  const centre = shift + stride;
  const slope = centre + stride;
  const offset = slope + stride;
  const pixels = p / c;
  const periods = n / pixels;
  const step = periodsInBlock(p);
  const zero = f32x4.splat(0);
  const kept = i32x4.splat(-accumulate);
  let done: usize = 0;
  for (let start = 0; start < periods; start += step) {
    const rows = min(step, periods - start);
    for (let j: usize = 0; j < stride; j += 64) {
      const k0 = v128.load(scale + j),
        k1 = v128.load(scale + j, 16),
        k2 = v128.load(scale + j, 32),
        k3 = v128.load(scale + j, 48);
      const h0 = v128.load(shift + j),
        h1 = v128.load(shift + j, 16),
        h2 = v128.load(shift + j, 32),
        h3 = v128.load(shift + j, 48);
      const m0 = v128.load(centre + j),
        m1 = v128.load(centre + j, 16),
        m2 = v128.load(centre + j, 32),
        m3 = v128.load(centre + j, 48);
      const l0 = v128.load(slope + j),
        l1 = v128.load(slope + j, 16),
        l2 = v128.load(slope + j, 32),
        l3 = v128.load(slope + j, 48);
      const o0 = v128.load(offset + j),
        o1 = v128.load(offset + j, 16),
        o2 = v128.load(offset + j, 32),
        o3 = v128.load(offset + j, 48);
      let a = x + done + j;
      let d = dy + done + j;
      let e = dx + done + j;
      for (let i = 0; i < rows; i++) {
        const x0 = v128.load(a),
          x1 = v128.load(a, 16),
          x2 = v128.load(a, 32),
          x3 = v128.load(a, 48);
        const g0 = v128.and(v128.load(d), f32x4.gt(madd(x0, k0, h0), zero)),
          g1 = v128.and(v128.load(d, 16), f32x4.gt(madd(x1, k1, h1), zero)),
          g2 = v128.and(v128.load(d, 32), f32x4.gt(madd(x2, k2, h2), zero)),
          g3 = v128.and(v128.load(d, 48), f32x4.gt(madd(x3, k3, h3), zero));
        const e0 = v128.and(v128.load(e), kept),
          e1 = v128.and(v128.load(e, 16), kept),
          e2 = v128.and(v128.load(e, 32), kept),
          e3 = v128.and(v128.load(e, 48), kept);
        const z0 = f32x4.add(e0, madd(g0, k0, madd(f32x4.sub(x0, m0), l0, o0)));
        const z1 = f32x4.add(e1, madd(g1, k1, madd(f32x4.sub(x1, m1), l1, o1)));
        const z2 = f32x4.add(e2, madd(g2, k2, madd(f32x4.sub(x2, m2), l2, o2)));
        const z3 = f32x4.add(e3, madd(g3, k3, madd(f32x4.sub(x3, m3), l3, o3)));
        v128.store(e, z0);
        v128.store(e, z1, 16);
        v128.store(e, z2, 32);
        v128.store(e, z3, 48);
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
      const at = coefficients + j;
      const k = load<f32>(at);
      const g: f32 = maddScalar(v, k, load<f32>(at + channels)) > 0 ? load<f32>(dy + done) : 0;
      const centred = v - load<f32>(mean + j);
      const e: f32 = accumulate ? load<f32>(dx + done) : 0;
      const ofMoments = centred * load<f32>(at + 2 * channels) + load<f32>(at + 3 * channels);
      store<f32>(dx + done, e + (g * k + ofMoments));
      done += 4;
    }
  }
}
