import { isCarriedByFew } from "../../compare/carried-by-few.js";
import { compareWithTheory } from "../../compare/comparison.js";
import type { JudgedNumber } from "../../compare/judged-number.js";
import { RunningMeans } from "../../compare/running-means.js";
import type { Quantity } from "./quantities.js";

/** What is kept of the networks for some numbers that are judged together: of each network its numbers are read once. */
export class NumberSums<Trial> {
  readonly #quantities: readonly Quantity<Trial>[];
  readonly #means = new RunningMeans();

  constructor(quantities: readonly Quantity<Trial>[]) {
    this.#quantities = quantities;
  }

  add(record: Trial): void {
    this.#means.add(this.#quantities.map(({ of }) => of(record)));
  }

  /** The numbers beside their theories. */
  numbers(): JudgedNumber[] {
    const trials = this.#means.count;
    return this.#quantities.map(({ label, theory, margin, isGrowth = false }, index): JudgedNumber => {
      const measured = this.#means.at(index);
      return {
        label,
        comparison: compareWithTheory(measured, theory),
        margin,
        trials,
        freedom: trials - 1,
        ...(isGrowth ? { isCarriedByFew: isCarriedByFew(measured) } : {}),
      };
    });
  }
}
