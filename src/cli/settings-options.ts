import type { Options } from "yargs";
import { type AnyFields, type Field, kebab } from "../network/settings/fields.js";
import { option } from "./options.js";

/** The options of settings, by flag; what was given for them is {@link givenOf} the same fields. */
export function settingsOptions(fields: object): Readonly<Record<never, Options>> {
  return Object.fromEntries(
    Object.entries(fields as AnyFields)
      .filter(([, { describe }]) => describe !== undefined)
      .map(([name, field]) => settingOption(field.flag ?? kebab(name), field)),
  );
}

function settingOption(flag: string, field: AnyFields[string]): [string, Options] {
  const { kind, describe, default: fallback } = field;
  const shown = fallback === undefined ? {} : { default: kind.read ? shortest(fallback) : fallback };
  return [
    flag,
    kind.read ? option(flag, kind.read, { describe, ...shown }) : { type: "boolean", describe, ...shown },
  ];
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
