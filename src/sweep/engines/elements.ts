import type { SweepJob, SweepPlanDocument } from "../../network/documents/sweep.js";
import { mostShards, shardsOf } from "../run/part.js";

/** A plan as an array of elements for an engine, and what it is to give each of them. */
export interface Elements {
  readonly count: number;
  /** Of the element that has most. */
  readonly jobs: number;
  /** Unknown where the plan does not say what its jobs take. */
  readonly seconds?: number;
  /** MiB. */
  readonly memory?: number;
}

export interface ElementsOptions {
  /** What the engine takes at most. */
  readonly most: number;
  /** Cores of an element. */
  readonly cpus: number;
}

/** Another machine may be slower than the one that planned, and its disk busy. */
const ROOM = { seconds: 2, bytes: 1.25 };
/** For the start of an element, and for the process that starts its jobs. */
const START = { seconds: 120, bytes: 256 * 2 ** 20 };

/** Divides a plan into as many elements as it has jobs, or as the engine takes; those have several jobs each. */
export function elementsOf(plan: SweepPlanDocument, { most, cpus }: ElementsOptions): Elements {
  const count = Math.min(most, mostShards(plan));
  const shards = shardsOf(plan, count);
  const [seconds, bytes] = [
    largest(shards, (jobs) => secondsOf(jobs, cpus)),
    largest(shards, (jobs) => bytesOf(jobs, cpus)),
  ];
  return {
    count,
    jobs: Math.max(...shards.map((jobs) => jobs.length)),
    ...(seconds === undefined ? {} : { seconds: Math.ceil(ROOM.seconds * seconds + START.seconds) }),
    ...(bytes === undefined
      ? {}
      : { memory: 64 * Math.ceil((ROOM.bytes * bytes + START.bytes) / (64 * 2 ** 20)) }),
  };
}

type Shards = readonly (readonly SweepJob[])[];

function largest(shards: Shards, of: (jobs: readonly SweepJob[]) => number | undefined): number | undefined {
  let most = 0;
  for (const jobs of shards) {
    const one = of(jobs);
    if (one === undefined) return undefined;
    most = Math.max(most, one);
  }
  return most;
}

/** At most, for jobs that are started one after another on some cores. */
function secondsOf(jobs: readonly SweepJob[], cpus: number): number | undefined {
  let [sum, longest] = [0, 0];
  for (const { seconds } of jobs) {
    if (seconds === undefined) return undefined;
    sum += seconds;
    longest = Math.max(longest, seconds);
  }
  return jobs.length < cpus ? longest : sum / cpus + longest * (1 - 1 / cpus);
}

/** Of the largest jobs, if they run at the same time. */
function bytesOf(jobs: readonly SweepJob[], cpus: number): number | undefined {
  const known = jobs.flatMap(({ bytes }) => (bytes === undefined ? [] : [bytes]));
  if (known.length < jobs.length) return undefined;
  return known
    .sort((a, b) => b - a)
    .slice(0, cpus)
    .reduce((sum, bytes) => sum + bytes, 0);
}
