import type { Argv, CommandBuilder } from "yargs";
import { BREAK_LOCK } from "../../network/settings/shared.js";
import type { ActionModule } from "../command.js";
import { groupedOptions, option, settingsOptions, text, wholeNumber } from "../options.js";
import { VERSION } from "../output.js";
import { arrayElement, INDEX_VARIABLES } from "./array-element.js";
import { PLAN_OPERAND, RUN_OPTIONS, runJobs } from "./run.js";

const OPTIONS = {
  ...groupedOptions("Files:", {
    out: option("out", text, {
      demandOption: true,
      describe: "folder that all shards may share: each has one of its own in it, such as shard-3-of-20",
    }),
    ...settingsOptions({ breakLock: BREAK_LOCK }),
  }),
  ...groupedOptions("Which jobs:", {
    index: option("index", wholeNumber(0), {
      describe: `this shard, counted from 0; if absent, what ${INDEX_VARIABLES.join(", ")} says (the latter two count from 0, Slurm from where its array starts, unless --of is given: then from 0)`,
    }),
    of: option("of", wholeNumber(1), {
      describe:
        "number of shards, which take about as long; SLURM_ARRAY_TASK_COUNT or AWS_BATCH_JOB_ARRAY_SIZE if absent",
    }),
  }),
  ...RUN_OPTIONS,
} as const;

const builder = (yargs: Argv) =>
  yargs
    .positional("plan", PLAN_OPERAND)
    .options(OPTIONS)
    .example("$0 sweep shard plan.json --index 2 --of 20 --out sweeps/rates", "the third of twenty shards")
    .example("$0 sweep shard plan.json --out sweeps/rates", "in an array: the shard of its element");

type Arguments = Awaited<ReturnType<typeof builder>["argv"]>;

export const shardAction: ActionModule<Arguments> = {
  title: "sweep shard",
  command: "sweep shard <plan>",
  describe: "do what is left of one of several parts of a plan: an element of a cluster's array",
  // Names with a hyphen are inferred twice, in camel case as well, and TypeScript does not see that the two agree.
  builder: builder as CommandBuilder<object, Arguments>,
  handler: async (argv) => {
    const { index, of } = arrayElement({ index: argv.index, of: argv.of, environment: process.env });
    const { readPlan } = await import("../../sweep/plan/read-plan.js");
    const { shardOf } = await import("../../sweep/run/part.js");
    const { requireSameNumber, shardFolder } = await import("../../sweep/run/shard-folders.js");
    const plan = await readPlan({ path: argv.plan, version: VERSION });
    await requireSameNumber(argv.out, of);
    const jobs = shardOf(plan, { index: index + 1, of });
    await runJobs({ ...argv, plan, jobs, out: shardFolder(argv.out, { index, of }) });
  },
};
