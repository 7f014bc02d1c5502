import type { JudgedNumber } from "../../compare/judged-number.js";
import { RunningMeans } from "../../compare/running-means.js";
import type { SamplePrecision } from "../../network/documents/sample/drawing.js";
import type { LengthsAtBlock } from "../../network/documents/sample/lengths.js";
import type { Comparison, NotJudged, SampledSeries, Verdict } from "../../network/documents/verdict.js";
import type { Judgement } from "../../network/settings/judgement.js";
import type { LengthLaw } from "./average-law.js";
import type { Estimate } from "./estimate.js";
import { NumberSums } from "./number-sums.js";
import type { ResolvedRun } from "./options.js";
import { meanLengthQuantity, type Quantity, type SharesRecord, withinQuantity } from "./quantities.js";

/** Path lengths at one of the blocks where shares are recorded, as the theory has them. */
export interface LengthsAt {
  readonly block: number;
  readonly law: LengthLaw;
  /** What their labels end in, such as " after block 5". */
  readonly suffix: string;
}

/** The mean length and each P(K ≤ k), of the shares at a place among those recorded. */
export function lengthQuantities(
  at: LengthsAt,
  {
    within,
    place,
    share,
  }: { readonly within: readonly number[]; readonly place: number; readonly share?: number },
) {
  const where = { ...at, place, share };
  return [meanLengthQuantity(where), ...within.map((k) => withinQuantity(where, k))];
}

export interface LengthSumsOptions<Trial extends SharesRecord> {
  readonly lengthsAt: readonly LengthsAt[];
  readonly within: readonly number[];
  readonly judgement: Judgement;
  /** Numbers that are judged with the path lengths. */
  readonly others?: readonly Quantity<Trial>[];
}

/** What is kept of the path lengths of all networks, wherever shares are recorded. */
export class LengthSums<Trial extends SharesRecord> {
  readonly #of: LengthSumsOptions<Trial>;
  readonly #numbers: NumberSums<Trial>;
  readonly #shares: readonly RunningMeans[];

  constructor(of: LengthSumsOptions<Trial>) {
    const { lengthsAt, within, judgement, others = [] } = of;
    const share = judgement.margin;
    const quantities = lengthsAt.flatMap((at, place) => lengthQuantities(at, { within, place, share }));
    this.#of = of;
    this.#numbers = new NumberSums<Trial>([...quantities, ...others]);
    this.#shares = lengthsAt.map(() => new RunningMeans());
  }

  add(record: Trial): void {
    this.#numbers.add(record);
    for (const [place, shares] of this.#shares.entries()) shares.add(record.shares[place].share);
  }

  /** All that is judged together: the path lengths at each place, and the others. */
  numbers(): JudgedNumber[] {
    return this.#numbers.numbers();
  }

  /** The path lengths, of the comparisons of {@link numbers} as they were judged. */
  judged(comparisons: readonly Comparison[]) {
    const { lengthsAt, within } = this.#of;
    const each = 1 + within.length;
    const lengths = lengthsAt.map((at, place): LengthsAtBlock => {
      const [meanLength, ...rest] = comparisons.slice(place * each, (place + 1) * each);
      const shares = this.#shares[place].series();
      return {
        block: at.block,
        shares,
        meanLength,
        within: Object.fromEntries(within.map((k, index) => [String(k), rest[index]])),
        predicted: { shares: lumpedLaw(at, shares) },
      };
    });
    return { lengths, others: comparisons.slice(each * lengthsAt.length) };
  }
}

/** What the verdict on path lengths is not about. */
export const SHARES_NOT_JUDGED: NotJudged = {
  label: "single shares",
  reason: "their mean length and P(K ≤ k) are",
};

/** What lies beyond the last length that was kept apart is in its entry, as in the samples. */
function lumpedLaw({ law }: LengthsAt, shares: SampledSeries): number[] {
  const high = shares.mean.length - 1;
  const pmf = Array.from({ length: high + 1 }, (_, k) => law.pmf(k));
  pmf[high] += law.sf(high);
  return pmf;
}

/** A run that is finished, and the number that a precision was asked of. */
export interface FinishedRun {
  readonly run: ResolvedRun;
  readonly estimate: Estimate;
  readonly label: string;
}

/** The precision that was asked for, for a document. */
export function precisionOf({ run, estimate, label }: FinishedRun): { readonly precision?: SamplePrecision } {
  if (!("precision" in run.rule)) return {};
  return { precision: { quantity: label, asked: run.rule.precision, reached: estimate.isReached } };
}

/** A verdict from fewer trials than the precision needs says so. */
export function verdictOf({ run, estimate, label }: FinishedRun, verdict: Verdict): Verdict {
  if (!("precision" in run.rule) || estimate.isReached) return verdict;
  const { se, trials } = estimate.running;
  const missed =
    `the standard error of ${label} is ${Number(se.toPrecision(2))} after ${trials} networks, above the ` +
    `${run.rule.precision} asked for`;
  return { ...verdict, reason: `${missed}; ${verdict.reason}` };
}
