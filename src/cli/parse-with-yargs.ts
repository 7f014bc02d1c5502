import yargs, { type CommandModule } from "yargs";
import { UsageError } from "../network/errors.js";
import type { Command } from "./commands/index.js";
import { DEBUG_OPTION } from "./options.js";
import { requirePlaces, VERSION } from "./output.js";

/**
 * Parses any command line and does its work: help, version and every complaint included.
 *
 * @throws UsageError, or what an option's parser or the command throws.
 */
export async function parseWithYargs(args: readonly string[], commands: readonly Command[]): Promise<void> {
  const parser = yargs([...args])
    .scriptName("respath")
    .usage("$0 <command>\n\nHow far through its residual branches does a network's signal travel?");
  for (const command of commands) parser.command(command as CommandModule);
  await parser
    .option("debug", { ...DEBUG_OPTION, global: true })
    .middleware((argv) => requirePlaces(String(argv._[0]), argv))
    .demandCommand(1, "name a command: respath --help lists them")
    .recommendCommands()
    .strict()
    .version(VERSION)
    .help()
    .epilogue(
      "Exit codes: 0 done, 1 failed, 2 bad usage, 130 stopped by Ctrl-C, 143 by SIGTERM. Results go to stdout, everything else to stderr.",
    )
    .wrap(Math.min(100, process.stdout.columns || 100))
    .exitProcess(true)
    .fail((message, error) => {
      throw error ?? new UsageError(message);
    })
    .parseAsync();
}
