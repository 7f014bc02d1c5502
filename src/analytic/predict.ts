import type { ResidualArchitecture } from "../network/architecture.js";
import type { PathLengthsDocument, VarianceProfileDocument } from "../network/documents.js";
import { requireInteger } from "../network/domain.js";
import { FORMAT } from "../network/format.js";
import { timesPowerOfTwo } from "../network/scaled-number.js";
import type { ResidualScheme } from "../network/schemes/index.js";
import { overflowBlock } from "../network/variance-profile.js";
import { summarizeLaw } from "./laws/law-summary.js";
import { type MapMoments, predictStageMoments } from "./maps/convolutional-stages.js";
import { predictGradients } from "./moments/gradients.js";
import { type InputOptions, inputVarianceOf, reasonAgainstNone } from "./moments/input-variance.js";
import {
  countedMoment,
  depthOf,
  type PathMoments,
  type PredictOptions,
  predictMoments,
} from "./moments/moments.js";
import { inputOverBranch, predictPathLaw } from "./moments/path-law.js";
import { FLOAT_FORMATS, type FloatFormatName, precisionLimits } from "./moments/precision.js";

/**
 * The path-length law of a scheme as a document, for an input of variance 1 unless `inputVariance` says otherwise. Where a closed form holds ({@link predictPathLaw}) the depth may be up
 * to 1e100.
 *
 * @param options.within the path lengths k for which P(K ≤ k) and P(K > k) are wanted; the 97 % quantile if absent.
 * @throws InvalidArgumentError as {@link predictProfile} does, and for a negative or fractional `within`.
 * @example
 * ```ts
 * predictPathLengths({ scheme: resolveScheme("batchnorm"), depth: 100, within: [5] }).mean; // 4.197278507…
 * ```
 */
export function predictPathLengths(
  options: PredictOptions & { readonly within?: readonly number[] },
): PathLengthsDocument {
  const { activation = "linear" } = options;
  const asked = options.within?.map((k) => requireInteger("within", k, 0));
  const { lengths, method, absoluteErrorBound } = predictPathLaw(options);
  const summary = summarizeLaw(lengths, asked);
  const thresholds = Object.keys(summary.within).map(Number);
  const otherwise = withInput(options, inputVarianceOf(options) === 0 ? 1 : 0);
  return {
    kind: "path-lengths",
    format: FORMAT,
    ...nameOf(options),
    activation,
    depth: lengths.depth,
    ...inputOf(options),
    method,
    ...(absoluteErrorBound === undefined ? {} : { absoluteErrorBound }),
    ...summary,
    ...(reasonAgainstNone(options) === undefined
      ? { otherInput: { ...inputOf(otherwise), within: withinOf(otherwise, thresholds) } }
      : {}),
  };
}

/** s_0, and c where it is a number of its own. */
function inputOf(options: PredictOptions) {
  const c = inputOverBranch(options);
  return { inputVariance: inputVarianceOf(options), ...(c === undefined ? {} : { inputOverBranch: c }) };
}

function withInput(options: PredictOptions, inputVariance: number): PredictOptions {
  return { ...options, convention: undefined, inputVariance };
}

/** What a document says of its network. */
function nameOf({ scheme, architecture }: PredictOptions) {
  return {
    scheme: scheme.name,
    ...(architecture === undefined ? {} : { architecture: architecture.name }),
    ...(scheme.alpha === undefined ? {} : { alpha: scheme.alpha }),
    ...(scheme.skip === undefined ? {} : { skipExpression: scheme.skip }),
    ...(scheme.survivalText === undefined ? {} : { survival: scheme.survivalText }),
  };
}

/**
 * The variance profile of a scheme as a document, for an input of variance 1 unless `inputVariance` says otherwise.
 *
 * @example
 * ```ts
 * predictVarianceProfile({ scheme: resolveScheme("unnormalized"), depth: 3 }).skip; // [1, 2, 4]
 * ```
 */
export function predictVarianceProfile(options: PredictOptions): VarianceProfileDocument {
  const { scheme, activation = "linear" } = options;
  const depth = depthOf(options);
  const moments = predictMoments(options);
  const gradientGrowth = predictGradients(options).logSquaredNorm[0] / Math.LN10;
  const { exponent } = moments;
  const counted = countedMoment(scheme);
  const of = (path: PathMoments, moment: keyof PathMoments) =>
    path[moment].map((value, index) => finite(timesPowerOfTwo(value, exponent[index])));
  return {
    kind: "variance-profile",
    format: FORMAT,
    ...nameOf(options),
    activation,
    depth,
    ...inputOf(options),
    moment: counted === "variance" ? "batch variance" : "second moment",
    skip: of(moments.skip, counted),
    branch: of(moments.branch, counted),
    overflowBlock: overflowBlock({
      origin: "predicted",
      skip: moments.skip[counted],
      branch: moments.branch[counted],
      exponent,
    }),
    moments: {
      skipSecondMoment: of(moments.skip, "secondMoment"),
      skipMeanSquared: of(moments.skip, "meanSquared"),
      branchSecondMoment: of(moments.branch, "secondMoment"),
      branchMeanSquared: of(moments.branch, "meanSquared"),
    },
    precision: (Object.keys(FLOAT_FORMATS) as FloatFormatName[]).map((format) =>
      precisionLimits({ ...options, format }),
    ),
    ...(Number.isFinite(gradientGrowth) ? { gradientGrowth } : {}),
  };
}

/**
 * The same document for a real network with BatchNorm and ReLU, with its maps, kernels and strides
 * ({@link predictStageMoments}): batch variances averaged over the map. Gradients and number formats are those
 * without zero padding.
 *
 * @throws InvalidArgumentError as {@link predictStageMoments} does.
 */
export function predictMapProfile(
  options: InputOptions & {
    readonly architecture: ResidualArchitecture;
    readonly scheme: ResidualScheme;
    readonly imageSize?: number;
  },
): VarianceProfileDocument {
  const { blocks, imageSize } = predictStageMoments(options);
  const of = (path: "skip" | "branch", moment: keyof MapMoments) =>
    blocks.map((block) => block[path][moment]);
  const [skip, branch] = [of("skip", "variance"), of("branch", "variance")];
  return {
    ...predictVarianceProfile({ ...options, activation: "relu" }),
    imageSize,
    mapSizes: blocks.map(({ size }) => size),
    skip,
    branch,
    overflowBlock: overflowBlock({ origin: "predicted", skip, branch }),
    moments: {
      skipSecondMoment: of("skip", "secondMoment"),
      skipMeanSquared: of("skip", "meanSquared"),
      branchSecondMoment: of("branch", "secondMoment"),
      branchMeanSquared: of("branch", "meanSquared"),
    },
  };
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

function withinOf(options: PredictOptions, thresholds: readonly number[]) {
  const { lengths } = predictPathLaw(options);
  return byKey(thresholds, (k) => lengths.cdf(k));
}

function byKey(keys: readonly number[], value: (key: number) => number): Record<string, number> {
  return Object.fromEntries(keys.map((key) => [String(key), value(key)]));
}
