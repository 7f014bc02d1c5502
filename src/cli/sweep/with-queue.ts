import type { JobQueue } from "../../sweep/engines/queue.js";
import type { RedisQueueOptions } from "../../sweep/engines/queue-bullmq.js";

/** Does something with a queue, which is left afterwards whatever happens. */
export async function withQueue<Result>(
  options: RedisQueueOptions,
  work: (queue: JobQueue) => Promise<Result>,
): Promise<Result> {
  const { openRedisQueue } = await import("../../sweep/engines/queue-bullmq.js");
  const queue = await openRedisQueue(options);
  try {
    return await work(queue);
  } finally {
    await queue.close();
  }
}
