import type { Command } from "./command.js";
import type { Line } from "./flags.js";
import { declarationsOf } from "./parse-plainly.js";

/** A command's line, or one without a command. */
export function lineOf(args: readonly string[], command: Command | undefined): Line {
  if (!command) {
    const options = ["debug", "version", "help"];
    return { command: "", options, switches: options, args };
  }
  const { definitions } = declarationsOf(command);
  const options = Object.keys(definitions);
  const switches = [...options.filter((name) => definitions[name].type === "boolean"), "version", "help"];
  const renamed = options.flatMap((name) => {
    const { setting } = definitions[name];
    return setting === undefined ? [] : [[setting, name]];
  });
  return {
    command: command.title ?? args[0],
    options,
    switches,
    renamed: Object.fromEntries(renamed),
    args: args.slice(1),
  };
}
