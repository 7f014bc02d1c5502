import type { Argv, CommandBuilder } from "yargs";
import type { SweepPlanDocument } from "../../network/documents/sweep.js";
import { parseJsonIfAny } from "../../network/parse-json.js";
import type { ActionModule } from "../command.js";
import { groupedOptions } from "../options.js";
import { grouped, log, print } from "../output.js";
import { NoSweepError, QUEUE_OPTION } from "./queue-url.js";
import { withQueue } from "./with-queue.js";

const builder = (yargs: Argv) =>
  yargs
    .options(groupedOptions("Queue:", { queue: QUEUE_OPTION }))
    .example("$0 sweep status --queue redis://hub", "how many jobs wait, run and have ended");

type Arguments = Awaited<ReturnType<typeof builder>["argv"]>;

export const statusAction: ActionModule<Arguments> = {
  title: "sweep status",
  command: "sweep status",
  describe: "how far the sweep in a queue is",
  builder: builder as CommandBuilder<object, Arguments>,
  handler: ({ queue: url }) =>
    withQueue({ url, log }, async (queue) => {
      const plan = parseJsonIfAny((await queue.planText()) ?? "") as SweepPlanDocument | undefined;
      if (!plan) throw new NoSweepError();
      const { waiting, running, ended } = await queue.counts();
      const all = plan.jobs.length;
      const rest = Math.max(0, all - waiting - running - ended);
      await print(
        `plan ${plan.sha256.slice(0, 16)} of respath ${plan.respath}, ${grouped(all)} ${all === 1 ? "job" : "jobs"}: ${[
          `${grouped(rest)} collected`,
          `${grouped(ended)} ended and not collected yet`,
          `${grouped(running)} running`,
          `${grouped(waiting)} waiting`,
        ].join(", ")}`,
      );
    }),
};
