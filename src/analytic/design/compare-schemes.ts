import type { Activation } from "../../network/activations.js";
import type { ComparedScheme, ComparisonDocument } from "../../network/documents/comparison.js";
import { requireInteger } from "../../network/domain.js";
import { InvalidArgumentError } from "../../network/errors.js";
import { FORMAT } from "../../network/format.js";
import type { ResidualScheme } from "../../network/schemes/index.js";
import type { VarianceProfile } from "../../network/variance-profile.js";
import type { PathLengthDistribution } from "../laws/index.js";
import { predictGradients } from "../moments/gradients.js";
import { askedInput, type InputOptions, reasonAgainstNone } from "../moments/input-variance.js";
import { fromLog, fromScaled } from "../moments/log-number.js";
import { predictProfile } from "../moments/moments.js";
import { inputOverBranch, predictPathLaw } from "../moments/path-law.js";
import { precisionLimits } from "../moments/precision.js";

/** An input variance of 0 is that of the schemes that can have it; it is 1 for the others, whose path lengths it leaves as they are. */
export interface CompareOptions extends InputOptions {
  readonly schemes: readonly ResidualScheme[];
  /** Residual blocks. */
  readonly depth: number;
  /** `linear` if absent. */
  readonly activation?: Activation;
  /** A path length k for which P(K ≤ k) is wanted too. */
  readonly within?: number;
}

const QUANTILE = 0.97;
/** Points of a curve; a picture needs no more. */
const MOST_POINTS = 300;
/** The law is listed where both its tails are above this. */
const UNSEEN = 1e-6;

/**
 * Schemes beside each other at one depth: total variance, mean and 97 % quantile of the path length, the squared gradient
 * at the first block over that at the last, and the blocks whose variance and activations exceed float32.
 *
 * @throws InvalidArgumentError for no schemes, a depth that is not a whole number ≥ 1, a `within` that is not one ≥ 0, or
 * as {@link predictProfile} does.
 * @example
 * ```ts
 * const schemes = ["batchnorm", "sqrt2"].map((name) => resolveScheme(name));
 * compareSchemes({ schemes, depth: 1000 }).schemes.map((row) => row.quantile97); // [11, 530]
 * ```
 */
export function compareSchemes(options: CompareOptions): ComparisonDocument {
  const { schemes, activation = "linear" } = options;
  const depth = requireInteger("depth", options.depth, 1);
  const within = options.within === undefined ? undefined : requireInteger("within", options.within, 0);
  if (schemes.length === 0) throw new InvalidArgumentError("schemes", "none", "at least one scheme");
  return {
    kind: "comparison",
    format: FORMAT,
    depth,
    activation,
    ...(within === undefined ? {} : { within }),
    schemes: schemes.map((scheme) => compared(scheme, options)),
  };
}

function compared(scheme: ResidualScheme, options: CompareOptions): ComparedScheme {
  const { depth, activation = "linear", within } = options;
  const inputVariance = varianceOf(scheme, options);
  const network = { scheme, depth, activation, inputVariance };
  const profile = predictProfile(network);
  const { lengths } = predictPathLaw(network);
  const c = inputOverBranch(network);
  const { logSquaredNorm } = predictGradients(network);
  const limits = precisionLimits({ ...network, format: "float32" });
  const last = depth - 1;
  return {
    scheme: scheme.name,
    ...(scheme.alpha === undefined ? {} : { alpha: scheme.alpha }),
    title: scheme.title,
    inputVariance,
    ...(c === undefined ? {} : { inputOverBranch: c }),
    totalVariance: fromScaled(profile.skip[last] + profile.branch[last], profile.exponent?.[last]),
    meanLength: lengths.mean,
    quantile97: lengths.quantile(QUANTILE),
    ...(within === undefined
      ? {}
      : { probabilityWithin: lengths.cdf(within), probabilityBeyond: lengths.sf(within) }),
    gradientRatio: fromLog(logSquaredNorm[0] - logSquaredNorm[last]),
    overflowBlock: limits.varianceOverflow,
    activationOverflowBlock: limits.activationOverflow,
    law: lawCurve(lengths),
    growth: growthCurve(profile, inputVariance),
  };
}

/** The variance asked for, and 1 for a scheme that cannot be given the 0 asked for. */
function varianceOf(scheme: ResidualScheme, options: CompareOptions): number {
  const asked = askedInput(options);
  return asked === 0 && reasonAgainstNone({ scheme, depth: options.depth }) !== undefined ? 1 : asked;
}

function lawCurve(lengths: PathLengthDistribution): ComparedScheme["law"] {
  const [low, high] = [lengths.quantile(UNSEEN), lengths.upperQuantile(UNSEEN)];
  const k = evenly(low, high);
  return { k, cdf: k.map((one) => lengths.cdf(one)) };
}

/** After blocks 0 (the input), 1, 2, … and then evenly spaced on a logarithmic axis. */
function growthCurve(
  { skip, branch, exponent }: VarianceProfile,
  inputVariance: number,
): ComparedScheme["growth"] {
  const depth = skip.length;
  const step = depth ** (1 / MOST_POINTS);
  const block = [0];
  for (let at = 1; at < depth; at = Math.max(at + 1, at * step)) block.push(Math.floor(at));
  block.push(depth);
  const after = (i: number) => fromScaled(skip[i - 1] + branch[i - 1], exponent?.[i - 1]).log10;
  return { block, log10: block.map((i) => (i === 0 ? fromScaled(inputVariance).log10 : after(i))) };
}

function evenly(low: number, high: number): number[] {
  const step = Math.max(1, Math.ceil((high - low) / MOST_POINTS));
  const values: number[] = [];
  for (let value = low; value < high; value += step) values.push(value);
  return [...values, high];
}
