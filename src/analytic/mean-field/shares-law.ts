import type { PathLengthDistribution } from "../laws/index.js";

/** What samples are compared with. */
export type NetworkLaw = Pick<PathLengthDistribution, "depth" | "mean" | "pmf" | "cdf" | "sf" | "quantile">;

/** The law P(K = k) = `shares[k]`, k = 0, 1, …, which add up to 1, after `depth` blocks. */
export function lawOfShares(shares: Float64Array, depth: number): NetworkLaw {
  const sum = (from: number, to: number) => {
    let total = 0;
    for (let k = Math.max(0, from); k < Math.min(to, shares.length); k++) total += shares[k];
    return total;
  };
  const cdf = (k: number) => (k >= shares.length - 1 ? 1 : sum(0, Math.floor(k) + 1));
  return {
    depth,
    mean: shares.reduce((mean, share, k) => mean + k * share, 0),
    pmf: (k) => shares[k] ?? 0,
    cdf,
    sf: (k) => sum(Math.floor(k) + 1, shares.length),
    quantile: (p) => {
      let k = 0;
      while (cdf(k) < p) k++;
      return k;
    },
  };
}
