import type { Activation } from "../../network/activations.js";
import { statisticsOf } from "../../network/normalizers.js";
import {
  product,
  type Scaled,
  scaled,
  timesPowerOfTwo,
  withOneExponent,
} from "../../network/scaled-number.js";
import type { ResidualScheme } from "../../network/schemes/index.js";
import { type PathLengthDistribution, poissonBinomialLaw } from "../laws/index.js";
import { depthOf, type PredictOptions, predictMoments, squaredScale } from "./moments.js";

/** How the squared gradient grows from the output of the last block back to the input of the first. */
export interface GradientProfile {
  /**
   * ln(E‖∂L/∂x_l‖² / E‖∂L/∂x_{d+1}‖²) at l = 1…d, the input of block l; the norms are over a whole batch. In logarithms,
   * since an unnormalised network of 2,000 blocks leaves the range of float64.
   */
  readonly logSquaredNorm: Float64Array;
  /**
   * The factors by which the skip path and the branch of block l pass the squared norm on; they add up. 0 or Infinity beyond
   * the range of float64.
   */
  readonly skipGain: Float64Array;
  readonly branchGain: Float64Array;
}

/**
 * E‖∂L/∂x_l‖² of an infinitely wide network at initialisation, block by block, from
 *
 *     E‖∂L/∂x_l‖² = (β_l² + α_l² g_l) E‖∂L/∂x_{l+1}‖²
 *
 * with g_l = 1 for a raw branch (LeCun or He weights), and 1/Var(x_l) for a branch that starts with a normaliser. Each
 * BatchNorm inside a branch, behind a ReLU layer of batch variance 1 − 1/π, adds a factor π/(π − 1) = 1.467, and so
 * does each ReLU layer of NF-ResNet, whose weights are that much larger. In a transition block the skip path goes
 * through the first normaliser and one weight layer too.
 *
 * For BatchNorm first in the branch Var(x_l) = s_0 + (l − 1)/g gives the factor 1 + g/(l − 1 + g s_0), with g = 1 for
 * linear branches and g = π/(π − 1) for ReLU; with `inputVariance` 1/g it is 1 + g/l, and with 0 the gradient at the
 * first block is infinite. Without normaliser it is 2^{d+1−l};
 * for BatchNorm-ReLU layers without skip paths 1.467^{d+1−l} (l > 1). Where branches are dropped, Var(x_l) is its
 * expectation over the masks.
 *
 * Left out is what BatchNorm's batch statistics take out of the gradient, of order 1/batch. Convolutions keep
 * the norm at any stride and width, but for the taps outside the map.
 *
 * @throws InvalidArgumentError as {@link predictMoments} does.
 * @example
 * ```ts
 * predictGradients({ scheme: resolveScheme("unnormalized"), depth: 3 }).skipGain[0]; // 1
 * Math.exp(predictGradients({ scheme: resolveScheme("batchnorm"), depth: 99 }).logSquaredNorm[0]); // 100.00000000000001
 * ```
 */
export function predictGradients(options: PredictOptions): GradientProfile {
  const { skip, branch, exponent } = gainsOf(options);
  const logSquaredNorm = new Float64Array(skip.length);
  let log = 0;
  for (let l = skip.length - 1; l >= 0; l--) {
    log += logOf(skip[l], branch[l], exponent[l]);
    logSquaredNorm[l] = log;
  }
  const plain = (gains: Float64Array) => gains.map((gain, index) => timesPowerOfTwo(gain, exponent[index]));
  return { logSquaredNorm, skipGain: plain(skip), branchGain: plain(branch) };
}

/** The two gains of each block, times 2^`exponent`, which is 0 but where a scale is beyond the range of float64 when squared. */
interface Gains {
  readonly skip: Float64Array;
  readonly branch: Float64Array;
  readonly exponent: Float64Array;
}

