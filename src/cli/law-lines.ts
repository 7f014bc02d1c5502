import type { PathLengthsDocument } from "../network/documents.js";
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
