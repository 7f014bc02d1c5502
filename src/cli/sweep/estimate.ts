import type { SweepJob, SweepPlanDocument, SweepSettings } from "../../network/documents/sweep.js";
import { type AlikeJobs, alikeJobs } from "../../sweep/plan/alike-jobs.js";
import { gathered, without } from "../../sweep/plan/cells.js";
import type { JobCost, Vocabulary } from "../../sweep/plan/vocabulary.js";
import type { WorkContext } from "../interrupt.js";
import { type MeasuredJob, measureJob } from "./measure-job.js";

export interface EstimateOptions extends Pick<WorkContext, "signal" | "onProgress"> {
  readonly plan: Pick<SweepPlanDocument, "command" | "fixed" | "jobs">;
  readonly vocabulary: Vocabulary;
  /** Milliseconds for all measurements. */
  readonly within: number;
}

/** A plan's jobs with what they are expected to take, as far as that is known. */
export interface Estimated {
  readonly jobs: readonly SweepJob[];
  /** The settings that were measured. */
  readonly measured: number;
}

/** Options that say how much is done and not how fast; how many operations they make is in the cost. */
const AMOUNTS: readonly string[] = [
  ["seed", "lr", "schedule", "warmup", "momentum", "nesterov", "l2", "label-smoothing"],
  ["steps", "epochs", "test-images", "test-every", "probe"],
  ["trials", "precision", "quantity", "max-trials", "confidence"],
].flat();
/** Of the time for measurements, for counting operations. */
const COUNTING = 0.25;
/** Seconds for the end of a job that was not waited for: its result, and its process. */
const ENDING = 0.1;

interface Counted extends AlikeJobs {
  readonly cost: JobCost;
}

interface Measured {
  readonly settings: SweepSettings;
  readonly unit: number;
  readonly pace: MeasuredJob;
  readonly cost: JobCost;
}

/**
 * Runs the beginning of a few jobs, those first whose like the plan has most work of, and scales the others by their operations: a
 * job that is not measured is taken to have the pace of the one that differs from it in the fewest settings.
 */
export async function estimateJobs(options: EstimateOptions): Promise<Estimated> {
  const { plan, within, signal, onProgress } = options;
  const started = performance.now();
  const counted = await countOperations(options);
  const kinds = [...byKind(counted)].sort((one, other) => workOf(other) - workOf(one));
  const measured: Measured[] = [];
  for (const [index, [{ settings, cost }]] of kinds.entries()) {
    const left = within - (performance.now() - started);
    if (left < 1000) break;
    onProgress((within - left) / within, `measuring ${index + 1} of ${kinds.length} kinds of jobs`);
    const pace = await measureJob({ command: plan.command, settings, within: left, signal });
    if (pace) measured.push({ settings, unit: cost.unit, pace, cost });
  }
  const known = new Map<string, Pick<SweepJob, "seconds" | "bytes">>();
  for (const { settings, cost, jobs } of counted) {
    const bytes = Math.ceil(cost.bytes);
    const seconds = measured.length === 0 ? {} : { seconds: rounded(secondsOf(settings, cost, measured)) };
    for (const { id } of jobs) known.set(id, { ...seconds, bytes });
  }
  return { jobs: plan.jobs.map((job) => ({ ...job, ...known.get(job.id) })), measured: measured.length };
}

async function countOperations({ plan, vocabulary, within }: EstimateOptions): Promise<readonly Counted[]> {
  const end = performance.now() + COUNTING * within;
  const counted: Counted[] = [];
  for (const group of alikeJobs(plan)) {
    if (performance.now() > end) break;
    counted.push({ ...group, cost: await vocabulary.cost(group.settings) });
  }
  return counted;
}

/** Jobs of one pace. */
function byKind(counted: readonly Counted[]): readonly (readonly Counted[])[] {
  return gathered(counted, ({ settings }) => without(settings, AMOUNTS)).map(({ items }) => items);
}

function workOf(kind: readonly Counted[]): number {
  return kind.reduce((sum, { cost, jobs }) => sum + cost.work * jobs.length, 0);
}

function secondsOf(settings: SweepSettings, cost: JobCost, measured: readonly Measured[]): number {
  const { pace, ...nearest } = measured.reduce((best, one) =>
    distance(settings, cost, one) < distance(settings, cost, best) ? one : best,
  );
  const rate = pace.unit / nearest.unit;
  const ending = pace.whole === undefined ? ENDING : pace.whole - pace.start - nearest.cost.work * rate;
  return Math.max(0, pace.start + ending) + cost.work * rate;
}

/** In how many settings that decide the pace two jobs differ; of those that differ in as many, by how many operations. */
function distance(settings: SweepSettings, { unit }: JobCost, other: Measured): number {
  const names = [...new Set([...Object.keys(settings), ...Object.keys(other.settings)])];
  const different = names.filter(
    (name) => !AMOUNTS.includes(name) && settings[name] !== other.settings[name],
  ).length;
  const ratio = Math.abs(Math.log(unit / other.unit));
  return different + ratio / (1 + ratio);
}

function rounded(seconds: number): number {
  return Number(seconds.toPrecision(3));
}
