import { UsageError } from "../network/errors.js";
import { kebab } from "../network/settings/fields.js";
import { type Line, nearestFlag } from "./flags.js";
import { missing } from "./missing.js";

/** What yargs says of a line that it refuses (node_modules/yargs/locales/en.json), and what is said instead. */
const COMPLAINTS: readonly (readonly [RegExp, (names: readonly string[], line: Line) => string])[] = [
  [/^Missing required arguments?: (.*)$/, (names) => missing(names)],
  [
    /^Not enough arguments following: (.*)$/,
    ([name]) => `${name.length === 1 ? "-" : "--"}${name} needs a value`,
  ],
  [/^Not enough non-option arguments/, (_names, line) => needsMore(line)],
  [/^Unknown (?:argument|command)s?: (.*)$/, unknown],
];

/** A line that yargs refuses, in our words; undefined for what an option's parser says. */
export function complaint(message: string, line: Line): UsageError | undefined {
  for (const [pattern, words] of COMPLAINTS) {
    const found = pattern.exec(message);
    if (found) return new UsageError(words(found[1]?.split(", ") ?? [], line));
  }
  return undefined;
}

/**
 * What follows `--`, which yargs takes for operands, however many.
 *
 * @throws UsageError naming the first that the command does not take.
 */
export function requireNoMore({ command, args }: Line): void {
  const end = args.indexOf("--");
  const rest = end < 0 ? [] : args.slice(end + 1);
  if (rest.length > 0 && !(command in OPERANDS)) {
    throw new UsageError(`${command} does not take ${JSON.stringify(rest[0])} after --`);
  }
}

/**
 * Several letters behind one hyphen, which yargs takes for as many switches, `-h` among them.
 *
 * @throws UsageError naming the option that is nearest.
 */
export function requireTwoHyphens({ args, ...line }: Line): void {
  const end = args.indexOf("--");
  const short = args.slice(0, end < 0 ? undefined : end).find((arg) => /^-[a-z][a-z]/i.test(arg));
  if (short !== undefined) throw new UsageError(unknownOption(short, { ...line, args }));
}

/**
 * A value behind a switch, of which yargs takes all but `true` for false.
 *
 * @throws UsageError naming the switch.
 */
export function requireSwitches({ args, switches }: Line): void {
  const end = args.indexOf("--");
  for (const arg of args.slice(0, end < 0 ? undefined : end)) {
    const [, flag, name, value] = /^(--(?:no-)?([^=]+))=(.*)$/s.exec(arg) ?? [];
    if (name === undefined || !switches.includes(kebab(name)) || /^(true|false)$/.test(value)) continue;
    throw new UsageError(`${flag} takes no value, not ${JSON.stringify(value)}`);
  }
}

/** yargs names what it does not know without hyphens, and names in kebab case twice. */
function unknown(names: readonly string[], line: Line): string {
  const option = line.args.find((arg) => {
    const [, negated, name] = /^--?(no-)?([^=]+)/.exec(arg) ?? [];
    return name !== undefined && (names.includes(name) || names.includes(`${negated ?? ""}${name}`));
  });
  if (option !== undefined) return unknownOption(option, line);
  return `${line.command} does not take ${JSON.stringify(names[0])} (options begin with --)`;
}

function unknownOption(given: string, line: Line): string {
  const [flag] = given.split("=");
  const nearest = nearestFlag(flag.replace(/^-+(no-)?/, ""), line);
  return `there is no option ${flag}${nearest === undefined ? "" : `; did you mean ${nearest}?`}`;
}

/** Operands of the commands that have one, and of the program itself. */
const OPERANDS: Readonly<Record<string, string>> = {
  data: "data needs the name of a data set",
  plot: "plot needs a result document, or - for standard input",
  sweep: "sweep needs an action, such as plan",
  "sweep plan": "sweep plan needs the file of a grid, such as sweep.yaml (docs/sweeps.md)",
  "sweep merge": "sweep merge needs the folders that jobs of a plan were run in",
  "sweep run": "sweep run needs a plan, such as plan.json (docs/sweeps.md)",
  "sweep shard": "sweep shard needs a plan, such as plan.json (docs/clusters.md)",
  "sweep emit": "sweep emit needs an engine, slurm or k8s, and a plan, such as plan.json (docs/clusters.md)",
  "": "a command is missing",
};

function needsMore(line: Line): string {
  const option = line.args.find((arg) => arg.startsWith("-") && !line.options.includes(arg.slice(2)));
  return line.command === "" && option !== undefined ? unknownOption(option, line) : OPERANDS[line.command];
}
