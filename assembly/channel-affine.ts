import { madd } from "./vector";

/** Added to the variance; the same number as in src/tensor/ops. */
export const EPSILON: f64 = 1e-5;

/**
 * The affine map of batch normalisation for channel j: x ↦ scale·x + shift, scale = γ/√(variance + ε), shift = β − scale·mean;
 * written to scale[j] and shift[j]. The forward and the backward pass get the same numbers, so that they agree on
 * where the ReLU cuts.
 */
export function affineOf(
  gamma: usize,
  beta: usize,
  mean: usize,
  variance: usize,
  scale: usize,
  shift: usize,
  c: i32,
): void {
  for (let j: usize = 0; j < (<usize>c) << 2; j += 4) {
    const k = <f64>load<f32>(gamma + j) / Math.sqrt(<f64>load<f32>(variance + j) + EPSILON);
    store<f32>(scale + j, <f32>k);
    store<f32>(shift + j, <f32>(<f64>load<f32>(beta + j) - k * <f64>load<f32>(mean + j)));
  }
}

/** scale·x + shift with the rounding of the vectors: fused or not, see vector.ts. */
export function maddScalar(a: f32, b: f32, c: f32): f32 {
  return f32x4.extract_lane(madd(f32x4.splat(a), f32x4.splat(b), f32x4.splat(c)), 0);
}
