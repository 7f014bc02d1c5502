import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type {
  SweepJob,
  SweepPlanDocument,
  SweepRules,
  SweepSettings,
} from "../../src/network/documents/sweep.js";
import { sealed } from "../../src/sweep/plan/plan-sweep.js";
import type { Attempt, Execute, Execution } from "../../src/sweep/run/execution.js";
import { runSweep } from "../../src/sweep/run/run-sweep.js";
import type { RunSweepOptions } from "../../src/sweep/run/run-sweep-options.js";
import { jobFiles } from "../../src/sweep/run/sweep-folder.js";

export interface PlanChoices {
  readonly jobs: readonly (Omit<SweepJob, "id"> & { readonly id?: string })[];
  readonly rules?: SweepRules;
  readonly fixed?: SweepSettings;
}

/** A plan whose jobs are numbered: 0000000000000001 is the first. */
export function planOf({ jobs, rules, fixed = {} }: PlanChoices): SweepPlanDocument {
  return sealed({
    kind: "sweep-plan",
    format: 1,
    respath: "0.1.0",
    command: "train",
    fixed,
    axes: [...new Set(jobs.flatMap(({ at }) => Object.keys(at)))],
    ...(rules ? { rules } : {}),
    jobs: jobs.map((job, index) => ({ id: idOf(index + 1), ...job })),
  });
}

export function idOf(number: number): string {
  return String(number).padStart(16, "0");
}

/** Runs a sweep as a machine of one core would, unless more is said. */
export function sweepIn(
  folder: string,
  options: Partial<RunSweepOptions> & Pick<RunSweepOptions, "plan" | "execute">,
) {
  const signal = new AbortController().signal;
  return runSweep({ folder, cores: 1, memory: Number.POSITIVE_INFINITY, signal, ...options });
}

/** Writes what a job that is done has found. */
export function finish({ folder, job }: Pick<Execution, "folder" | "job">, outcome = "trained"): Attempt {
  writeFileSync(jobFiles.result(folder), JSON.stringify({ kind: "run", outcome, of: job.at }));
  return { status: "done" };
}

/** Does a job at once, and lists the attempts by their places in the plan, from 1. */
export function recorder(
  attempt: (execution: Execution, tries: number) => Attempt | Promise<Attempt> = (one) => finish(one),
) {
  const order: number[] = [];
  const execute: Execute = async (execution) => {
    const number = Number(execution.job.id);
    order.push(number);
    return attempt(execution, order.filter((one) => one === number).length);
  };
  return { order, execute };
}

/** Attempts that wait until they are told how they end. */
export class HeldAttempts {
  readonly running = new Map<
    number,
    { readonly execution: Execution; readonly end: (attempt: Attempt) => void }
  >();
  readonly execute: Execute = (execution) =>
    new Promise((resolve) => {
      const number = Number(execution.job.id);
      this.running.set(number, {
        execution,
        end: (attempt) => {
          this.running.delete(number);
          resolve(attempt);
        },
      });
    });

  /** What runs, by place in the plan: its threads. */
  get threads(): Readonly<Record<number, number>> {
    return Object.fromEntries(
      [...this.running].map(([number, { execution }]) => [number, execution.threads]),
    );
  }

  finish(number: number): void {
    const { execution, end } = this.running.get(number)!;
    end(finish(execution));
  }
}

/** A training run that never computes: its loss falls from 2, faster for greater rates, and one of 1 or more diverges at step 15. */
export function trainFake(
  { job, folder, stopAt = Number.POSITIVE_INFINITY }: Execution,
  steps = 40,
): Attempt {
  const { lr, seed = 0 } = job.at as { readonly lr: number; readonly seed?: number };
  const run = jobFiles.run(folder);
  mkdirSync(run, { recursive: true });
  const metrics = join(run, "metrics.jsonl");
  const before = existsSync(metrics) ? readFileSync(metrics, "utf8").split("\n").slice(0, -1) : [];
  const lines = [...before];
  const diverges = lr >= 1;
  const last = diverges ? 15 : steps;
  for (let step = before.length + 1; step <= Math.min(last, stopAt); step++) {
    const loss = diverges && step === last ? null : 2 / (1 + lr * step) + 0.01 * Number(seed);
    lines.push(JSON.stringify({ step, loss }));
  }
  writeFileSync(metrics, lines.map((line) => `${line}\n`).join(""));
  return lines.length < last
    ? { status: "stopped" }
    : finish({ folder, job }, diverges ? "diverged" : "trained");
}

/** What a folder says of a sweep's jobs and decisions, by file; logs are for people, and metrics depend on who was when stopped. */
export function foundIn(folder: string): Record<string, string> {
  const names = (readdirSync(folder, { recursive: true }) as string[]).sort();
  const found = names.filter((name) => /(result|skipped|failed|rungs|plan)\.json$/.test(name));
  return Object.fromEntries(found.map((name) => [name, readFileSync(join(folder, name), "utf8")]));
}
