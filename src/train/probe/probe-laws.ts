import { pathLengths } from "../../analytic/laws/index.js";
import type { CarriedLaw, ProbedLaw } from "../../network/documents/probe.js";

/** The pmf ends where less than this is left. */
const TAIL = 1e-9;

export interface PathVariances {
  /** s and b. */
  readonly skip: number;
  readonly branch: number;
}

/** The Poisson-binomial law of measured blocks; null where it does not exist. */
export function lawOfProfile(blocks: readonly PathVariances[]): ProbedLaw | null {
  const isLaw = blocks.every(({ skip, branch }) => Number.isFinite(skip + branch) && skip + branch > 0);
  if (!isLaw) return null;
  const law = pathLengths({
    origin: "measured",
    skip: blocks.map(({ skip }) => skip),
    branch: blocks.map(({ branch }) => branch),
  });
  return {
    pmf: law.pmfUntil(TAIL).map(rounded),
    mean: rounded(law.mean),
    quantile97: law.quantile(0.97),
  };
}

/**
 * The law of the shares that were carried, without that of constants; null where they are not finite or add up to nothing.
 *
 * @param most the path length from which on paths are one component.
 */
export function lawOfShares(shares: Float64Array, most: number): CarriedLaw | null {
  const signal = shares.reduce((sum, share) => sum + share, 0);
  if (!(signal > 0 && Number.isFinite(signal))) return null;
  const pmf = Array.from(shares, (share) => share / signal);
  let [mean, below, quantile97] = [0, 0, 0];
  for (const [k, share] of pmf.entries()) {
    mean += k * share;
    if (below < 0.97) quantile97 = k;
    below += share;
  }
  const last = pmf.findLastIndex((share) => Math.abs(share) >= TAIL);
  return {
    pmf: pmf.slice(0, last + 1).map(rounded),
    mean: rounded(mean),
    quantile97,
    constantShare: rounded(1 - signal),
    ...(pmf.length > most ? { lumpedFrom: most } : {}),
  };
}

/** To the digits that float32 has. */
export function rounded(value: number): number {
  return Number(value.toPrecision(6));
}
