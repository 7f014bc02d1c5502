import { CARRIED_BY_FEW, isCarriedByFew } from "../../compare/carried-by-few.js";
import { compareWithTheory } from "../../compare/comparison.js";
import { type CurveFunctionals, curveFunctionals, type Functional } from "../../compare/curve-contrasts.js";
import { statusOfWhole } from "../../compare/judge.js";
import type { JudgedNumber } from "../../compare/judged-number.js";
import { RunningMeans } from "../../compare/running-means.js";
import type { Comparison, JudgedCurve, NotJudged } from "../../network/documents/verdict.js";
import { largest } from "../../network/extremes.js";
import { isEnd } from "../../network/judged-curve.js";

/** A series by block that the theory predicts. */
export interface PredictedCurve<Trial> {
  /** Such as "skip variance by block". */
  readonly label: string;
  /** The blocks that it is judged over, ascending. */
  readonly blocks: readonly number[];
  /** The share of the prediction by which it may be missed. */
  readonly margin: number;
  /** A product of a factor for each block, whose mean may be carried by rare networks. */
  readonly isGrowth: boolean;
  /** By how much of its prediction a network's series lies above it, at those blocks. */
  readonly deviations: (record: Trial) => ArrayLike<number>;
}

/** What is kept of the networks for a curve that is judged by its contrasts. */
export class CurveSums<Trial> {
  readonly #curve: PredictedCurve<Trial>;
  readonly #functionals: CurveFunctionals;
  /** The contrasts and the places, in this order. */
  readonly #all: readonly Functional<unknown>[];
  readonly #means = new RunningMeans();

  constructor(curve: PredictedCurve<Trial>) {
    this.#curve = curve;
    this.#functionals = curveFunctionals(curve.blocks);
    this.#all = [...this.#functionals.contrasts, ...this.#functionals.places];
  }

  add(record: Trial): void {
    const deviations = this.#curve.deviations(record);
    this.#means.add(this.#all.map(({ weights }) => weighted(weights, deviations)));
  }

  /** The contrasts and the places of the parabola; none where the curve is not judged. */
  numbers(): JudgedNumber[] {
    if (this.notJudged()) return [];
    const { label, blocks, margin } = this.#curve;
    const { contrasts, places } = this.#functionals;
    const trials = this.#means.count;
    const number = (name: string, index: number) => ({
      label: `${label}, ${name}`,
      comparison: compareWithTheory(this.#means.at(index), 0),
      margin,
      trials,
      freedom: trials - 1,
      curve: label,
    });
    return [
      ...contrasts.map(({ name, reach }, index): JudgedNumber => {
        if (!isEnd(name)) return { ...number(name, index), margin: reach * margin, decides: "differs" };
        return number(`at block ${name === "first" ? blocks[0] : blocks[blocks.length - 1]}`, index);
      }),
      ...places.map(
        ({ name: block }, index): JudgedNumber => ({
          ...number(`around block ${block}`, contrasts.length + index),
          decides: "agrees",
        }),
      ),
    ];
  }

  /** Why the curve is not judged, where it is not. */
  notJudged(): NotJudged | undefined {
    const { label } = this.#curve;
    const all = this.#all.map((_, index) => this.#means.at(index));
    if (all.some(({ mean, se }) => !Number.isFinite(mean) || !Number.isFinite(se))) {
      return { label, reason: "beyond float64" };
    }
    if (!this.#curve.isGrowth) return undefined;
    const ratios = this.#functionals.contrasts.flatMap(({ name }, index) =>
      name === "slope" || name === "curvature" ? [] : [{ ...all[index], mean: 1 + all[index].mean }],
    );
    return ratios.some(isCarriedByFew) ? { label, reason: CARRIED_BY_FEW } : undefined;
  }

  /** The curve for a document, of the comparisons of its numbers as they were judged. */
  judged(comparisons: readonly Comparison[]): JudgedCurve | undefined {
    const numbers = this.numbers();
    if (numbers.length === 0) return undefined;
    const { label, blocks } = this.#curve;
    const { contrasts, places } = this.#functionals;
    const atPlaces = comparisons.slice(contrasts.length);
    const reach = atPlaces.map(({ mean, band }) =>
      Math.max(Math.abs(band?.low ?? mean), Math.abs(band?.high ?? mean)),
    );
    const farthest = reach.indexOf(largest(reach));
    return {
      label,
      from: blocks[0],
      to: blocks[blocks.length - 1],
      contrasts: contrasts.map(({ name }, index) => ({ contrast: name, ...comparisons[index] })),
      ...(places.length > 0 ? { farthest: { block: places[farthest].name, ...atPlaces[farthest] } } : {}),
      ...statusOfWhole(numbers, comparisons),
    };
  }
}

function weighted(weights: Float64Array, values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < weights.length; i++) sum += weights[i] * values[i];
  return sum;
}
