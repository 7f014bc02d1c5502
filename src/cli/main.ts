#!/usr/bin/env node
import yargs from "yargs";
import { hideBin } from "yargs/helpers";
import { RespathError, UsageError } from "../network/errors.js";
import { dataCommand } from "./commands/data.js";
import { pathsCommand } from "./commands/paths.js";
import { plotCommand } from "./commands/plot.js";
import { sampleCommand } from "./commands/sample.js";
import { trainCommand } from "./commands/train.js";
import { validateCommand } from "./commands/validate.js";
import { varianceCommand } from "./commands/variance.js";
import { VERSION } from "./output.js";

process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  // The reader of a pipe went away (`| head`): nothing is wrong.
  if (error.code === "EPIPE") process.exit(0);
  throw error;
});

const args = hideBin(process.argv);
try {
  await yargs(args)
    .scriptName("respath")
    .usage("$0 <command>\n\nHow far through its residual branches does a network's signal travel?")
    .command(validateCommand)
    .command(pathsCommand)
    .command(varianceCommand)
    .command(sampleCommand)
    .command(trainCommand)
    .command(dataCommand)
    .command(plotCommand)
    .option("debug", {
      type: "boolean",
      default: false,
      describe: "show the stack of an error",
      global: true,
    })
    .demandCommand(1, "name a command: respath --help lists them")
    .recommendCommands()
    .strict()
    .version(VERSION)
    .help()
    .epilogue("Exit codes: 0 done, 1 failed, 2 bad usage. Results go to stdout, everything else to stderr.")
    .wrap(Math.min(100, process.stdout.columns || 100))
    .exitProcess(true)
    .fail((message, error) => {
      throw error ?? new UsageError(message);
    })
    .parseAsync();
} catch (error) {
  report(error);
}

/** One line for an error of ours; the stack as well with --debug, and always for a bug. */
function report(error: unknown): void {
  // yargs wraps what an option's parser throws into an error of its own.
  const isUsage = error instanceof Error && error.name === "YError";
  const isExpected = error instanceof RespathError || isUsage;
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`respath: ${message.replace(/\s*\n\s*/g, " ")}\n`);
  if (args.includes("--debug") || !isExpected)
    process.stderr.write(`${error instanceof Error ? error.stack : ""}\n`);
  process.exitCode = isUsage ? 2 : error instanceof RespathError ? error.exitCode : 1;
}
