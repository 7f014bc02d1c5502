import type { BranchActivation } from "../../network/activations.js";
import { type NormalizerName, statisticsOf } from "../../network/normalizers.js";
import type { Field, FieldMoments, FieldState, PathParts } from "./field.js";
import { gaussianKernel } from "./gaussian-kernel.js";
import { correlationOnSphere, type KernelMoments, sphereKernel } from "./sphere-kernel.js";

/** Beyond it q is that of a Gaussian to 1e-8 of itself. */
const LARGEST_POISSON = 1e8;

/** Of a feature over exchangeable inputs, times 2^`power`. Two numbers: there may be a million blocks. */
export interface DenseState extends FieldState {
  /** Its second moment. */
  readonly second: number;
  /** Its covariance between two different inputs. */
  readonly shared: number;
  /** BatchNorm has just put every feature on the sphere Σ z = 0, Σ z² = B; a Gaussian over the batch otherwise. */
  readonly isOnSphere: boolean;
}

/**
 * A dense network on `batch` exchangeable inputs of unit second moment, at infinite width and input dimension.
 *
 * A feature over the batch is Gaussian with second moment m and covariance c between two inputs, so that it has the
 * batch variance (m − c)(1 − 1/B) and the squared batch mean c + (m − c)/B. BatchNorm puts it on a sphere
 * ({@link sphereKernel}). LayerNorm and GroupNorm divide by √m, the same for every input and group, as `expected` does:
 * what they subtract is a mean over infinitely many features, and that is 0 in either position, since weights of mean 0
 * made them.
 *
 * @param batch B, or Infinity: the mean over the batch is then its expectation, squared it is c, and what BatchNorm returns is
 * Gaussian and without correlation.
 */
export function denseField(batch: number): Field<DenseState> {
  const spheres = new Map<BranchActivation, KernelMoments>();
  const onSphere = (activation: BranchActivation) => {
    const known = spheres.get(activation) ?? sphereKernel(activation, batch);
    spheres.set(activation, known);
    return known;
  };
  return {
    start: stateOf(1, 0),
    layer: (x, layer) => {
      const { activation, gain, isStandardized } = layer;
      const z = normalize(x, layer.normalizer, batch);
      const { second: m, shared: c } = z;
      if (m === 0) return stateOf(0, 0);
      if (z.isOnSphere) {
        const { square, pair } = onSphere(activation);
        return stateOf(gain * square, gain * pair);
      }
      const q = m * 2 ** z.power;
      const removed = isStandardized ? gaussianKernel(activation, q, 0) : 0;
      const kernel = (rho: number) => gain * m * (gaussianKernel(activation, q, rho) - removed);
      return stateOf(kernel(1), kernel(c / m), z.power);
    },
    normalized: (x, normalizer) => normalize(x, normalizer, batch),
    scaled: (x, by) =>
      by === 1
        ? x
        : { second: by * x.second, shared: by * x.shared, power: x.power, isOnSphere: x.isOnSphere },
    sum: (a, b) => stateOf(a.second + b.second, a.shared + b.shared, a.power),
    secondMoment: ({ second }) => second,
    moments: (x) => momentsOf(x, batch),
    parts: (skip, values, counted) =>
      skip.isOnSphere && counted === "variance" ? partsOnSphere(values, batch) : values,
  };
}

function normalize(x: DenseState, normalizer: NormalizerName, batch: number): DenseState {
  const { second: m, shared: c } = x;
  switch (statisticsOf(normalizer)) {
    case "none":
      return x;
    case "batch":
      return m > c ? stateOf(1, correlationOnSphere(batch), 0, true) : stateOf(0, 0);
    case "input":
    case "groups":
    case "predicted":
      return m > 0 ? stateOf(1, c / m) : stateOf(0, 0);
  }
}

function momentsOf({ second: m, shared: c }: DenseState, batch: number): FieldMoments {
  return { secondMoment: m, meanSquared: c + (m - c) / batch, variance: (m - c) * (1 - 1 / batch) };
}

function stateOf(second: number, shared: number, power = 0, isOnSphere = false): DenseState {
  return { second, shared, power, isOnSphere };
}

/**
 * The variances s and b of both paths, split as q = E Cov(f, x + f)/Var(x + f) over the batch where x, behind BatchNorm, has the batch variance `s` exactly and f is
 * Gaussian of expected batch variance `b`. With n = B − 1 and λ = n s/(2 b), from 1/|y|² = ∫ exp(−t|y|²) dt,
 *
 *     1 − q = λ ∫₀¹ u^{n/2 − 1} exp(−λ(1 − u)) du = E λ/(n/2 + J),   J ~ Poisson(λ),
 *
 * which differs from s/(s + b), that of a Gaussian x, by a term of order 1/B.
 */
function partsOnSphere(variances: PathParts, batch: number): PathParts {
  const { skip: s, branch: b } = variances;
  const half = (batch - 1) / 2;
  const lambda = (half * s) / b;
  if (s === 0 || !(lambda < LARGEST_POISSON)) return variances;
  // From the mode in both directions, so that nothing has to be normalised by a factorial.
  const mode = Math.floor(lambda);
  let [total, sum] = [0, 0];
  const add = (j: number, weight: number) => {
    total += weight;
    sum += (weight * (half + j - lambda)) / (half + j);
    return weight > Number.EPSILON * 1e-3;
  };
  for (let j = mode, weight = 1; add(j, weight); j++) weight *= lambda / (j + 1);
  for (let j = mode, weight = 1; j > 0; ) {
    weight *= j / lambda;
    if (!add(--j, weight)) break;
  }
  const q = sum / total;
  return { skip: (1 - q) * (s + b), branch: q * (s + b) };
}
