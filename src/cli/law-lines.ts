import type { PathLengthsDocument, PredictedInput } from "../network/documents.js";
import { percent } from "./output.js";

/** A path-length law as lines of text: its moments, what lies within and beyond k, its quantiles. */
export function lawLines(
  law: Pick<PathLengthsDocument, "mean" | "variance" | "within" | "beyond" | "quantiles">,
): string[] {
  return [
    "K, the number of branches traversed by a unit of output variance:",
    `  mean ${Number(law.mean.toPrecision(6))}, variance ${Number(law.variance.toPrecision(6))}`,
    ...Object.entries(law.within).map(
      ([k, p]) => `  P(K ≤ ${k}) = ${percent(p)}, P(K > ${k}) = ${percent(law.beyond[k])}`,
    ),
    `  quantiles: ${Object.entries(law.quantiles)
      .map(([p, k]) => `${Number((100 * Number(p)).toPrecision(4))} %: ${k}`)
      .join(", ")}`,
  ];
}

/** s_0, and where every branch adds the same variance c and the branch fractions: "s_0 = 4, c = s_0/b = 4, q_i = 1/(i + 4)". */
export function inputText({ inputVariance = 1, inputOverBranch: c }: PredictedInput): string {
  const variance = `s_0 = ${short(inputVariance)}`;
  if (c === undefined) return variance;
  if (c === 0) return `${variance}, the paper's q_i = 1/i`;
  return `${variance}, c = s_0/b = ${short(c)}, q_i = 1/(i + ${short(c)})`;
}

const short = (value: number) => String(Number(value.toPrecision(6)));
