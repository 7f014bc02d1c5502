import { setImmediate as nextTurn } from "node:timers/promises";
import { describeError } from "../system/remote-error.js";
import type { Assignment, Reply } from "./pool.js";

export interface JobContext<Message> {
  /** Reports to the thread that started the job. */
  readonly report: (message: Message) => void;
  /** Aborted when the job is asked to stop; a job that never waits does not notice. */
  readonly signal: AbortSignal;
}

/** Makes the default export of a worker module from the function that does a job. */
export function worker<Job, Result, Message = unknown>(
  run: (job: Job, context: JobContext<Message>) => Promise<Result>,
): (assignment: Assignment<Job>) => Promise<Reply<Result>> {
  return async ({ job, port }) => {
    const controller = new AbortController();
    port.on("message", () => controller.abort());
    try {
      return {
        result: await run(job, { report: (message) => port.postMessage(message), signal: controller.signal }),
      };
    } catch (error) {
      return { error: describeError(error) };
    } finally {
      // Between jobs that never wait the thread sleeps without a turn of its event loop, and closed ports would pile up.
      await nextTurn();
    }
  };
}
