import type { Options } from "yargs";
import type { InputOptions } from "../analytic/moments/input-variance.js";
import { ACTIVATIONS, type Activation } from "../network/activations.js";
import { ARCHITECTURE_NAMES, parseArchitecture, type ResidualArchitecture } from "../network/architecture.js";
import { CONVENTIONS, type Convention } from "../network/convention.js";
import { InvalidArgumentError, UsageError } from "../network/errors.js";
import {
  configureScheme,
  type ResidualScheme,
  requireScheme,
  SCHEME_NAMES,
  type SchemeName,
  settingsOf,
  TRAINABLE_SCHEMES,
  takersOf,
} from "../network/schemes/index.js";
import { type AnyFields, type Field, kebab } from "../network/settings/fields.js";
import * as kinds from "../network/settings/kinds.js";
import { readInputVariance, toNumber } from "../network/settings/kinds.js";
import { missing } from "./missing.js";

/** A yargs option whose text is parsed by `parse`; given twice, it is refused. */
export function option<T, const Settings extends Options>(
  argument: string,
  parse: kinds.Read<T>,
  settings: Settings,
) {
  return {
    requiresArg: true,
    ...settings,
    type: "string" as const,
    coerce: (given: unknown): T => {
      if (given === undefined) return undefined as T;
      if (Array.isArray(given))
        throw new InvalidArgumentError(`--${argument}`, given.join(" and "), "given once");
      return parse(`--${argument}`, String(given));
    },
  };
}

/** A file, or - for standard input, as the positional argument of a command: yargs hands a lone - over as empty text. */
export function fileOrStdin(given: string): string {
  return given || "-";
}

/** An option of a setting of the API. */
export interface SettingOption extends Options {
  /** The setting's name, where the option is not that in kebab case. */
  readonly setting?: string;
}

/** The options of settings, by flag; what was given for them is {@link givenOf} the same fields. */
export function settingsOptions(fields: object): Readonly<Record<never, Options>> {
  return Object.fromEntries(
    Object.entries(fields as AnyFields)
      .filter(([, { describe }]) => describe !== undefined)
      .map(([name, field]) => [field.flag ?? kebab(name), settingOption(name, field)]),
  );
}

function settingOption(name: string, field: AnyFields[string]): SettingOption {
  const { kind, flag, describe, default: fallback } = field;
  const common = { describe, ...(flag === undefined ? {} : { setting: name }) };
  if (kind.read === undefined) {
    return { ...common, type: "boolean", ...(fallback === undefined ? {} : { default: fallback }) };
  }
  const shown = fallback === undefined ? {} : { default: shortest(fallback) };
  return option(flag ?? kebab(name), kind.read, { ...common, ...shown });
}

/** A default as it would be typed: 5e-4, not 0.0005. */
function shortest(value: unknown): string {
  const texts = [String(value), ...(typeof value === "number" ? [value.toExponential()] : [])];
  return texts.reduce((one, other) => (other.length < one.length ? other : one));
}

/** What was given on the line for settings, by their names in the API, or stands for what was not. */
export function givenOf<Table extends object>(fields: Table, argv: object): GivenOf<Table> {
  const values = argv as Readonly<Record<string, unknown>>;
  return Object.fromEntries(
    Object.entries(fields as AnyFields)
      .filter(([, { describe }]) => describe !== undefined)
      .map(([name, { flag = name }]) => [name, values[flag]]),
  ) as GivenOf<Table>;
}

type GivenOf<Table> = {
  readonly [Name in keyof Table]?: Table[Name] extends Field<infer Given, infer _Value> ? Given : never;
};

/** A whole number of at least `least`; 1e4 is one. */
export const wholeNumber = (least: number, most?: number) => kinds.wholeNumber(least, most).read;

/** A whole number of at least 1 up to 1e100, beyond what a float64 counts one by one; 1e15 is one. */
const hugeWholeNumber: kinds.Read<number> = (argument, text) => {
  const allowed = "a whole number of at least 1, up to 1e100";
  const value = toNumber(argument, text, allowed);
  if (!(Number.isInteger(value) && value >= 1 && value <= 1e100)) {
    throw new InvalidArgumentError(argument, value, allowed);
  }
  return value;
};

/** Whole numbers of at least `least`, separated by commas. */
export const wholeNumbers = (least: number) => kinds.wholeNumbers(least).read;

export const oneOf = <Name extends string>(names: readonly Name[]) => kinds.oneOf(names).read;

/** A scheme by its name, in any case, or its title. */
export const schemeName: kinds.Read<SchemeName> = (argument, text) => requireScheme(argument, text);

/** The same, where only those that can be trained are offered. */
export const trainableScheme: kinds.Read<SchemeName> = (argument, text) =>
  requireScheme(argument, text, TRAINABLE_SCHEMES);

/** A file name with one of the extensions a picture can have, or - for standard output. */
const pictureFile: kinds.Read<string> = (argument, text) => {
  if (text !== STANDARD_OUTPUT && !/\.(vl\.json|svg|png|html)$/.test(text)) {
    const allowed =
      "a file name ending in .vl.json, .svg, .png or .html, or - for the specification on standard output";
    throw new InvalidArgumentError(argument, text, allowed);
  }
  return text;
};

/** Given as `--plot`, instead of a file. */
export const STANDARD_OUTPUT = "-";

export const text = kinds.TEXT.read;

/** The same options under a heading of their own in `--help`. */
export function groupedOptions<const Group extends Readonly<Record<string, Options>>>(
  heading: string,
  options: Group,
): { readonly [Name in keyof Group]: Group[Name] } {
  return Object.fromEntries(
    Object.entries(options).map(([name, settings]) => [name, { ...settings, group: heading }]),
  ) as unknown as { readonly [Name in keyof Group]: Group[Name] };
}

