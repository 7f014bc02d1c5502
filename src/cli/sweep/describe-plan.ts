import { availableParallelism } from "node:os";
import { SEED_OPTION, type SweepPlanDocument } from "../../network/documents/sweep.js";
import { cellsOf } from "../../sweep/plan/cells.js";
import { machineMemory } from "../../train/network/machine-memory.js";
import { grouped } from "../output.js";

export interface DescribePlanOptions {
  readonly plan: SweepPlanDocument;
  /** Cells of the grid that were the same job as an earlier one. */
  readonly repeated: number;
  /** Jobs of which it is not known whether they can be run. */
  readonly unchecked: number;
  /** Ids of jobs that have a result; undefined where nobody asked. */
  readonly done?: ReadonlySet<string>;
  /** Settings that were measured; undefined: nobody wanted an estimate. */
  readonly measured?: number;
}

/** What a plan holds and takes, for a person. */
export function describePlan(options: DescribePlanOptions): string {
  const { plan, repeated, unchecked, done } = options;
  const { jobs, axes, command } = plan;
  const seeds = new Set(jobs.map(({ at }) => at[SEED_OPTION])).size;
  const of = axes.includes(SEED_OPTION)
    ? `, ${many(cellsOf(jobs).length, "cell")}, ${many(seeds, "seed")}`
    : "";
  return [
    `sweep of respath ${command} over ${axes.join(", ")}: ${many(jobs.length, "job")}${of}`,
    ...(repeated > 0 ? [`  ${many(repeated, "repeated cell")} left out`] : []),
    ...(unchecked > 0 ? [`  ${many(unchecked, "job")} not checked yet: each is when it is run`] : []),
    ...(done ? [`  ${grouped(done.size)} done already, ${grouped(jobs.length - done.size)} to do`] : []),
    ...estimateLines(options),
  ].join("\n");
}

function many(count: number, what: string): string {
  return `${grouped(count)} ${what}${count === 1 ? "" : "s"}`;
}

function estimateLines({ plan, done, measured }: DescribePlanOptions): string[] {
  if (measured === undefined) return [];
  const left = plan.jobs.filter(({ id }) => !done?.has(id));
  return [timeLine(left, measured), memoryLine(left)].filter((line) => line !== undefined);
}

/** The jobs that are left, one a core: no sooner than their sum over the cores, and than the longest. */
function timeLine(left: SweepPlanDocument["jobs"], measured: number): string {
  if (measured === 0) return "  no estimate of the time: no job could be measured that long";
  const known = left.flatMap(({ seconds }) => (seconds === undefined ? [] : [seconds]));
  if (known.length === 0) return "  nothing left to do";
  const mean = known.reduce((sum, one) => sum + one, 0) / known.length;
  const longest = known.reduce((most, one) => Math.max(most, one), 0);
  const cores = availableParallelism();
  const total = mean * left.length;
  const rest =
    known.length < left.length ? `, the mean of ${grouped(known.length)} of them for the others` : "";
  return `  about ${roughly(Math.max(total / cores, longest))} on this machine's ${many(cores, "core")}, one job a core (${roughly(total)} in all${rest})`;
}

function memoryLine(left: SweepPlanDocument["jobs"]): string | undefined {
  const bytes = left.flatMap(({ bytes }) => (bytes === undefined ? [] : [bytes])).sort((a, b) => b - a);
  if (bytes.length === 0) return undefined;
  const atOnce = bytes.slice(0, availableParallelism());
  const sum = atOnce.reduce((total, one) => total + one, 0);
  const room = machineMemory();
  const warning = sum > room ? ": too much, give `sweep run` fewer jobs at once" : "";
  return `  about ${gibibytes(bytes[0])} of memory for the largest job, ${gibibytes(sum)} for ${many(atOnce.length, "job")} at once, of this machine's ${gibibytes(room)}${warning}`;
}

function gibibytes(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(1)} GiB`;
}

/** `12 s`, `3.4 min`, `2.1 h`, `5.3 days`: no more digits than an estimate has, where what is left of a run is rounded up. */
function roughly(seconds: number): string {
  if (seconds < 100) return `${Number(seconds.toPrecision(2))} s`;
  if (seconds < 100 * 60) return `${Number((seconds / 60).toPrecision(2))} min`;
  if (seconds < 72 * 3600) return `${Number((seconds / 3600).toPrecision(2))} h`;
  return `${grouped(Number((seconds / 86_400).toPrecision(2)))} days`;
}
