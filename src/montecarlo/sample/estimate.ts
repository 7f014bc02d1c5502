import { RunningMeans } from "../../compare/running-means.js";
import type { MeanWithError } from "../../compare/summary.js";
import { FEWEST_FOR_PRECISION } from "../../network/settings/sample-run.js";
import { Turns } from "../forward/turns.js";
import type { Journal } from "./journal.js";

/** When there are enough trials. */
export type StoppingRule =
  | { readonly trials: number }
  | {
      /** The standard error to reach. */
      readonly precision: number;
      readonly maxTrials: number;
    };

/** What is known of the quantity that decides after some trials. */
export interface RunningEstimate extends MeanWithError {
  readonly trials: number;
  /** How much of the work is done, as far as it can be foreseen; 1 at its end. */
  readonly fraction: number;
}

export interface EstimateOptions<TrialRecord> {
  readonly rule: StoppingRule;
  /** The number that a precision is asked of. */
  readonly quantity: (record: TrialRecord) => number;
  /** What is kept of the trials: it is shown each of them once, in their order. */
  readonly sums: { add(record: TrialRecord): void };
  /** Does trials `from`, `from` + 1, … up to `to` − 1, and yields their records in this order. */
  readonly run: (range: { readonly from: number; readonly to: number }) => AsyncIterable<TrialRecord>;
  /** Where records are kept, and those found there come from. */
  readonly journal?: Pick<Journal<TrialRecord>, "found" | "append">;
  readonly onTrial?: (estimate: RunningEstimate) => void;
  readonly signal?: AbortSignal;
}

export interface Estimate {
  readonly running: RunningEstimate;
  /** Whether the precision was reached; always, where none is asked for. */
  readonly isReached: boolean;
}

/**
 * Does trials until the rule is met. It looks at trials 0, 0…1, 0…2, … in this order, wherever their records come from:
 * the result does not depend on the number of threads, on interruptions, or on how many more records a journal holds. No record
 * is looked at twice or kept.
 *
 * @throws the signal's reason when it is aborted, however short the trials are.
 */
export async function estimate<TrialRecord>(options: EstimateOptions<TrialRecord>): Promise<Estimate> {
  const { rule, quantity, sums, run, journal, onTrial, signal } = options;
  const most = "trials" in rule ? rule.trials : rule.maxTrials;
  const value = new RunningMeans();
  const take = (record: TrialRecord): Estimate | undefined => {
    sums.add(record);
    value.add([quantity(record)]);
    const trials = value.count;
    const known = { ...value.at(0), trials };
    const isReached = "trials" in rule ? trials >= most : isPrecise(known, rule.precision);
    const isEnough = isReached || trials >= most;
    const running = { ...known, fraction: isEnough ? 1 : fractionDone(known, rule) };
    onTrial?.(running);
    return isEnough ? { running, isReached } : undefined;
  };
  // Trials may be so short that the answers of threads never let the event loop turn.
  const turns = new Turns(signal);
  for await (const record of journal?.found() ?? []) {
    const finished = take(record);
    if (finished) return finished;
    await turns.next();
  }
  for await (const record of run({ from: value.count, to: most })) {
    await journal?.append(record);
    const finished = take(record);
    if (finished) return finished;
    await turns.next();
  }
  throw new Error(`the trials ended after ${value.count} of ${most}`);
}

type Known = Omit<RunningEstimate, "fraction">;

function isPrecise({ trials, se }: Known, precision: number): boolean {
  return trials >= FEWEST_FOR_PRECISION && se <= precision;
}

/** The trials done of those needed, where the standard error falls as 1/√trials. */
function fractionDone({ trials, se }: Known, rule: StoppingRule): number {
  if ("trials" in rule) return trials / rule.trials;
  // The spread of two or three trials foresees nothing.
  const foreseen = trials > 3 ? trials * (se / rule.precision) ** 2 : 0;
  const needed = Math.min(rule.maxTrials, Math.max(foreseen, FEWEST_FOR_PRECISION, trials + 1));
  return trials / needed;
}
