import { requireInteger } from "../network/domain.js";
import { type PoolOptions, WorkerPool } from "./pool.js";

export interface RunInWorkersOptions<Job, Message, Result = unknown>
  extends Pick<PoolOptions, "module" | "signal"> {
  /** Plain data, as postMessage takes it; memory behind a SharedArrayBuffer is shared, not copied. */
  readonly jobs: readonly Job[];
  /** Threads at most. */
  readonly workers: number;
  /** What a job reports while it runs. */
  readonly onMessage?: (message: Message, job: number) => void;
  /** Called with each result as soon as it is there, and waited for. */
  readonly onResult?: (result: Result, job: number) => void | Promise<void>;
}

/**
 * Runs independent jobs on worker threads, one job to a thread at a time, and returns their results in the order of the
 * jobs. A job that fails stops the others; one whose thread ends is done again.
 *
 * @throws what the failed job threw: a RespathError with its name, message and exit code; another error with its
 * message and stack. The signal's reason when it was aborted.
 */
export async function runInWorkers<Job, Result, Message = unknown>(
  options: RunInWorkersOptions<Job, Message, Result>,
): Promise<Result[]> {
  const { module, jobs, onMessage, onResult, signal } = options;
  const workers = requireInteger("workers", options.workers, 1);
  if (jobs.length === 0) return [];
  const pool = new WorkerPool({ module, threads: Math.min(workers, jobs.length), signal });
  try {
    return await Promise.all(
      jobs.map(async (job, index) => {
        const result = await pool.run<Job, Result, Message>({
          job,
          name: `job ${index + 1}`,
          onMessage: (message) => onMessage?.(message, index),
        });
        await onResult?.(result, index);
        return result;
      }),
    );
  } catch (error) {
    // What the jobs say when they are asked to stop is about one job only.
    throw signal?.aborted ? signal.reason : error;
  } finally {
    await pool.close();
  }
}