/** Options that several commands share. */
export const schemeOptions = {
  scheme: option("scheme", schemeName, {
    demandOption: true,
    describe: `residual scheme: ${SCHEME_NAMES.join(", ")}`,
  }),
  alpha: option("alpha", text, {
    describe:
      "branch scale, an expression in d (depth) and i (block), such as 1/sqrt(d): skipinit and others",
  }),
  activation: option("activation", oneOf<Activation>(ACTIVATIONS), {
    default: "linear",
    describe: "what is in a branch: linear (weights) or relu (ReLU, then weights)",
  }),
};

export const depthOption = option("depth", wholeNumber(1), {
  demandOption: true,
  describe: "number of residual blocks",
});

/** The network of a prediction: a scheme and a depth, or a real architecture. */
export const networkOptions = {
  ...schemeOptions,
  scheme: option("scheme", schemeName, {
    describe: "residual scheme (respath schemes lists them); absent where --architecture implies it",
  }),
  skip: option("skip", text, {
    describe: `scale of the skip path of ${takersOf("skip").join(" and ")}, such as 1/sqrt(2)`,
  }),
  survival: option("survival", text, {
    describe: "stochastic-depth's probability that a branch is kept, such as 1-0.5*i/d",
  }),
  normalized: {
    type: "boolean",
    describe: `${takersOf("normalized").join(", ")}: the branch starts with BatchNorm, or does not (--no-normalized)`,
  },
  architecture: option("architecture", text, {
    describe: `a real network instead of --depth: ${ARCHITECTURE_NAMES.join(", ")}`,
  }),
  depth: option("depth", hugeWholeNumber, { describe: "number of residual blocks, up to 1e100" }),
} as const;

/** What enters block 1 of a predicted network: its variance, or a word for it. */
export const inputOptions = {
  "input-variance": option("input-variance", readInputVariance, {
    describe:
      "s_0, the variance of what enters block 1; 1 if absent, and 0 counts as the paper does (q_i = 1/i)",
  }),
  convention: option("convention", oneOf<Convention>(CONVENTIONS), {
    describe: "instead: paper for --input-variance 0, unit-input for 1",
  }),
} as const;

/** What {@link inputOptions} were given. */
export function inputOf<Given extends { readonly inputVariance?: number; readonly convention?: Convention }>({
  inputVariance,
  convention,
}: Given): InputOptions {
  if (inputVariance !== undefined && convention !== undefined) {
    throw new UsageError("give --input-variance or --convention, which stands for one, not both");
  }
  return { inputVariance, convention };
}

/** Taken by every command. */
export const DEBUG_OPTION = {
  type: "boolean",
  default: false,
  describe: "show the stack of an error",
} as const;

/** How a result leaves a command: `--plot` is its picture, and `--out`, where there is one, its data. */
export const outputOptions = {
  json: { type: "boolean", default: false, describe: "print one JSON document and nothing else" },
  plot: option("plot", pictureFile, {
    alias: "o",
    describe:
      "also write the picture: a file ending in .vl.json, .svg, .png or .html, or - for the Vega-Lite specification on stdout instead of the text",
  }),
} as const;

interface SchemeArguments {
  readonly scheme: string;
  readonly alpha?: string;
  readonly skip?: string;
  readonly survival?: string;
  readonly normalized?: boolean;
}

/** The scheme of `--scheme` and its settings; mathjs is loaded only if there is an expression that is not a number. */
export async function schemeOf(argv: SchemeArguments): Promise<ResidualScheme> {
  const takes = settingsOf(requireScheme("--scheme", argv.scheme));
  const scale = async (name: "alpha" | "skip" | "survival") => {
    const given = argv[name];
    if (given === undefined) return {};
    // What the scheme does not take is refused below, whatever it says.
    if (!takes.includes(name)) return { [name]: { text: given, scale: () => 0 } };
    const { parseScale } = await import("../analytic/expression.js");
    return { [name]: parseScale(given, name) };
  };
  return configureScheme(argv.scheme, {
    ...(await scale("alpha")),
    ...(await scale("skip")),
    ...(await scale("survival")),
    ...(argv.normalized === undefined ? {} : { normalized: argv.normalized }),
  });
}

/** The network of {@link networkOptions}. */
export async function givenNetwork(
  argv: Omit<SchemeArguments, "scheme"> & {
    readonly scheme?: string;
    readonly architecture?: string;
    readonly depth?: number;
  },
): Promise<{ scheme: ResidualScheme; architecture?: ResidualArchitecture; depth?: number }> {
  const { depth } = argv;
  const architecture = argv.architecture === undefined ? undefined : parseArchitecture(argv.architecture);
  const name = argv.scheme ?? architecture?.scheme;
  if (name === undefined) throw new UsageError(missing(["scheme"]));
  if (architecture?.scheme !== undefined && name !== architecture.scheme) {
    const allowed = `absent, or ${architecture.scheme}, for ${architecture.name}`;
    throw new InvalidArgumentError("--scheme", name, allowed);
  }
  if (architecture === undefined && depth === undefined) {
    throw new UsageError(missing(["depth"], " (or --architecture)"));
  }
  return { scheme: await schemeOf({ ...argv, scheme: name }), architecture, depth };
}

/** What {@link networkOptions} were given, for a document's provenance. */
export function networkArguments(argv: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const names = ["scheme", "architecture", "alpha", "skip", "survival", "normalized", "activation", "depth"];
  return Object.fromEntries(names.map((name) => [name, argv[name]]));
}
