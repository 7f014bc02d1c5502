import type { BranchActivation } from "../../network/activations.js";
import { correlationAfter } from "../moments/moments.js";
import { tanhKernel } from "./tanh-kernel.js";

/**
 * E φ(u) φ(v) / q of an activation φ for jointly normal u and v of mean 0, variance `q` each and correlation `rho`.
 * Relative to q, so that an unnormalised network may leave the range of float64: q may be 0 or Infinity.
 *
 * - linear: ρ.
 * - ReLU: half the arc-cosine kernel (Cho & Saul 2009).
 * - GELU, z Φ(z), with c = qρ (Tsuchida et al. 2021; here from Stein's identity applied to both factors):
 *
 *       E φ(u) φ(v) = c (¼ + asin(c/(1+q))/2π) + (q² + c² (1−q)/(1+q)) / (2π √((1+q)² − c²)).
 *
 * - tanh: a Hermite series ({@link tanhKernel}).
 */
export function gaussianKernel(activation: BranchActivation, q: number, rho: number): number {
  const bounded = Math.min(1, Math.max(-1, rho));
  switch (activation) {
    case "linear":
    case "relu":
      return correlationAfter(activation, bounded) * squareOf(activation);
    case "gelu":
      return geluKernel(1 / q, bounded);
    case "tanh":
      return tanhKernel(q, bounded);
  }
}

/** E φ(z)² for z of second moment 1, for the activations that are homogeneous. */
export function squareOf(activation: "linear" | "relu"): number {
  return activation === "linear" ? 1 : 0.5;
}

/** In r = 1/q, which is 0 in the limit of ReLU and Infinity in that of z/2; no difference of rounded numbers. */
function geluKernel(r: number, rho: number): number {
  const orthogonal = (1 - rho) * (1 + rho);
  const asin = Math.asin(rho / (1 + r));
  const determinant = (1 - rho + r) * (1 + rho + r);
  const curved = orthogonal + (2 * rho * rho) / (1 + 1 / r);
  // Both vanish for ReLU at |ρ| = 1, the second one faster.
  const density = determinant > 0 ? curved / (2 * Math.PI * Math.sqrt(determinant)) : 0;
  return rho * (0.25 + asin / (2 * Math.PI)) + density;
}
