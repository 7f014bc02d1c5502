import { requireInteger } from "../network/domain.js";
import { type PoolOptions, WorkerPool } from "./pool.js";

export interface RunInOrderOptions<Job> extends Pick<PoolOptions, "module" | "signal"> {
  /** As many as there may ever be, without an end if need be: a job is asked for when its turn comes near. */
  readonly jobs: Iterable<{ readonly job: Job; readonly name: string }>;
  readonly workers: number;
}

/** Jobs that are under way or waiting for each thread, so that none is idle while an earlier job takes longer. */
const AHEAD = 2;

/**
 * Runs jobs on worker threads and yields their results in the order of the jobs, whatever the order they are finished
 * in. A consumer that stops early (`break`) ends the threads; what was under way is thrown away.
 *
 * @throws as `runInWorkers` does.
 */
export async function* runInOrder<Job, Result>(
  options: RunInOrderOptions<Job>,
): AsyncGenerator<Result, void, void> {
  const { module, signal } = options;
  const threads = requireInteger("workers", options.workers, 1);
  const jobs = options.jobs[Symbol.iterator]();
  const pool = new WorkerPool({ module, threads, signal });
  const pending: Promise<Result>[] = [];
  let failure: { readonly error: unknown } | undefined;
  const refill = () => {
    while (pending.length < AHEAD * threads) {
      const next = jobs.next();
      if (next.done) return;
      const result = pool.run<Job, Result, never>(next.value);
      // What failed first is the reason; the others are then asked to stop, and fail for it.
      result.catch((error) => {
        failure ??= { error };
        pool.stop();
      });
      pending.push(result);
    }
  };
  try {
    for (refill(); pending.length > 0; refill()) {
      yield await (pending.shift() as Promise<Result>);
    }
  } catch (error) {
    throw signal?.aborted ? signal.reason : (failure?.error ?? error);
  } finally {
    await pool.close();
  }
}
