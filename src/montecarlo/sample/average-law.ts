import type { PathLengthDistribution } from "../../analytic/laws/index.js";
import { smallest } from "../../network/extremes.js";

/** What of a law samples are compared with. */
export type LengthLaw = Pick<PathLengthDistribution, "mean" | "pmf" | "cdf" | "sf" | "quantile">;

/** The mixture of some laws in equal parts; of one law, the law itself. */
export function averageLaw(laws: readonly LengthLaw[]): LengthLaw {
  if (laws.length === 1) return laws[0];
  const average = (value: (law: LengthLaw) => number) =>
    laws.reduce((sum, law) => sum + value(law), 0) / laws.length;
  const cdf = (k: number) => average((law) => law.cdf(k));
  return {
    mean: average((law) => law.mean),
    pmf: (k) => average((law) => law.pmf(k)),
    sf: (k) => average((law) => law.sf(k)),
    cdf,
    quantile: (p) => {
      // It lies between the quantiles of the laws.
      let k = smallest(laws.map((law) => law.quantile(p)));
      while (cdf(k) < p) k++;
      return k;
    },
  };
}
