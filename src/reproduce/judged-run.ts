import type { VerdictStatus } from "../network/documents/verdict.js";
import type { ClaimNumber, RunDocument } from "../network/documents.js";

/** What the paper has of a scheme. */
export interface PrintedRun {
  readonly title: string;
  /** The test accuracy after 200 epochs, or that there is none. */
  readonly printed: string;
  /** Of what trains poorly in the paper, a slow start and a network that cannot be trained look the same in a short run. */
  readonly shows: "trains" | "cannot-be-trained" | "trains-poorly";
}

/** A short run beside what the paper has of its scheme. */
export interface JudgedRun {
  readonly title: string;
  readonly printed: string;
  readonly row: ClaimNumber;
  /** What the run did, such as "left chance". */
  readonly did: string;
  readonly hasDiverged: boolean;
}

/**
 * Judges a run by whether it has left chance or diverged, which is all that few steps show. One that has done neither may be slow, so that
 * it fits both a scheme that trains and one that cannot be trained.
 */
export function judgeRun(run: RunDocument, { title, printed, shows }: PrintedRun): JudgedRun {
  const { outcome, steps, loss, learningRate, classes = 10 } = run;
  const at = run.outcomeStep ?? steps;
  const chance = `chance, ${Math.log(classes).toFixed(3)}`;
  const hasDiverged = outcome === "diverged";
  const did = {
    trained: "left chance",
    stalled: "did not leave chance",
    diverged: `diverged at step ${at}`,
  }[outcome];
  const isJudged = shows !== "trains-poorly" || hasDiverged;
  const row: ClaimNumber = {
    label: `${title}, learning rate ${powerOfTwo(learningRate)}, ${did}: training loss at the end`,
    value: loss.judged?.mean ?? `not finite at step ${at}`,
    ...(loss.judged ? { se: loss.judged.se } : {}),
    ...(isJudged ? { theory: shows === "cannot-be-trained" ? "diverges" : `below ${chance}` } : {}),
    ...(isJudged ? { status: statusOfRun(outcome, shows) } : { notJudged: whyNot(outcome, steps) }),
    printed: shows === "cannot-be-trained" ? printed : `${printed} after 200 epochs`,
  };
  return {
    title,
    printed,
    row,
    did,
    hasDiverged,
  };
}

/** Differs where a run does; agrees where all do that are judged; otherwise it cannot be told yet. */
export function statusOfRuns(runs: readonly Pick<JudgedRun, "row">[]): VerdictStatus {
  const statuses = runs.flatMap(({ row }) => row.status ?? []);
  if (statuses.includes("differs")) return "differs";
  return statuses.length > 0 && statuses.every((status) => status === "agrees") ? "agrees" : "cannot-tell";
}

function statusOfRun(outcome: RunDocument["outcome"], shows: PrintedRun["shows"]): VerdictStatus {
  if (outcome === "stalled") return "cannot-tell";
  return (outcome === "trained") === (shows !== "cannot-be-trained") ? "agrees" : "differs";
}

function whyNot(outcome: RunDocument["outcome"], steps: number): string {
  return outcome === "trained"
    ? `${steps} steps do not show whether it stays behind the others`
    : `${steps} steps do not tell slow training from none`;
}

function powerOfTwo(rate: number): string {
  const power = Math.log2(rate);
  return Number.isInteger(power) ? `2^${power}`.replace("-", "−") : String(rate);
}
