import type { SweepJob } from "../../network/documents/sweep.js";

/** A job that can start. */
export interface ReadyJob {
  readonly job: SweepJob;
  /** Its place in the plan. */
  readonly place: number;
  /** How often it has been tried in this run. */
  readonly tries: number;
  readonly stopAt?: number;
}

/** Jobs that can start, the longest first; those that failed before come last, and of equal ones the first in the plan. */
export class ReadyJobs {
  readonly #sorted: ReadyJob[] = [];
  /** Those in front of it have been taken. */
  #first = 0;

  get count(): number {
    return this.#sorted.length - this.#first;
  }

  add(jobs: readonly ReadyJob[]): void {
    if (jobs.length > 100) {
      this.#sorted.push(...jobs);
      this.#sorted.splice(0, this.#first);
      this.#first = 0;
      this.#sorted.sort(compare);
      return;
    }
    for (const job of jobs) this.#sorted.splice(this.#placeOf(job), 0, job);
  }

  /** Takes the first that fits. */
  take(fits: (job: SweepJob) => boolean): ReadyJob | undefined {
    for (let at = this.#first; at < this.#sorted.length; at++) {
      const found = this.#sorted[at]!;
      if (!fits(found.job)) continue;
      if (at === this.#first) this.#first++;
      else this.#sorted.splice(at, 1);
      return found;
    }
    return undefined;
  }

  #placeOf(job: ReadyJob): number {
    let [from, to] = [this.#first, this.#sorted.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if (compare(this.#sorted[middle]!, job) <= 0) from = middle + 1;
      else to = middle;
    }
    return from;
  }
}

function compare(a: ReadyJob, b: ReadyJob): number {
  return a.tries - b.tries || (b.job.seconds ?? 0) - (a.job.seconds ?? 0) || a.place - b.place;
}
