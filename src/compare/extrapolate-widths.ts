import type { SampleDocument } from "../network/documents.js";
import { InvalidArgumentError } from "../network/errors.js";
import type { Comparison, Verdict } from "../network/verdict.js";
import { compareWithTheory } from "./comparison.js";
import { fitWeightedLine, type WeightedLine } from "./extrapolate.js";
import { FEWEST_TRIALS, type JudgedNumber, judge } from "./verdict.js";

/** A number at infinite width, and the line in 1/width that led there. */
export interface ExtrapolatedNumber extends Comparison {
  readonly fit: WeightedLine;
}

export interface WidthExtrapolation {
  readonly widths: readonly number[];
  readonly meanLength: ExtrapolatedNumber;
  readonly within: Readonly<Record<string, ExtrapolatedNumber>>;
  readonly verdict: Verdict;
}

/**
 * Extrapolates the mean path length and P(K ≤ k) of sampled networks to infinite width, by weighted least squares in
 * 1/width: finite networks deviate from the Poisson-binomial law in proportion to 1/width (docs/statistics.md).
 *
 * @throws InvalidArgumentError unless the documents have two different widths and are otherwise of the same network.
 */
export function extrapolateWidths(documents: readonly SampleDocument[]): WidthExtrapolation {
  if (documents.length === 0)
    throw new InvalidArgumentError("documents", "none", "samples of two widths or more");
  const [first] = documents;
  const network = (document: SampleDocument) =>
    JSON.stringify([document.scheme, document.alpha, document.activation, document.depth, document.batch]);
  for (const document of documents) {
    if (network(document) !== network(first)) {
      throw new InvalidArgumentError(
        "documents",
        network(document),
        `samples of one network at several widths, all ${network(first)}`,
      );
    }
  }
  const extrapolate = (number: (document: SampleDocument) => Comparison): ExtrapolatedNumber => {
    const fit = fitWeightedLine(
      documents.map((document) => ({
        x: 1 / document.width,
        mean: number(document).mean,
        se: number(document).se,
        freedom: document.trials - 1,
      })),
    );
    const measured = { mean: fit.intercept, se: fit.interceptError };
    return { ...compareWithTheory(measured, number(first).theory), fit };
  };
  const meanLength = extrapolate((document) => document.meanLength);
  const shared = Object.keys(first.within).filter((k) => documents.every(({ within }) => k in within));
  const within = Object.fromEntries(shared.map((k) => [k, extrapolate((document) => document.within[k])]));
  const numbers: JudgedNumber[] = [
    { label: "mean length at infinite width", comparison: meanLength, freedom: meanLength.fit.freedom },
    ...Object.entries(within).map(([k, comparison]) => ({
      label: `P(K ≤ ${k}) at infinite width`,
      comparison,
      freedom: comparison.fit.freedom,
    })),
  ];
  const hasTrials = documents.every(({ trials }) => trials >= FEWEST_TRIALS);
  return {
    widths: documents.map(({ width }) => width),
    meanLength,
    within,
    verdict: judge({ numbers: hasTrials ? numbers : numbers.map((n) => ({ ...n, freedom: 1 })) }),
  };
}
