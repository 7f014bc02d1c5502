import type { BranchActivation } from "../../network/activations.js";
import { gaussianKernel } from "./gaussian-kernel.js";

/** Nodes of the interpolation in the variance: 1e-7 of the kernel over a range of 1 : 100 for tanh, which is the worst. */
const NODES = 24;

/**
 * {@link gaussianKernel} for the variance of every site, relative to it. The kernel is a smooth function of the variance:
 * where it is not the same for all, it is interpolated in its logarithm at Chebyshev's points of the range.
 */
export function kernelBySite(
  activation: BranchActivation,
  variances: Float64Array,
  rho: number,
): (variance: number) => number {
  if (activation === "linear" || activation === "relu") {
    const kernel = gaussianKernel(activation, 1, rho);
    return () => kernel;
  }
  const positive = variances.filter((q) => q > 0 && Number.isFinite(q));
  if (positive.length <= NODES) return (q) => gaussianKernel(activation, q, rho);
  const [low, high] = [Math.log(least(positive)), Math.log(-least(positive.map((q) => -q)))];
  if (high - low < Number.EPSILON) {
    const kernel = gaussianKernel(activation, positive[0], rho);
    return () => kernel;
  }
  const [middle, half] = [(low + high) / 2, (high - low) / 2];
  const angles = Float64Array.from({ length: NODES }, (_, j) => ((j + 0.5) * Math.PI) / NODES);
  const values = angles.map((angle) =>
    gaussianKernel(activation, Math.exp(middle + half * Math.cos(angle)), rho),
  );
  const coefficients = angles.map((_, n) => {
    const sum = values.reduce((total, value, j) => total + value * Math.cos(n * angles[j]), 0);
    return ((n === 0 ? 1 : 2) * sum) / NODES;
  });
  return (q) => (q > 0 ? clenshaw(coefficients, (Math.log(q) - middle) / half) : 0);
}

/** Σ a_n T_n(x). */
function clenshaw(coefficients: Float64Array, x: number): number {
  let [next, after] = [0, 0];
  for (let n = coefficients.length - 1; n > 0; n--) {
    [next, after] = [coefficients[n] + 2 * x * next - after, next];
  }
  return coefficients[0] + x * next - after;
}

function least(values: Float64Array): number {
  return values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
}
