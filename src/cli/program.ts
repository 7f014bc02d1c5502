import { RespathError, UsageError } from "../network/errors.js";
import { safeText } from "../network/safe-text.js";
import type { Command } from "./command.js";
import { COMMANDS } from "./commands/index.js";
import type { Line } from "./flags.js";
import { lineOf } from "./line-of.js";
import { requirePlaces } from "./output.js";
import { parsePlainly } from "./parse-plainly.js";
import { safeLine } from "./terminal-text.js";

export { guardStreams } from "./streams.js";

/**
 * Runs the command line: `args` is what follows `respath`. An error becomes one line on stderr and the exit code.
 */
export async function runProgram(given: readonly string[]): Promise<void> {
  const args = commandFirst(given);
  const [name, ...rest] = args;
  const isCommand = name !== undefined && Object.hasOwn(COMMANDS, name);
  let command: Command | undefined;
  try {
    command = isCommand ? await COMMANDS[name](rest) : undefined;
    const argv = command && parsePlainly(command, rest);
    if (command && argv) {
      await requirePlaces(name, argv);
      await command.handler(argv as never);
    } else await parse(args, command);
  } catch (error) {
    await report(error, lineOf(args, command), args.includes("--debug"));
  }
}

/** Options in front of the command are its own, with their values. */
function commandFirst(args: readonly string[]): readonly string[] {
  const isOption = args[0]?.startsWith("-");
  const command = args.findIndex((arg) => Object.hasOwn(COMMANDS, arg));
  const at = isOption && command > 0 ? command : args.findIndex((arg) => !arg.startsWith("-"));
  return at <= 0 ? args : [args[at], ...args.slice(0, at), ...args.slice(at + 1)];
}

/** Every line that is not plain. Without a command all of them are loaded, for the help text. */
async function parse(args: readonly string[], command: Command | undefined): Promise<void> {
  const [first, ...rest] = args;
  if (first === "help")
    return runProgram(Object.hasOwn(COMMANDS, rest[0] ?? "") ? [rest[0], "--help"] : rest);
  if (!command && first !== undefined && !first.startsWith("-")) throw await unknownCommand(first);
  const { parseWithYargs } = await import("./parse-with-yargs.js");
  await parseWithYargs(
    // Nothing at all is a question.
    args.length === 0 ? ["--help"] : args,
    command ? [command] : await Promise.all(Object.values(COMMANDS).map((load) => load())),
    lineOf(args, command),
  );
}

async function unknownCommand(given: string): Promise<UsageError> {
  const { nearestOf } = await import("../network/nearest.js");
  const nearest = nearestOf(given, Object.keys(COMMANDS));
  return new UsageError(
    `there is no command ${JSON.stringify(given)}${nearest === undefined ? "" : `; did you mean ${nearest}?`}`,
  );
}

/**
 * One line for an error of ours, in the command line's words; the stack as well with --debug, and always for a bug.
 */
async function report(error: unknown, line: Line, isDebug: boolean): Promise<void> {
  const { messageOf } = await import("./flags.js");
  // yargs wraps what an option's parser throws into an error of its own.
  const isParsers = error instanceof Error && error.name === "YError";
  const isExpected = error instanceof RespathError || isParsers;
  const said =
    error instanceof RespathError
      ? messageOf(error, line)
      : error instanceof Error
        ? error.message
        : String(error);
  const help = `try \`respath ${line.command === "" ? "" : `${line.command} `}--help\``;
  const message = error instanceof UsageError ? `${said.replace(/([^?])$/, "$1;")} ${help}` : said;
  process.stderr.write(`respath: ${safeLine(message)}\n`);
  if (isDebug || !isExpected) {
    process.stderr.write(`${safeText((error instanceof Error && error.stack) || "")}\n`);
  }
  process.exitCode = isParsers ? 2 : error instanceof RespathError ? error.exitCode : 1;
}
