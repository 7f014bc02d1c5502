import type { BranchActivation } from "../../network/activations.js";
import { correlationAfter } from "../moments/moments.js";
import { sphereRule } from "./gauss-rule.js";
import { gaussianKernel, squareOf } from "./gaussian-kernel.js";
import { normalDistribution } from "./normal-distribution.js";

/** E φ(z_a)² and, of two different inputs, E φ(z_a) φ(z_b). */
export interface KernelMoments {
  readonly square: number;
  readonly pair: number;
}

/** Nodes in each direction: tanh, whose nearest pole is at π/2, is then integrated to 1e-12. */
const NODES = 96;

/** That of two inputs behind BatchNorm, −1/(B − 1). */
export function correlationOnSphere(batch: number): number {
  // From 0, so that an infinite batch has none rather than −0.
  return 0 - 1 / (batch - 1);
}

/**
 * The moments of an activation behind BatchNorm, exactly, for a batch of `batch` ≥ 2 exchangeable Gaussian inputs: a
 * feature z is then uniform on the sphere Σ z_a = 0, Σ z_a² = B of B − 1 dimensions.
 *
 * One z_a is a coordinate of it, of density ∝ (B − 1 − z²)^{(B−4)/2}; two have correlation ρ = −1/(B−1), and given the
 * first, the part of the second at right angles is a coordinate on a sphere of one dimension less. Both integrals are
 * Gauss–Gegenbauer sums. ReLU is homogeneous, so that the radius drops out and the arc-cosine formula is exact at
 * every B. In the limit of an infinite batch z_a and z_b are independent and normal.
 */
export function sphereKernel(activation: BranchActivation, batch: number): KernelMoments {
  const rho = correlationOnSphere(batch);
  if (activation === "linear" || activation === "relu") {
    const square = squareOf(activation);
    return { square, pair: square * correlationAfter(activation, rho) };
  }
  if (batch === Number.POSITIVE_INFINITY) {
    return { square: gaussianKernel(activation, 1, 1), pair: gaussianKernel(activation, 1, 0) };
  }
  const f = activation === "tanh" ? Math.tanh : gelu;
  const radius = Math.sqrt(batch - 1);
  const first = sphereRule(batch - 1, radius, NODES);
  // Of a single dimension nothing is left at right angles: z_b = −z_a.
  const second = batch > 2 ? sphereRule(batch - 2, 1, NODES) : { nodes: [0], weights: [1] };
  let [square, pair] = [0, 0];
  for (const [i, z] of first.nodes.entries()) {
    const value = f(z);
    square += first.weights[i] * value * value;
    const across = Math.sqrt(Math.max(0, (1 - rho * rho) * (radius * radius - z * z)));
    let given = 0;
    for (const [j, s] of second.nodes.entries()) given += second.weights[j] * f(rho * z + across * s);
    pair += first.weights[i] * value * given;
  }
  return { square, pair };
}

/** z Φ(z). */
function gelu(z: number): number {
  return z * normalDistribution(z);
}
