import { affineOf, maddScalar } from "./channel-affine";
import { periodOf, periodsInBlock, spread } from "./channels";
import { rectify, rectifyScalar } from "./relu";
import { madd, oneNumber, zeroNumber } from "./vector";

/**
 * y = max(0, γ·(x − mean)/√(variance + ε) + β) for n pixels of c channels: one pass over x and y.
 *
 * scratch: 2c + 2P float32.
 */
export function affineRelu(
  x: usize,
  y: usize,
  gamma: usize,
  beta: usize,
  mean: usize,
  variance: usize,
  scratch: usize,
  n: i32,
  c: i32,
): void {
  const p = periodOf(c);
  const scaleOf = scratch;
  const shiftOf = scaleOf + ((<usize>c) << 2);
  const scale = shiftOf + ((<usize>c) << 2);
  const shift = scale + ((<usize>p) << 2);
  affineOf(gamma, beta, mean, variance, scaleOf, shiftOf, c);
  spread(scaleOf, scale, c, p);
  spread(shiftOf, shift, c, p);

  const pixels = p / c;
  const periods = n / pixels;
  const step = periodsInBlock(p);
  const stride = (<usize>p) << 2;
  const zero = f32x4.splat(zeroNumber);
  const one = f32x4.splat(oneNumber);
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
      let a = x + done + j;
      let o = y + done + j;
      for (let i = 0; i < rows; i++) {
        const z0 = rectify(madd(v128.load(a), k0, h0), zero, one),
          z1 = rectify(madd(v128.load(a, 16), k1, h1), zero, one),
          z2 = rectify(madd(v128.load(a, 32), k2, h2), zero, one),
          z3 = rectify(madd(v128.load(a, 48), k3, h3), zero, one);
        v128.store(o, z0);
        v128.store(o, z1, 16);
        v128.store(o, z2, 32);
        v128.store(o, z3, 48);
        a += stride;
        o += stride;
      }
    }
    done += <usize>rows * stride;
  }
  for (let i = periods * pixels; i < n; i++) {
    for (let j: usize = 0; j < (<usize>c) << 2; j += 4) {
      const z = maddScalar(load<f32>(x + done), load<f32>(scaleOf + j), load<f32>(shiftOf + j));
      store<f32>(y + done, rectifyScalar(z));
      done += 4;
    }
  }
}
