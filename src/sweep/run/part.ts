import type { SweepJob, SweepPlanDocument } from "../../network/documents/sweep.js";
import { groupsOf } from "../plan/cells.js";
import { PlanError } from "../plan/plan-error.js";

/** A part of a plan, counted from 1. */
export interface Shard {
  readonly index: number;
  readonly of: number;
}

/** The jobs of a shard, in the order of the plan. */
export function shardOf(plan: SweepPlanDocument, { index, of }: Shard): readonly SweepJob[] {
  return shardsOf(plan, of)[index - 1]!;
}

/** How many shards of a plan can have a job: under rules, whose decisions need all jobs of a group, as many as there are groups. */
export function mostShards(plan: SweepPlanDocument): number {
  return unitsOf(plan).length;
}

/**
 * The jobs of all shards, each in the order of the plan: all jobs sorted by their seconds and dealt like cards, there and back, so that all
 * shards take about as long. Under rules the groups are dealt.
 */
export function shardsOf(plan: SweepPlanDocument, of: number): readonly (readonly SweepJob[])[] {
  const sorted = unitsOf(plan)
    .map((jobs) => ({ jobs, seconds: jobs.reduce((sum, { seconds = 1 }) => sum + seconds, 0) }))
    .sort((a, b) => b.seconds - a.seconds);
  const shards = new Map<string, number>();
  for (const [place, { jobs }] of sorted.entries()) {
    const within = place % of;
    const isBack = Math.floor(place / of) % 2 === 1;
    for (const { id } of jobs) shards.set(id, isBack ? of - 1 - within : within);
  }
  const dealt: SweepJob[][] = Array.from({ length: of }, () => []);
  for (const job of plan.jobs) dealt[shards.get(job.id)!]!.push(job);
  return dealt;
}

/** Jobs that stay together. */
function unitsOf(plan: SweepPlanDocument): readonly (readonly SweepJob[])[] {
  return plan.rules ? groupsOf(plan, plan.jobs).map(jobsOfGroup) : plan.jobs.map((job) => [job]);
}

/**
 * The jobs with some ids, in the order of the plan.
 *
 * @throws PlanError for an id that is none, or a part of a group that rules decide on together.
 */
export function jobsWithIds(plan: SweepPlanDocument, ids: readonly string[]): readonly SweepJob[] {
  const wanted = new Set(ids);
  const found = plan.jobs.filter(({ id }) => wanted.has(id));
  const known = new Set(found.map(({ id }) => id));
  const unknown = ids.find((id) => !known.has(id));
  if (unknown !== undefined) throw new PlanError(`the plan has no job ${JSON.stringify(unknown)}`);
  if (!plan.rules) return found;
  for (const group of groupsOf(plan, plan.jobs)) {
    const jobs = jobsOfGroup(group);
    const missing = jobs.find(({ id }) => !known.has(id));
    const there = jobs.find(({ id }) => known.has(id));
    if (missing && there) {
      throw new PlanError(
        `the plan's rules decide on job ${there.id} together with job ${missing.id}: name both or neither`,
      );
    }
  }
  return found;
}

function jobsOfGroup({ cells }: { readonly cells: readonly { readonly jobs: readonly SweepJob[] }[] }) {
  return cells.flatMap(({ jobs }) => jobs);
}
