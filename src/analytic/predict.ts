import type { PathLengthsDocument, VarianceProfileDocument } from "../network/documents.js";
import { requireInteger } from "../network/domain.js";
import type { Convention, ResidualScheme } from "../network/scheme.js";
import { overflowBlock, type VarianceProfile, variances } from "../network/variance-profile.js";
import { pathLengths } from "./laws/index.js";
import { type PredictOptions, predictProfile } from "./moments.js";

/** Quantiles every path-length document carries. */
const QUANTILES = [0.05, 0.5, 0.95, 0.97, 0.99];
/** The pmf is listed until no more than this much mass is left. */
const PMF_TAIL = 1e-12;

/** The convention a scheme is reported in unless another is asked for: the paper's where there is a normaliser. */
export function defaultConvention(scheme: ResidualScheme): Convention {
  return scheme.branchInput === "normalized" ? "paper" : "unit-input";
}

/**
 * The path-length law of a scheme as a document.
 *
 * @param options.within the path lengths k for which P(K ≤ k) and P(K > k) are wanted; the 97 % quantile if absent.
 * @throws InvalidArgumentError as {@link predictProfile} does, and for a negative or fractional `within`.
 * @example
 * ```ts
 * predictPathLengths({ scheme: resolveScheme("batchnorm"), depth: 100, within: [5] }).mean; // 5.187377517639621
 * ```
 */
export function predictPathLengths(
  options: PredictOptions & { readonly within?: readonly number[] },
): PathLengthsDocument {
  const { scheme, depth, activation = "linear", convention = defaultConvention(scheme) } = options;
  const asked = options.within?.map((k) => requireInteger("within", k, 0));
  const lengths = pathLengths(predictProfile({ ...options, convention }));
  const thresholds = asked ?? [lengths.quantile(0.97)];
  const pmf = lengths.pmfUntil(PMF_TAIL);
  const other: Convention = convention === "paper" ? "unit-input" : "paper";
  return {
    kind: "path-lengths",
    scheme: scheme.name,
    ...(scheme.alpha === undefined ? {} : { alpha: scheme.alpha }),
    activation,
    depth,
    convention,
    mean: lengths.mean,
    variance: lengths.variance,
    within: byKey(thresholds, (k) => lengths.cdf(k)),
    beyond: byKey(thresholds, (k) => lengths.sf(k)),
    quantiles: byKey(QUANTILES, (p) => lengths.quantile(p)),
    pmf,
    omittedMass: lengths.sf(pmf.length - 1),
    ...(scheme.branchInput === "normalized"
      ? {
          otherConvention: {
            convention: other,
            within: withinOf(predictProfile({ ...options, convention: other }), thresholds),
          },
        }
      : {}),
  };
}

/**
 * The variance profile of a scheme as a document, for a unit-variance input unless `convention` says otherwise.
 *
 * @example
 * ```ts
 * predictVarianceProfile({ scheme: resolveScheme("unnormalized"), depth: 3 }).skip; // [1, 2, 4]
 * ```
 */
export function predictVarianceProfile(options: PredictOptions): VarianceProfileDocument {
  const { scheme, depth, activation = "linear", convention = "unit-input" } = options;
  const profile = predictProfile({ ...options, convention });
  const { skip, branch } = variances(profile);
  const finite = (value: number) => (Number.isFinite(value) ? value : null);
  return {
    kind: "variance-profile",
    scheme: scheme.name,
    ...(scheme.alpha === undefined ? {} : { alpha: scheme.alpha }),
    activation,
    depth,
    convention,
    skip: skip.map(finite),
    branch: branch.map(finite),
    overflowBlock: overflowBlock(profile),
  };
}

function withinOf(profile: VarianceProfile, thresholds: readonly number[]) {
  const lengths = pathLengths(profile);
  return byKey(thresholds, (k) => lengths.cdf(k));
}

function byKey(keys: readonly number[], value: (key: number) => number): Record<string, number> {
  return Object.fromEntries(keys.map((key) => [String(key), value(key)]));
}
