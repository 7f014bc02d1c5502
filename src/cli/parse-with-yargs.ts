import yargs, { type CommandModule } from "yargs";
import { UsageError } from "../network/errors.js";
import type { Command } from "./command.js";
import { complaint, requireNoMore, requireSwitches, requireTwoHyphens } from "./complaint.js";
import type { Line } from "./flags.js";
import { asksFor, helpText, withoutExamples } from "./help.js";
import { DEBUG_OPTION } from "./options.js";
import { print, requirePlaces, VERSION } from "./output.js";

/**
 * Parses any command line and does its work: help, version and every complaint included.
 *
 * @throws UsageError, or what an option's parser or the command throws.
 */
export async function parseWithYargs(
  args: readonly string[],
  commands: readonly Command[],
  line: Line,
): Promise<void> {
  requireTwoHyphens(line);
  requireSwitches(line);
  requireNoMore(line);
  const isHelp = asksFor(args, "--help", "-h");
  // Not left to yargs, which does not see whether it can be written.
  if (!isHelp && asksFor(args, "--version")) return print(VERSION);
  const named = line.command === "" ? undefined : commands[0];
  const parser = yargs(isHelp ? args.slice(0, named ? 1 : 0) : [...args])
    .scriptName("respath")
    // In the language of our own messages, whatever the machine's is.
    .locale("en")
    .usage("$0 <command>\n\nHow far through its residual branches does a network's signal travel?");
  for (const command of commands) {
    parser.command((isHelp ? withoutExamples(command) : command) as CommandModule);
  }
  parser
    .option("debug", { ...DEBUG_OPTION, global: true })
    .middleware((argv) => requirePlaces(String(argv._[0]), argv))
    .demandCommand(1)
    .strict()
    .version(VERSION)
    .help()
    .alias("help", "h")
    .group(["help", "version", "debug"], "Other:")
    .epilogue(
      "Exit codes: 0 done, 1 failed, 2 bad usage, 130 stopped by Ctrl-C, 143 by SIGTERM. Results go to stdout, everything else to stderr.",
    )
    .wrap(Math.min(100, process.stdout.columns || 100))
    .exitProcess(true)
    .fail((message, error) => {
      throw complaint(message, line) ?? error ?? new UsageError(message);
    });
  if (isHelp) return print(helpText(await parser.getHelp(), named));
  await parser.parseAsync();
}
