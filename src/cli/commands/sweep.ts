import type { Argv } from "yargs";
import { UsageError } from "../../network/errors.js";
import { nearestOf } from "../../network/nearest.js";
import type { Command } from "../command.js";

interface Action {
  readonly describe: string;
  readonly load: () => Promise<Command>;
}

/** What `respath sweep` does, by the word behind it. Each is a command of its own: `sweep <action>` and its operands. */
const ACTIONS: Readonly<Record<string, Action>> = {
  plan: {
    describe: "expand the grid in a file into independent jobs, and say what they take",
    load: async () => (await import("../sweep/plan.js")).planAction,
  },
  run: {
    describe: "do what is left of a plan's jobs on this machine",
    load: async () => (await import("../sweep/run.js")).runAction,
  },
  merge: {
    describe: "one document of what all jobs of a plan have found, and a table",
    load: async () => (await import("../sweep/merge.js")).mergeAction,
  },
  shard: {
    describe: "do one of several parts of a plan, as an element of a cluster's array",
    load: async () => (await import("../sweep/shard.js")).shardAction,
  },
  emit: {
    describe: "write the array script for Slurm, or the manifest for Kubernetes",
    load: async () => (await import("../sweep/emit.js")).emitAction,
  },
};

/**
 * The action that a line names, or where it names none the command that lists them.
 *
 * @throws UsageError for an action that is none.
 */
export async function sweepCommand(args: readonly string[]): Promise<Command> {
  const name = args.find((arg) => !arg.startsWith("-"));
  if (name === undefined) return overview;
  if (Object.hasOwn(ACTIONS, name)) return ACTIONS[name].load();
  const nearest = nearestOf(name, Object.keys(ACTIONS));
  const hint = nearest === undefined ? "" : `; did you mean ${nearest}?`;
  throw new UsageError(`sweep has no action ${JSON.stringify(name)}${hint}`);
}

const overview: Command = {
  command: "sweep <action>",
  describe: "runs for a whole grid of settings, on this machine or on many",
  builder: (yargs: Argv) =>
    yargs
      .positional("action", {
        type: "string",
        describe: Object.entries(ACTIONS)
          .map(([name, { describe }]) => `${name}: ${describe}`)
          .join("; "),
      })
      .example("$0 sweep plan sweep.yaml -o plan.json", "a grid as independent jobs")
      .example("$0 sweep run plan.json --out sweeps/rates", "all jobs of a plan, on all cores"),
  handler: () => {
    throw new UsageError("sweep needs an action, such as plan");
  },
};
