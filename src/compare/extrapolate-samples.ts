import type { SampleDocument } from "../network/documents/sample/path-sample.js";
import type { Comparison, Verdict } from "../network/documents/verdict.js";
import { InvalidArgumentError } from "../network/errors.js";
import { smallest } from "../network/extremes.js";
import type { Judgement } from "../network/settings/judgement.js";
import { compareWithTheory } from "./comparison.js";
import { fitWeightedLine, type WeightedLine } from "./extrapolate.js";
import { judge } from "./judge.js";
import type { JudgedNumber } from "./judged-number.js";
import { marginOf } from "./margin.js";
import { differencesOf, textOf } from "./sampled-network.js";

/** A number in the limit, and the line in 1/width or 1/batch that led there. */
export interface ExtrapolatedNumber extends Comparison {
  readonly fit: WeightedLine;
}

/** The numbers of samples that are extrapolated together. */
export interface SampleExtrapolation {
  readonly meanLength: ExtrapolatedNumber;
  /** P(K ≤ k) by the k that all samples have. */
  readonly within: Readonly<Record<string, ExtrapolatedNumber>>;
  readonly verdict: Verdict;
}

/** Relative rounding of what a network of float32 gives. */
const FLOAT32_ROUNDING = 1e-7;

/** What samples are extrapolated in: the size that differs between them. */
export const SAMPLE_SIZES = ["width", "batch"] as const;
export type SampleSize = (typeof SAMPLE_SIZES)[number];

export interface ExtrapolateSamplesOptions {
  readonly documents: readonly SampleDocument[];
  readonly along: SampleSize;
  /** The theory in the limit. */
  readonly theory: { readonly meanLength: number; readonly within: Readonly<Record<string, number>> };
  /** What the limit is called in a verdict, such as "at infinite width". */
  readonly limit: string;
  /** A sentence to add when the numbers differ. */
  readonly whenDifferent?: string;
  /** How sure the verdict is, and how far the numbers may lie apart and still agree. */
  readonly judgement?: Partial<Judgement>;
}

/**
 * Extrapolates the mean path length and P(K ≤ k) of samples to an infinite size by weighted least squares in 1/size, and
 * judges the intercepts against the theory of the limit, together.
 *
 * @throws InvalidArgumentError unless the documents have two different sizes and are otherwise of the same network.
 */
export function extrapolateSamples(options: ExtrapolateSamplesOptions): SampleExtrapolation {
  const { documents, along, theory, limit, whenDifferent, judgement = {} } = options;
  const share = judgement.margin;
  requireOneNetwork(documents, along);
  const ks = Object.keys(documents[0].within).filter((k) => documents.every(({ within }) => k in within));
  const fitOf = (number: (document: SampleDocument) => Comparison) =>
    fitWeightedLine(
      documents.map((document) => ({
        x: 1 / document.network[along],
        ...atLeastRounded(number(document)),
        freedom: document.trials - 1,
      })),
    );
  const rows = [
    {
      name: "mean length",
      fit: fitOf(({ meanLength }) => meanLength),
      theory: theory.meanLength,
      margin: marginOf(theory.meanLength, { share }),
    },
    ...ks.map((k) => ({
      name: `P(K ≤ ${k})`,
      fit: fitOf(({ within }) => within[k]),
      theory: theory.within[k],
      margin: marginOf(theory.within[k], { kind: "probability", share }),
    })),
  ];
  const trials = smallest(documents.map((document) => document.trials));
  const numbers = rows.map(({ name, fit, theory, margin }): JudgedNumber => {
    const se = fit.interceptError * misfitOf(fit, documents.length);
    return {
      label: `${name} ${limit}`,
      comparison: compareWithTheory({ mean: fit.intercept, se }, theory),
      margin,
      trials,
      freedom: fit.freedom,
    };
  });
  const { verdict, comparisons } = judge({
    families: [numbers],
    confidence: judgement.confidence,
    whenDifferent,
    notJudged: [{ label: "the numbers at each size", reason: "what they tend to is" }],
    unit: "networks a size",
  });
  const [meanLength, ...within] = comparisons[0].map(
    (comparison, index): ExtrapolatedNumber => ({ ...comparison, fit: rows[index].fit }),
  );
  return {
    meanLength,
    within: Object.fromEntries(ks.map((k, index) => [k, within[index]])),
    verdict,
  };
}

/** A number that is the same in all networks, such as P(K ≤ k) of all lengths, is known to the rounding of float32. */
function atLeastRounded({ mean, se }: Comparison) {
  return { mean, se: Math.max(se, FLOAT32_ROUNDING * Math.max(1, Math.abs(mean))) };
}

/**
 * By how much points scatter about the line beyond their own errors, which the error of its intercept is made larger by (Birge's ratio):
 * where they do, they lie on no line, or have too few trials to know their errors.
 */
function misfitOf({ chiSquare }: WeightedLine, points: number): number {
  return points > 2 ? Math.max(1, Math.sqrt(chiSquare / (points - 2))) : 1;
}

/** @throws InvalidArgumentError naming what the networks of the documents differ in beside the size. */
function requireOneNetwork(documents: readonly SampleDocument[], along: SampleSize): void {
  if (documents.length === 0) {
    throw new InvalidArgumentError("documents", "none", `samples of two values of ${along} or more`);
  }
  const [first, ...others] = documents.map(({ network }) => network);
  for (const other of others) {
    const [name] = differencesOf(first, other).filter((setting) => setting !== along);
    if (name === undefined) continue;
    const values = `${name} ${textOf(first, name)} and ${textOf(other, name)}`;
    throw new InvalidArgumentError(
      "documents",
      values,
      `samples of one network, which differ in ${along} alone`,
    );
  }
}
