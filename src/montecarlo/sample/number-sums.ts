import { compareWithTheory } from "../../compare/comparison.js";
import { RunningMeans } from "../../compare/running-means.js";
import { correctedTogether, type JudgedNumber } from "../../compare/verdict.js";
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

  /** The numbers beside their theories, their p-values corrected as one family. */
  judged() {
    const numbers = this.#quantities.map(
      ({ label, theory }, index): JudgedNumber => ({
        label,
        comparison: compareWithTheory(this.#means.at(index), theory),
        freedom: this.#means.count - 1,
      }),
    );
    return { numbers, comparisons: correctedTogether(numbers) };
  }
}
