import type { Cumulants } from "./base-law.js";
import type { PathLengthDistribution } from "./distribution.js";
import { type PmfTable, UNSCALE } from "./pmf-table.js";
import { TabulatedLaw, type TabulatedOptions } from "./tabulated-law.js";

/** A law of which only the probabilities are known. */
export function lawOfTable(
  options: Pick<TabulatedOptions, "depth" | "support" | "table">,
): PathLengthDistribution {
  return new TabulatedLaw({ ...options, cumulants: cumulantsOfTable(options.table) });
}

/** κ₁…κ₄ from the central moments, two passes: no power sums are subtracted. */
function cumulantsOfTable({ first, values }: PmfTable): Cumulants {
  const moment = (power: number, about: number) => {
    let sum = 0;
    for (let j = 0; j < values.length; j++) sum += values[j] * (first + j - about) ** power;
    return sum * UNSCALE;
  };
  const mean = moment(1, 0);
  const [second, third, fourth] = [2, 3, 4].map((power) => moment(power, mean));
  return [mean, second, third, fourth - 3 * second * second];
}
