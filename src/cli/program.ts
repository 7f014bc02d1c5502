import { RespathError } from "../network/errors.js";
import { COMMANDS } from "./commands/index.js";
import { requirePlaces } from "./output.js";
import { parsePlainly } from "./parse-plainly.js";

/**
 * Runs the command line: `args` is what follows `respath`. An error becomes one line on stderr and the exit code.
 */
export async function runProgram(args: readonly string[]): Promise<void> {
  try {
    await run(args);
  } catch (error) {
    report(error, args.includes("--debug"));
  }
}

async function run(args: readonly string[]): Promise<void> {
  const [first, ...rest] = args;
  const named = first !== undefined && Object.hasOwn(COMMANDS, first) ? await COMMANDS[first]() : undefined;
  const argv = named && parsePlainly(named, rest);
  if (argv) {
    await requirePlaces(first, argv);
    return named.handler(argv as never);
  }
  const { parseWithYargs } = await import("./parse-with-yargs.js");
  // Without a command all of them are needed, for the help text and for a suggestion.
  await parseWithYargs(
    args,
    named ? [named] : await Promise.all(Object.values(COMMANDS).map((load) => load())),
  );
}

/** One line for an error of ours; the stack as well with --debug, and always for a bug. */
function report(error: unknown, isDebug: boolean): void {
  // yargs wraps what an option's parser throws into an error of its own.
  const isUsage = error instanceof Error && error.name === "YError";
  const isExpected = error instanceof RespathError || isUsage;
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`respath: ${message.replace(/\s*\n\s*/g, " ")}\n`);
  if (isDebug || !isExpected) process.stderr.write(`${error instanceof Error ? error.stack : ""}\n`);
  process.exitCode = isUsage ? 2 : error instanceof RespathError ? error.exitCode : 1;
}
