import type { Argv, CommandBuilder } from "yargs";
import type { ActionModule } from "../command.js";
import { groupedOptions } from "../options.js";
import { log, print } from "../output.js";
import { NoSweepError, QUEUE_OPTION } from "./queue-url.js";
import { withQueue } from "./with-queue.js";

const builder = (yargs: Argv) =>
  yargs
    .options(groupedOptions("Queue:", { queue: QUEUE_OPTION }))
    .example(
      "$0 sweep cancel --queue redis://hub",
      "workers stop; what they have found stays in their folders",
    );

type Arguments = Awaited<ReturnType<typeof builder>["argv"]>;

export const cancelAction: ActionModule<Arguments> = {
  title: "sweep cancel",
  command: "sweep cancel",
  describe: "take a sweep out of a queue, whose workers stop",
  builder: builder as CommandBuilder<object, Arguments>,
  handler: ({ queue: url }) =>
    withQueue({ url, log }, async (queue) => {
      const sum = await queue.sum();
      if (sum === undefined) throw new NoSweepError();
      await queue.end();
      await print(`cancelled plan ${sum.slice(0, 16)}: sweep run goes on with it where it was`);
    }),
};
