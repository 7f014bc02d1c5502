import type { Worker } from "node:worker_threads";
import { RespathError } from "../../network/errors.js";
import { restoreError } from "../../system/remote-error.js";
import { startWorker } from "../../system/start-worker.js";
import type { TeamReply, TeamRequest } from "./team-messages.js";

/** A worker thread that answers one request at a time, seen from the thread that asks. */
export class TeamThread {
  readonly #worker: Worker;
  #failure: Error | undefined;
  #waiting: { resolve: () => void; reject: (error: Error) => void } | undefined;

  /**
   * @param module as `new URL("./some-worker.js", import.meta.url)`.
   */
  constructor(module: URL, workerData: unknown) {
    this.#worker = startWorker(module, workerData);
    this.#worker.on("message", (reply: TeamReply) => {
      if (reply.kind === "failed") this.#fail(restoreError(reply.error));
      else this.#settle();
    });
    this.#worker.on("error", (error) => this.#fail(error as Error));
    this.#worker.on("exit", (code) => {
      this.#fail(
        new RespathError(`a training worker ended unexpectedly (exit code ${code}); try fewer \`workers\``),
      );
    });
  }

  /** Waits for the next reply. @throws what the worker threw, or that it has ended. */
  reply(): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#failure) reject(this.#failure);
      else this.#waiting = { resolve, reject };
    });
  }

  /** Asks for something that is not answered. */
  tell(request: TeamRequest): void {
    this.#worker.postMessage(request);
  }

  /** Asks and waits for the reply. */
  ask(request: TeamRequest): Promise<void> {
    const reply = this.reply();
    this.tell(request);
    return reply;
  }

  /** Stops the thread wherever it is. */
  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  #settle(): void {
    this.#waiting?.resolve();
    this.#waiting = undefined;
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    this.#waiting?.reject(this.#failure);
    this.#waiting = undefined;
  }
}
