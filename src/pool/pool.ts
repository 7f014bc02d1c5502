import { setMaxListeners } from "node:events";
import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import { MessageChannel, type MessagePort, receiveMessageOnPort } from "node:worker_threads";
import { Piscina } from "piscina";
import { RespathError } from "../network/errors.js";
import { type RemoteError, restoreError } from "../system/remote-error.js";

/** What goes to a worker with each job. */
export interface Assignment<Job> {
  readonly job: Job;
  readonly port: MessagePort;
}

/** What comes back. */
export type Reply<Result> = { readonly result: Result } | { readonly error: RemoteError };

export interface PoolOptions {
  /**
   * The module that does a job: its default export is made by `worker`. Give it as
   * `new URL("./some-worker.js", import.meta.url)`; when the caller runs from TypeScript sources, the worker does too.
   */
  readonly module: URL;
  readonly threads: number;
  /** Asks the running jobs to stop, and starts no other. */
  readonly signal?: AbortSignal;
}

export interface PooledJob<Job, Message> {
  readonly job: Job;
  /** What the job is called in an error, such as "network 3". */
  readonly name: string;
  /** What the job reports while it runs; again from the start when it is done again. */
  readonly onMessage?: (message: Message) => void;
}

/** How often a job is begun before it is given up: a thread may end through no fault of the job that runs in it. */
const ATTEMPTS = 3;

/**
 * Worker threads, one job to a thread at a time. A thread that ends in the middle of a job (out of memory,
 * process.exit) is replaced and the job done again.
 */
export class WorkerPool {
  readonly #pool: Piscina;
  readonly #stop = new AbortController();
  readonly #signal: AbortSignal | undefined;
  readonly #abort = () => this.stop();
  /**
   * How jobs under way are told that the pool broke. Not a promise that each would race with: one that never settles holds the
   * results of all races.
   */
  readonly #underWay = new Set<(ended: Ended) => void>();
  #broken: Ended | undefined;
  #isClosing = false;

  constructor({ module, threads, signal }: PoolOptions) {
    this.#pool = new Piscina({
      ...entryOf(module),
      minThreads: threads,
      maxThreads: threads,
      concurrentTasksPerWorker: 1,
    });
    // No job hears of a thread that fails before it is given one, such as by a module that cannot be loaded. While the
    // threads are being ended, replies that are still on their way are reported here too.
    this.#pool.on("error", (ended: Error) => {
      if (this.#isClosing) return;
      this.#broken ??= { ended };
      for (const end of this.#underWay) end(this.#broken);
    });
    // Every job listens.
    setMaxListeners(0, this.#stop.signal);
    this.#signal = signal;
    if (signal?.aborted) this.stop();
    signal?.addEventListener("abort", this.#abort, { once: true });
  }

  /**
   * Does a job as soon as a thread is free.
   *
   * @throws what the job threw: a RespathError with its name, message and exit code; another error with its message and
   * stack. RespathError naming the job when its thread has ended three times.
   */
  async run<Job, Result, Message>(pooled: PooledJob<Job, Message>): Promise<Result> {
    for (let attempt = 1; ; attempt++) {
      const reply = await this.#attempt<Job, Result, Message>(pooled);
      if ("result" in reply) return reply.result;
      if ("error" in reply) throw restoreError(reply.error);
      this.#stop.signal.throwIfAborted();
      if (attempt === ATTEMPTS) {
        throw new RespathError(
          `${pooled.name} ended its thread ${ATTEMPTS} times (${reply.ended.message}); it may need more memory than there is`,
        );
      }
    }
  }

  stop(): void {
    this.#stop.abort();
  }

  /** Ends the threads, whatever they do. */
  async close(): Promise<void> {
    this.stop();
    this.#isClosing = true;
    this.#signal?.removeEventListener("abort", this.#abort);
    await this.#pool.destroy();
  }

  async #attempt<Job, Result, Message>({
    job,
    onMessage,
  }: PooledJob<Job, Message>): Promise<Reply<Result> | Ended> {
    const { port1, port2 } = new MessageChannel();
    port1.on("message", (message) => onMessage?.(message));
    const tell = () => port1.postMessage("stop");
    if (this.#stop.signal.aborted) tell();
    this.#stop.signal.addEventListener("abort", tell, { once: true });
    try {
      const assignment: Assignment<Job> = { job, port: port2 };
      const reply: Promise<Reply<Result>> = this.#pool.run(assignment, { transferList: [port2] });
      return await this.#unlessBroken(reply);
    } catch (error) {
      // What a job throws comes in a reply. A job that cannot be sent at all is a mistake of the caller.
      if ((error as Error).name === "DataCloneError") throw error;
      return { ended: error as Error };
    } finally {
      this.#stop.signal.removeEventListener("abort", tell);
      // The reply comes on another channel and may overtake the last messages.
      for (let last = receiveMessageOnPort(port1); last; last = receiveMessageOnPort(port1)) {
        onMessage?.(last.message as Message);
      }
      port1.close();
    }
  }

  async #unlessBroken<Value>(reply: Promise<Value>): Promise<Value | Ended> {
    let end: (ended: Ended) => void = () => {};
    try {
      return await new Promise<Value | Ended>((resolve, reject) => {
        end = resolve;
        this.#underWay.add(end);
        reply.then(resolve, reject);
        if (this.#broken) resolve(this.#broken);
      });
    } finally {
      this.#underWay.delete(end);
    }
  }
}

/** A thread ended, or could not be started. */
interface Ended {
  readonly ended: Error;
}

/** The file to start: the compiled one, or the source through tsx when that is how this file itself is run. */
function entryOf(module: URL): { filename: string; execArgv?: string[] } {
  if (!import.meta.url.endsWith(".ts")) return { filename: fileURLToPath(module) };
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
  const source = module.href.replace(/\.js$/, ".ts");
  return { filename: fileURLToPath(source), execArgv: ["--import", tsx] };
}
