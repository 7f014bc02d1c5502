import { setMaxListeners } from "node:events";
import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import { MessageChannel, type MessagePort, receiveMessageOnPort } from "node:worker_threads";
import { Piscina } from "piscina";
import { requireInteger } from "../network/domain.js";
import { type RemoteError, restoreError } from "../system/remote-error.js";

export interface RunInWorkersOptions<Job, Message, Result = unknown> {
  /**
   * The module that does a job: its default export is made by {@link worker}. Give it as
   * `new URL("./some-worker.js", import.meta.url)`; when the caller runs from TypeScript sources, the worker does too.
   */
  readonly module: URL;
  /** Plain data, as postMessage takes it; memory behind a SharedArrayBuffer is shared, not copied. */
  readonly jobs: readonly Job[];
  /** Threads at most. */
  readonly workers: number;
  /** What a job reports while it runs. */
  readonly onMessage?: (message: Message, job: number) => void;
  /** Called with each result as soon as it is there, and waited for. */
  readonly onResult?: (result: Result, job: number) => void | Promise<void>;
  /** Asks the running jobs to stop, and starts no other. */
  readonly signal?: AbortSignal;
}

/** What goes to a worker with each job. */
export interface Assignment<Job> {
  readonly job: Job;
  readonly port: MessagePort;
}

/** What comes back. */
export type Reply<Result> = { readonly result: Result } | { readonly error: RemoteError };

/**
 * Runs independent jobs on worker threads, one job to a thread at a time, and returns their results in the order of the
 * jobs. A job that fails stops the others.
 *
 * @throws what the failed job threw: a RespathError with its name, message and exit code; another error with its
 * message and stack. The signal's reason when it was aborted.
 */
export async function runInWorkers<Job, Result, Message = unknown>(
  options: RunInWorkersOptions<Job, Message, Result>,
): Promise<Result[]> {
  const { jobs, onMessage, onResult, signal } = options;
  const workers = requireInteger("workers", options.workers, 1);
  if (jobs.length === 0) return [];
  const threads = Math.min(workers, jobs.length);
  const pool = new Piscina({
    ...entryOf(options.module),
    minThreads: threads,
    maxThreads: threads,
    concurrentTasksPerWorker: 1,
  });
  const stop = new AbortController();
  // Every job listens.
  setMaxListeners(0, stop.signal);
  const abort = () => stop.abort();
  if (signal?.aborted) abort();
  signal?.addEventListener("abort", abort, { once: true });
  try {
    return await Promise.all(
      jobs.map(async (job, index) => {
        const result = await runOne<Job, Result, Message>({
          pool,
          job,
          stop,
          onMessage: (message) => onMessage?.(message, index),
        });
        await onResult?.(result, index);
        return result;
      }),
    );
  } catch (error) {
    abort();
    // What the jobs say when they are asked to stop is about one job only.
    throw signal?.aborted ? signal.reason : error;
  } finally {
    signal?.removeEventListener("abort", abort);
    await pool.destroy();
  }
}

interface OneJob<Job, Message> {
  readonly pool: Piscina;
  readonly job: Job;
  readonly stop: AbortController;
  readonly onMessage: (message: Message) => void;
}

async function runOne<Job, Result, Message>(options: OneJob<Job, Message>): Promise<Result> {
  const { pool, job, stop, onMessage } = options;
  const { port1, port2 } = new MessageChannel();
  port1.on("message", onMessage);
  const tell = () => port1.postMessage("stop");
  if (stop.signal.aborted) tell();
  stop.signal.addEventListener("abort", tell, { once: true });
  try {
    const assignment: Assignment<Job> = { job, port: port2 };
    const reply: Reply<Result> = await pool.run(assignment, { transferList: [port2] });
    if ("error" in reply) throw restoreError(reply.error);
    return reply.result;
  } finally {
    stop.signal.removeEventListener("abort", tell);
    // The reply comes on another channel and may overtake the last messages.
    for (let last = receiveMessageOnPort(port1); last; last = receiveMessageOnPort(port1)) {
      onMessage(last.message as Message);
    }
    port1.close();
  }
}

/** The file to start: the compiled one, or the source through tsx when that is how this file itself is run. */
function entryOf(module: URL): { filename: string; execArgv?: string[] } {
  if (!import.meta.url.endsWith(".ts")) return { filename: fileURLToPath(module) };
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
  const source = module.href.replace(/\.js$/, ".ts");
  return { filename: fileURLToPath(source), execArgv: ["--import", tsx] };
}