function gainsOf(options: PredictOptions): Gains {
  const { scheme, architecture, activation = "linear" } = options;
  const depth = depthOf(options);
  const { input, inputExponent } = predictMoments(options);
  const divides = scheme.normalizer !== "none";
  const divisor = scheme.normalizer === "batch" ? "variance" : "secondMoment";
  const layer = layerGain(scheme, activation);
  const skip = new Float64Array(depth);
  const branch = new Float64Array(depth);
  const exponent = new Float64Array(depth);
  for (let index = 0; index < depth; index++) {
    const i = index + 1;
    const block = architecture?.blocks[index];
    const kept = scheme.survival?.(i, depth, block?.place) ?? 1;
    const a2 = squaredScale(scheme.branchScale, { i, depth, place: block?.place, argument: "alpha" });
    const b2 = squaredScale(scheme.skipScale, { i, depth, place: block?.place, argument: "skip" });
    // What enters a normaliser of the merged sum has that second moment too: the squared scales add up to 1.
    const merged = scheme.normalizesMerge ? 1 / input.secondMoment[index] : 1;
    const first = (divides ? 1 / input[divisor][index] : merged) * layer.first;
    const later = layer.more ** ((block?.layers.length ?? 1) - 1);
    const ofSkip = block?.transition ? first : merged;
    if (a2.exponent === 0 && b2.exponent === 0 && inputExponent[index] === 0) {
      skip[index] = b2.mantissa * ofSkip;
      branch[index] = kept * a2.mantissa * first * later;
      continue;
    }
    // Only what is divided by the moments of the input has their exponent.
    const at = (mantissa: number, isDivided: boolean): Scaled => ({
      mantissa,
      exponent: isDivided ? -inputExponent[index] : 0,
    });
    const isMerged = scheme.normalizesMerge ?? false;
    const ofBranch = product(product(scaled(kept), a2), at(first, divides || isMerged));
    [skip[index], branch[index], exponent[index]] = withOneExponent(
      product(b2, at(ofSkip, isMerged || (divides && (block?.transition ?? false)))),
      { ...ofBranch, mantissa: ofBranch.mantissa * later },
    );
  }
  return { skip, branch, exponent };
}

/**
 * The law of the branches that the gradient at the input of the first block came back through: Poisson-binomial in
 * branchGain/(skipGain + branchGain). For linear branches it is the law of the path lengths forward; for ReLU behind
 * BatchNorm it is not, since the branch passes back more than it adds to the batch variance.
 *
 * @example
 * ```ts
 * gradientPathLengths({ scheme: resolveScheme("batchnorm"), depth: 2 }).pmf(0); // 0.3333333333333333
 * ```
 */
export function gradientPathLengths(options: PredictOptions): PathLengthDistribution {
  // An input of variance 0 makes the first branch's gain infinite: all of the gradient comes back through it.
  const share = (branch: number, skip: number) =>
    branch === Number.POSITIVE_INFINITY ? 1 : branch / (branch + skip);
  const { skip, branch } = gainsOf(options);
  return poissonBinomialLaw(branch.map((gain, index) => share(gain, skip[index])));
}

/** What the first weight layer, and each further one with what lies before it, does to the squared gradient. */
function layerGain(scheme: ResidualScheme, activation: Activation): { first: number; more: number } {
  const c = activation === "relu" ? Math.PI / (Math.PI - 1) : 1;
  switch (statisticsOf(scheme.normalizer)) {
    case "predicted":
      return { first: c, more: c };
    case "none":
    case "input":
    case "groups":
      return { first: 1, more: 1 };
    case "batch":
      return { first: 1, more: c };
  }
}

/** ln(a + b); a small branch beside a skip gain of 1 keeps its digits. */
function logOf(skip: number, branch: number, exponent: number): number {
  if (exponent === 0 && skip === 1) return Math.log1p(branch);
  return Math.log(skip + branch) + exponent * Math.LN2;
}
