import type { JudgedCurve, SampledSeries, Verdict } from "../network/documents/verdict.js";
import { curveWords } from "./verdict-words.js";

/** As much of a sample as says how its series by block were judged. */
export interface JudgedSample {
  /** The blocks of the series, where they are not all. */
  readonly blocks?: readonly number[];
  readonly curves?: readonly JudgedCurve[];
  readonly verdict: Verdict;
}

/** A series by block of a sample, with its prediction. */
export interface JudgedSeries {
  /** As a legend names it, such as "skip variance". */
  readonly name: string;
  readonly color: string;
  /** The label of the curve that it is judged as, if it may be one. */
  readonly label?: string;
  readonly sampled: SampledSeries;
  readonly predicted: readonly (number | null)[];
}

/** What a series was judged as; none where it was not, or in a document of before there were margins. */
export function curveOf({ curves = [] }: JudgedSample, { label }: Pick<JudgedSeries, "label">) {
  return curves.find((curve) => curve.label === label);
}

/** A series with what came of it: "skip variance: agrees", "second moment: not judged". */
export function judgedName(sample: JudgedSample, series: JudgedSeries): string {
  if (!sample.curves) return series.name;
  const curve = curveOf(sample, series);
  return `${series.name}: ${curve ? curveWords(curve) : "not judged"}`;
}

/** The share of its prediction by which a curve may miss it: that of all its contrasts. */
export function marginOf({ contrasts }: JudgedCurve): number | undefined {
  return contrasts[0].margin;
}

/** By how much a series may miss its prediction, block by block: NaN where it is not judged. */
export function marginsOf(sample: JudgedSample, series: JudgedSeries): number[] {
  const curve = curveOf(sample, series);
  const share = (curve && marginOf(curve)) ?? Number.NaN;
  return series.predicted.map((theory, index) => {
    const block = sample.blocks?.[index] ?? index + 1;
    // Of a prediction of 0 the margin is a share of something else.
    const isJudged = curve && block >= curve.from && block <= curve.to && theory !== null && theory !== 0;
    return isJudged ? share * Math.abs(theory) : Number.NaN;
  });
}
