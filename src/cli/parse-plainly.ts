import type { Options } from "yargs";
import type { Command } from "./command.js";
import { DEBUG_OPTION, type SettingOption } from "./options.js";

/** The fields of an option that are understood here; the last four change nothing for a plain line. */
const UNDERSTOOD = [
  ...["type", "coerce", "default", "demandOption", "alias"],
  ...["requiresArg", "describe", "group", "setting"],
];

export type Definitions = Record<string, SettingOption>;
type Values = Record<string, unknown>;

/**
 * Parses a command's plain line, `--name value`, `-n value`, both also with =, and switches, each at most once, exactly as yargs would
 * (a test compares the two). yargs takes longer to load than Node itself, and most lines are plain.
 *
 * @returns the arguments for the command's handler, or undefined for every other line, right or wrong: then yargs parses,
 * and complains.
 */
export function parsePlainly(command: Command, args: readonly string[]): Values | undefined {
  const definitions = definitionsOf(command);
  const given = definitions && givenIn(args, definitions);
  return given && completed(given, definitions);
}

/** The options of a command that takes nothing else, all of them understood; undefined for other commands. */
function definitionsOf(command: Command): Definitions | undefined {
  const { definitions, isPlain } = declarationsOf(command);
  const isUnderstood = (definition: Options) =>
    Object.keys(definition).every((field) => UNDERSTOOD.includes(field)) &&
    (definition.type === "string" || definition.type === "boolean") &&
    (definition.alias === undefined || isLetter(definition.alias));
  return isPlain && Object.values(definitions).every(isUnderstood) ? definitions : undefined;
}

function isLetter(alias: Options["alias"]): alias is string {
  return typeof alias === "string" && /^[a-z]$/.test(alias);
}

/** The options and examples that the builder of a command declares, and whether it declares nothing else. */
export function declarationsOf({ command, builder }: Command): {
  readonly definitions: Definitions;
  readonly isPlain: boolean;
  /** Each a line and what it is for. */
  readonly examples: readonly (readonly [string, string])[];
} {
  const definitions: Definitions = { debug: DEBUG_OPTION };
  const examples: (readonly [string, string])[] = [];
  let isPlain = typeof command === "string" && /^\S+$/.test(command) && typeof builder === "function";
  const recorder: object = new Proxy(
    {},
    {
      get: (_target, method) => (declared: unknown, what?: unknown) => {
        if (method === "options") Object.assign(definitions, declared);
        else if (method === "example") examples.push([String(declared), String(what)]);
        else isPlain = false;
        return recorder;
      },
    },
  );
  if (typeof builder === "function") builder(recorder);
  return { definitions, isPlain, examples };
}

function givenIn(args: readonly string[], definitions: Definitions): Values | undefined {
  const given: Values = {};
  for (let index = 0; index < args.length; index++) {
    const [, word, letter, assigned] =
      /^(?:--([a-z][a-z0-9-]+)|-([a-z]))(?:=(.+))?$/s.exec(args[index]) ?? [];
    const name =
      word ?? (letter && Object.keys(definitions).find((each) => definitions[each].alias === letter));
    if (name === undefined || !Object.hasOwn(definitions, name) || Object.hasOwn(given, name))
      return undefined;
    if (definitions[name].type === "boolean") {
      // yargs reads a word after a switch as its value, or as a positional argument.
      if (assigned !== undefined || !/^-./.test(args[index + 1] ?? "--")) return undefined;
      given[name] = true;
      continue;
    }
    const value = assigned ?? args[++index];
    // Empty text, what looks like an option, and quotes that yargs would take off. A lone - stands for a stream.
    if (!value || (value !== "-" && /^[-"'`]/.test(value))) return undefined;
    given[name] = value;
  }
  return given;
}

/** Defaults filled in, texts parsed, and each name in camel case and by its letter too; undefined where that cannot be. */
function completed(given: Values, definitions: Definitions): Values | undefined {
  for (const [name, { demandOption }] of Object.entries(definitions)) {
    if (demandOption && !Object.hasOwn(given, name)) return undefined;
  }
  try {
    return argumentsOf(given, definitions);
  } catch {
    return undefined;
  }
}

/**
 * What a command's handler is given for texts of options and switches, with the defaults of the others, each name in camel case and by
 * its letter too.
 *
 * @throws what an option's parser throws.
 */
export function argumentsOf(given: Values, definitions: Definitions): Values {
  const values: Values = {};
  for (const [name, { default: fallback, coerce, alias }] of Object.entries(definitions)) {
    const value = given[name] ?? fallback;
    if (value === undefined) continue;
    values[name] = coerce ? coerce(value) : value;
    values[name.replace(/-([a-z])/g, (_dash, letter: string) => letter.toUpperCase())] = values[name];
    if (isLetter(alias)) values[alias] = values[name];
  }
  return values;
}
