import { describeRefusal, InvalidArgumentError, type RespathError } from "../network/errors.js";
import { nearestOf } from "../network/nearest.js";
import { inWords, kebab } from "../network/settings/fields.js";

/** What a command line is: its command's options, and what followed the command. */
export interface Line {
  readonly command: string;
  /** Names of the command's options, without hyphens in front. */
  readonly options: readonly string[];
  /** Those of them that take no value. */
  readonly switches: readonly string[];
  /** The options of settings that have another name than theirs in kebab case, by the name of the setting. */
  readonly renamed?: Readonly<Record<string, string>>;
  readonly args: readonly string[];
}

/**
 * Arguments of the API whose option is not their name in kebab case, beside those that a line's command declares. Of several the
 * first that is on the line is meant, or else the first that the command has. Words behind an option's name say which part of
 * its value is.
 */
const OPTIONS_OF: Readonly<Record<string, readonly string[]>> = {
  weightDecay: ["l2"],
  output: ["out"],
  folder: ["out"],
  directory: ["dir"],
  atBlocks: ["at-block"],
  x: ["against"],
  size: ["image-size"],
  width: ["width", "widths"],
  channels: ["channels", "widths"],
  batch: ["batch", "batches"],
  batchSize: ["batch"],
  scheme: ["scheme", "schemes"],
  alpha: ["alpha", "schemes alpha"],
  probeEvery: ["probe every"],
  probeImages: ["probe images"],
};

/** What an error says on the command line: options in place of the API's arguments, on one line. */
export function messageOf(error: RespathError, line: Line): string {
  if (!(error instanceof InvalidArgumentError)) return inFlags(error.message, line);
  const { argument, value, allowed } = error;
  return describeRefusal({
    argument: flagOf(argument, line) ?? saidAs(argument),
    value,
    allowed: inFlags(allowed, line),
  });
}

/** The option that is nearest to a name that is none, with its hyphens; that of an argument of the API as well. */
export function nearestFlag(name: string, line: Line): string | undefined {
  const shortened = line.options.filter((option) => name.length >= 2 && option.startsWith(name));
  const nearest =
    flagOf(name, line) ??
    (shortened.length === 1 ? shortened[0] : nearestOf(name, [...line.options, ...knownNames(line)]));
  return nearest === undefined || nearest.startsWith("--")
    ? nearest
    : (flagOf(nearest, line) ?? `--${nearest}`);
}

/** Arguments of the API that have an option here, in kebab case. */
function knownNames(line: Line): string[] {
  return Object.keys({ ...OPTIONS_OF, ...line.renamed })
    .filter((name) => flagOf(name, line) !== undefined)
    .map(kebab);
}

/** `learning rate` and `learningRate` are --lr; undefined for what is no option of the command. */
function flagOf(argument: string, { options, args, renamed = {} }: Line): string | undefined {
  if (!/^[a-z][\w -]*$/i.test(argument)) return undefined;
  const name = argument.replace(/[ _-]+(\w)/g, (_gap, letter: string) => letter.toUpperCase());
  const candidates = [...(OPTIONS_OF[name] ?? []), ...(renamed[name] ? [renamed[name]] : []), kebab(name)];
  const optionOf = (candidate: string) => candidate.split(" ")[0];
  const known = candidates.filter((candidate) => options.includes(optionOf(candidate)));
  const isGiven = (candidate: string) =>
    args.some((arg) => arg === `--${optionOf(candidate)}` || arg.startsWith(`--${optionOf(candidate)}=`));
  const meant = known.find(isGiven) ?? known[0];
  return meant === undefined ? undefined : `--${meant}`;
}

/** A text with the arguments that it has in backticks, such as `maxTrials` or `recipe.momentum`, as options. */
function inFlags(text: string, line: Line): string {
  return text.replace(/`([A-Za-z][\w.]*)`/g, (_quoted, path: string) => {
    const parts = path.split(".");
    const flags = parts.map((part) => flagOf(part, line));
    const first = flags.findIndex((flag) => flag !== undefined);
    if (first < 0) return parts.map(saidAs).join(" ");
    return [flags[first], ...parts.slice(first + 1).map(saidAs)].join(" ");
  });
}

/** Names that are none of the API's stay as they are. */
function saidAs(name: string): string {
  return /^[a-z]+([A-Z][a-z0-9]*)+$/.test(name) ? inWords(name) : name;
}
