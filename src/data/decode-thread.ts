import type { Worker } from "node:worker_threads";
import { DataError, RespathError } from "../network/errors.js";
import { startWorker } from "../system/start-worker.js";
import { reasonOf } from "../system/write-file.js";
import type { DecodeReply, DecodeRequest } from "./decode-messages.js";

interface Waiting {
  readonly resolve: (reply: DecodeReply) => void;
  readonly reject: (reason: unknown) => void;
}

/** A thread that decodes images while this one computes. It does not keep the process alive. */
export class DecodeThread {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #failure: Error | undefined;
  #asked = 0;

  private constructor(tasks: number | undefined) {
    this.#worker = startWorker(new URL("./decode-worker.js", import.meta.url), { tasks });
    this.#worker.unref();
    this.#worker.on("message", (reply: DecodeReply) => {
      this.#waiting.get(reply.id)?.resolve(reply);
      this.#waiting.delete(reply.id);
      this.#rest();
    });
    this.#worker.on("error", (error) => this.#fail(error as Error));
    this.#worker.on("exit", () => this.#fail(new RespathError("the thread that decodes images has ended")));
  }

  /**
   * @param tasks images decoded at the same time; as many as the machine has cores, four at most, if absent.
   * @throws DataError when there is no sharp for this platform.
   */
  static async start(tasks?: number): Promise<DecodeThread> {
    try {
      // With glibc, sharp has to be loaded in the main thread before it is in another.
      await import("sharp");
    } catch (error) {
      throw new DataError(`images cannot be decoded on this platform: ${reasonOf(error)}`);
    }
    return new DecodeThread(tasks);
  }

  /** @throws the signal's reason; RespathError when the thread has ended. */
  decode(
    request: Omit<Extract<DecodeRequest, { kind: "decode" }>, "kind" | "id">,
    signal?: AbortSignal,
  ): Promise<DecodeReply> {
    const id = this.#asked++;
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      if (this.#failure) throw this.#failure;
      const cancel = () => {
        this.#say({ kind: "cancel", id });
        this.#waiting.delete(id);
        this.#rest();
        reject(signal?.reason);
      };
      signal?.addEventListener("abort", cancel, { once: true });
      const settled =
        <T>(settle: (value: T) => void) =>
        (value: T) => {
          signal?.removeEventListener("abort", cancel);
          settle(value);
        };
      this.#waiting.set(id, { resolve: settled(resolve), reject: settled(reject) });
      this.#worker.ref();
      this.#say({ kind: "decode", id, ...request });
    });
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  #say(request: DecodeRequest): void {
    this.#worker.postMessage(request);
  }

  /** While nothing is waited for, the process may end. */
  #rest(): void {
    if (this.#waiting.size === 0) this.#worker.unref();
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    for (const { reject } of this.#waiting.values()) reject(this.#failure);
    this.#waiting.clear();
  }
}
