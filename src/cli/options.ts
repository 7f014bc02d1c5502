import type { Options } from "yargs";
import { requireInteger, requirePositive } from "../network/domain.js";
import { InvalidArgumentError } from "../network/errors.js";
import { requireOneOf } from "../network/nearest.js";
import {
  ACTIVATIONS,
  type Activation,
  CONVENTIONS,
  type Convention,
  SCHEME_NAMES,
} from "../network/scheme.js";

/**
 * Options are read as text and parsed here, so that a bad value is named with what is allowed (yargs itself would
 * turn "1o" into NaN).
 */
type Parse<T> = (argument: string, text: string) => T;

/** A yargs option whose text is parsed by `parse`; given twice, it is refused. */
export function option<T, const Settings extends Options>(
  argument: string,
  parse: Parse<T>,
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

/** A whole number of at least `least`; 1e4 is one. */
export const wholeNumber =
  (least: number, most?: number): Parse<number> =>
  (argument, text) =>
    requireInteger(argument, toNumber(argument, text, `a whole number of at least ${least}`), least, most);

/** Whole numbers of at least `least`, separated by commas. */
export const wholeNumbers =
  (least: number): Parse<number[]> =>
  (argument, text) =>
    text.split(",").map((part) => wholeNumber(least)(argument, part));

export const positiveNumber: Parse<number> = (argument, text) =>
  requirePositive(argument, toNumber(argument, text, "a positive number"));

export const oneOf =
  <Name extends string>(names: readonly Name[]): Parse<Name> =>
  (argument, text) =>
    requireOneOf(argument, text, names);

/** A file name with one of the extensions a picture can have. */
export const pictureFile: Parse<string> = (argument, text) => {
  if (!/\.(vl\.json|svg|png|html)$/.test(text)) {
    throw new InvalidArgumentError(argument, text, "a file name ending in .vl.json, .svg, .png or .html");
  }
  return text;
};

export const text: Parse<string> = (argument, value) => {
  if (value === "") throw new InvalidArgumentError(argument, value, "not empty");
  return value;
};

function toNumber(argument: string, value: string, allowed: string): number {
  const number = value.trim() === "" ? Number.NaN : Number(value);
  if (Number.isNaN(number)) throw new InvalidArgumentError(argument, value, allowed);
  return number;
}

/** Options that several commands share. */
export const schemeOptions = {
  scheme: option("scheme", oneOf(SCHEME_NAMES), {
    demandOption: true,
    describe: `residual scheme: ${SCHEME_NAMES.join(", ")}`,
  }),
  alpha: option("alpha", text, {
    describe: "skipinit's branch scale, an expression in d (depth) and i (block), such as 1/sqrt(d)",
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

export const conventionOption = option("convention", oneOf<Convention>(CONVENTIONS), {
  describe: "how the first block is counted: paper (p_i = 1/i) or unit-input (p_i = 1/(i+1))",
});

export const seedOption = option("seed", wholeNumber(0), {
  default: "0",
  describe: "seed of everything random",
});

/** How a result leaves a command. */
export const outputOptions = {
  json: { type: "boolean", default: false, describe: "print one JSON document and nothing else" },
  plot: option("plot", pictureFile, { describe: "also write the picture (.vl.json, .svg, .png or .html)" }),
} as const;

/** The scheme of `--scheme` and `--alpha`; mathjs is loaded only if there is an expression. */
export async function schemeOf(argv: { readonly scheme: string; readonly alpha?: string }) {
  const { resolveScheme } = await import("../analytic/schemes/index.js");
  if (argv.alpha === undefined) return resolveScheme(argv.scheme);
  if (argv.scheme !== "skipinit") return resolveScheme(argv.scheme, { text: argv.alpha, scale: () => 0 });
  const { parseAlpha } = await import("../analytic/expression.js");
  return resolveScheme(argv.scheme, parseAlpha(argv.alpha));
}
