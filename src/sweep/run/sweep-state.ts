import type { SweepJob } from "../../network/documents/sweep.js";

export type JobStatus = "waiting" | "ready" | "running" | "done" | "failed" | "skipped";

/** A job that runs. */
export interface RunningJob {
  readonly job: SweepJob;
  readonly threads: number;
  /** Of the job, from 0 to 1; absent as long as it is not known. */
  readonly fraction?: number;
}

/** How far a sweep is. */
export interface SweepProgress {
  readonly counts: Readonly<Record<JobStatus, number>>;
  readonly running: readonly RunningJob[];
  /** From what the plan foresees and what was measured; undefined before that can be known. */
  readonly secondsLeft?: number;
}

interface Attempt {
  readonly threads: number;
  readonly started: number;
  /** Whether an earlier attempt has done a part of it. */
  readonly isResumed: boolean;
  fraction?: number;
}

export interface SweepStateOptions {
  readonly jobs: readonly SweepJob[];
  /** Threads that run at a time. */
  readonly cores: number;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
}

/** What becomes of each job of a sweep, and how long the rest will take. */
export class SweepState {
  readonly #options: SweepStateOptions;
  readonly #statuses: Map<string, JobStatus>;
  readonly #counts: Record<JobStatus, number>;
  readonly #attempts = new Map<SweepJob, Attempt>();
  /** Seconds of one core that were foreseen and measured for the jobs that were done from begin to end. */
  #foreseen = 0;
  #measured = 0;
  #finished = 0;
  /** Foreseen for all that are neither done nor left out. */
  #left: number;

  constructor(options: SweepStateOptions) {
    const { jobs } = options;
    this.#options = options;
    this.#statuses = new Map(jobs.map(({ id }) => [id, "waiting"]));
    this.#counts = { waiting: jobs.length, ready: 0, running: 0, done: 0, failed: 0, skipped: 0 };
    this.#left = jobs.reduce((sum, { seconds = 0 }) => sum + seconds, 0);
  }

  of(id: string): JobStatus {
    return this.#statuses.get(id)!;
  }

  set(job: SweepJob, status: JobStatus): void {
    const former = this.of(job.id);
    this.#counts[former]--;
    this.#counts[status]++;
    this.#statuses.set(job.id, status);
    if (isOver(status) !== isOver(former)) this.#left -= (isOver(status) ? 1 : -1) * (job.seconds ?? 0);
  }

  start(job: SweepJob, attempt: { readonly threads: number; readonly isResumed: boolean }): void {
    this.set(job, "running");
    this.#attempts.set(job, { ...attempt, started: this.#options.now() });
  }

  progress(job: SweepJob, fraction: number): void {
    const attempt = this.#attempts.get(job);
    if (attempt && fraction >= 0 && fraction <= 1) attempt.fraction = fraction;
  }

  /** An attempt has ended, and the job is what it is from now on. */
  end(job: SweepJob, status: JobStatus): void {
    const { started, threads, isResumed } = this.#attempts.get(job)!;
    this.#attempts.delete(job);
    if (status === "done" && !isResumed) {
      this.#foreseen += job.seconds ?? 0;
      this.#measured += ((this.#options.now() - started) / 1000) * threads;
      this.#finished++;
    }
    this.set(job, status);
  }

  get current(): SweepProgress {
    const running = [...this.#attempts].map(([job, { threads, fraction }]) => ({ job, threads, fraction }));
    return { counts: { ...this.#counts }, running, secondsLeft: this.#secondsLeft() };
  }

  #secondsLeft(): number | undefined {
    const { waiting, ready, running } = this.#counts;
    const isForeseen = this.#left > 0;
    if (!isForeseen && this.#finished === 0) return undefined;
    let left = isForeseen ? this.#left : waiting + ready + running;
    for (const [{ seconds = 0 }, { fraction = 0 }] of this.#attempts) {
      left -= fraction * (isForeseen ? seconds : 1);
    }
    const coreSeconds = isForeseen
      ? left * (this.#foreseen > 0 ? this.#measured / this.#foreseen : 1)
      : left * (this.#measured / this.#finished);
    return Math.max(0, coreSeconds) / Math.max(1, Math.min(this.#options.cores, waiting + ready + running));
  }
}

function isOver(status: JobStatus): boolean {
  return status === "done" || status === "failed" || status === "skipped";
}
