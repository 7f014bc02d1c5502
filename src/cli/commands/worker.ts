import { availableParallelism } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import type { Argv, CommandBuilder, CommandModule } from "yargs";
import type { JobQueue } from "../../sweep/engines/queue.js";
import { unlessAborted } from "../../system/unless-aborted.js";
import { interruptible } from "../interrupt.js";
import { groupedOptions, option, text, wholeNumber } from "../options.js";
import { print, VERSION } from "../output.js";
import { QUEUE_OPTION } from "../sweep/queue-url.js";
import { RUN_OPTIONS } from "../sweep/run.js";
import { withQueue } from "../sweep/with-queue.js";

/** Milliseconds between two looks whether a sweep has begun. */
const LOOK = 1000;

const builder = (yargs: Argv) =>
  yargs
    .options({
      ...groupedOptions("Queue:", {
        queue: QUEUE_OPTION,
        "lost-after": option("lost-after", wholeNumber(2, 3600), {
          default: "30",
          describe: "seconds after which a worker that says nothing is lost, and others do its jobs",
        }),
      }),
      ...groupedOptions("Files:", {
        out: option("out", text, {
          demandOption: true,
          describe: "folder for checkpoints, logs and results, by job: its own, or one that workers share",
        }),
      }),
      ...RUN_OPTIONS,
    })
    .example("$0 worker --queue redis://hub --out work", "do jobs until the sweep in the queue has ended");

type Arguments = Awaited<ReturnType<typeof builder>["argv"]>;

export const workerCommand: CommandModule<object, Arguments> = {
  command: "worker",
  describe: "do jobs of a sweep that sweep run --queue has put into a queue",
  // Names with a hyphen are inferred twice, in camel case as well, and TypeScript does not see that the two agree.
  builder: builder as CommandBuilder<object, Arguments>,
  handler: async ({ queue: url, out, workers = availableParallelism(), "lost-after": lostAfter }) => {
    const { workOnQueue } = await import("../../sweep/engines/queue-worker.js");
    const { parsePlan } = await import("../../sweep/plan/read-plan.js");
    const { executeBy } = await import("../sweep/execute.js");
    const { machineMemory } = await import("../../train/network/machine-memory.js");
    const hint = "its jobs go back, and their checkpoints stay";
    const end = await interruptible({ label: "the worker", hint }, ({ signal, log }) =>
      withQueue({ url, lostAfter, log }, async (queue) => {
        const planText = await firstPlan(queue, { signal, log });
        const plan = parsePlan(planText, { source: "the queue's plan", version: VERSION });
        log(`working on plan ${plan.sha256.slice(0, 16)}, ${plan.jobs.length} jobs, in ${out}`);
        const ended = await workOnQueue({
          plan,
          folder: out,
          queue,
          execute: executeBy,
          cores: workers,
          memory: machineMemory(),
          signal,
        });
        signal.throwIfAborted();
        return ended;
      }),
    );
    const { done, found, failed } = end;
    await print(
      `the sweep has ended: ${[
        `${done} done here`,
        ...(found > 0 ? [`${found} given again and found done`] : []),
        ...(failed > 0 ? [`${failed} failed`] : []),
      ].join(", ")}`,
    );
  },
};

interface Waiting {
  readonly signal: AbortSignal;
  readonly log: (line: string) => void;
}

async function firstPlan(queue: JobQueue, { signal, log }: Waiting): Promise<string> {
  for (let looks = 0; ; looks++) {
    // Redis may be away.
    const found = await unlessAborted(queue.planText(), signal);
    signal.throwIfAborted();
    if (found !== undefined) return found;
    if (looks === 0) log("waiting for a sweep to begin (sweep run --queue)");
    await sleep(LOOK, undefined, { signal });
  }
}
