import { requireInteger } from "../../network/domain.js";
import type { PathLengthDistribution } from "./index.js";

/** Quantiles every path-length document carries. */
const QUANTILES = [0.05, 0.5, 0.95, 0.97, 0.99];
/** The pmf is listed until no more than this much mass is left. */
const PMF_TAIL = 1e-12;
/** A document lists no more of it than this. */
const MOST_LISTED = 10_000;

/**
 * The numbers of a path-length law that documents carry.
 *
 * @param within the path lengths k for which P(K ≤ k) and P(K > k) are wanted; the 97 % quantile if absent.
 * @throws InvalidArgumentError for a negative or fractional `within`.
 */
export function summarizeLaw(lengths: PathLengthDistribution, within?: readonly number[]) {
  const thresholds = within?.map((k) => requireInteger("within", k, 0)) ?? [lengths.quantile(0.97)];
  return {
    mean: lengths.mean,
    variance: lengths.variance,
    within: byKey(thresholds, (k) => lengths.cdf(k)),
    beyond: byKey(thresholds, (k) => lengths.sf(k)),
    quantiles: byKey(QUANTILES, (p) => lengths.quantile(p)),
    ...listed(lengths),
  };
}

/** The pmf from k = 0 if it is short, else what lies about the mean, from `pmfFrom` on; and the mass left out. */
function listed(lengths: PathLengthDistribution) {
  const last = lengths.upperQuantile(PMF_TAIL);
  if (last < MOST_LISTED) {
    const pmf = lengths.pmfUntil(PMF_TAIL);
    return { pmf, omittedMass: lengths.sf(pmf.length - 1) };
  }
  const middle = Math.round(lengths.mean);
  const reach = Math.min(MOST_LISTED / 2 - 1, last - middle);
  const pmfFrom = Math.max(0, middle - reach);
  const pmf = Array.from({ length: middle + reach - pmfFrom + 1 }, (_, index) =>
    lengths.pmf(pmfFrom + index),
  );
  const below = pmfFrom === 0 ? 0 : lengths.cdf(pmfFrom - 1);
  return { pmf, pmfFrom, omittedMass: below + lengths.sf(middle + reach) };
}

function byKey(keys: readonly number[], value: (key: number) => number): Record<string, number> {
  return Object.fromEntries(keys.map((key) => [String(key), value(key)]));
}
