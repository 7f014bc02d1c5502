import type { StepMetrics } from "../../network/documents.js";
import { NumberSeries } from "./number-series.js";

/** A step after which the network was tested. */
export type TestedStep = StepMetrics & { readonly testAccuracy: number };

/**
 * The steps of a run so far, those taken before included. A run may have millions: of each it keeps two numbers, 16 bytes, for
 * the run's document, and the metrics of those with a test. All metrics are in `metrics.jsonl`.
 */
export class TakenSteps {
  readonly #losses = new NumberSeries();
  readonly #speeds = new NumberSeries();
  readonly #tests: TestedStep[] = [];
  #last: StepMetrics | undefined;
  #best: TestedStep | undefined;

  get count(): number {
    return this.#losses.length;
  }

  get last(): StepMetrics | undefined {
    return this.#last;
  }

  /** The steps with a test, in their order. */
  get tests(): readonly TestedStep[] {
    return this.#tests;
  }

  /** The one with the largest test accuracy, the first of those that tie; undefined if there was no test. */
  get best(): TestedStep | undefined {
    return this.#best;
  }

  /** The next step, with its test if it has had one. */
  add(metrics: StepMetrics): void {
    this.#losses.push(metrics.loss ?? Number.NaN);
    this.#speeds.push(metrics.imagesPerSecond);
    this.#last = metrics;
    if (isTested(metrics)) this.addTest(metrics);
  }

  /** The last step again, with the test that followed it. */
  addTest(tested: TestedStep): void {
    this.#last = tested;
    this.#tests.push(tested);
    if (!this.#best || tested.testAccuracy > this.#best.testAccuracy) this.#best = tested;
  }

  /** The loss of each step, not a number where it was not finite. */
  losses(): number[] {
    return this.#losses.toArray();
  }

  /** Of each step. */
  imagesPerSecond(): number[] {
    return this.#speeds.toArray();
  }
}

function isTested(step: StepMetrics): step is TestedStep {
  return step.testAccuracy !== undefined;
}
