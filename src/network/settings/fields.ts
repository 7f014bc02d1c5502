import type { Kind } from "./kinds.js";
import type { FieldRecord } from "./records.js";

/** One setting: all that the command line, the checks and what is written need to know of it. */
export interface Field<Given, Value = Given> extends FieldRecord {
  readonly kind: Kind<Given, Value>;
  /** Its option on the command line, where that is not its name in kebab case. */
  readonly flag?: string;
  /** What --help says of the option; absent: the command line has none. */
  readonly describe?: string;
  /** What it is where it is absent, as --help says behind its description. */
  readonly default?: Given;
  /** The same where --help does not say it: most often since other settings decide whether there is any. */
  readonly usual?: Given;
  /** What stands for it in documents and journals from before there was such a setting; absent: it always was there. */
  readonly before?: Value;
}

/** What a caller may set, by the settings that were checked; `Derived` are those whose default follows from others. */
export type Fields<Settings, Checked, Derived extends keyof Checked = never> = {
  readonly [Name in keyof Checked]-?: FieldOf<
    Name extends keyof Settings ? NonNullable<Settings[Name]> : never,
    NonNullable<Checked[Name]>,
    undefined extends Checked[Name] ? true : Name extends Derived ? true : false
  >;
};

/** A setting that is always there once it is checked has a default. */
type FieldOf<Given, Value, CanBeAbsent extends boolean> = Field<Given, Value> &
  (CanBeAbsent extends true ? unknown : { readonly default: Given } | { readonly usual: Given });

/** Fields of which no more than that is known. */
export type AnyFields = Readonly<Record<string, Field<never, unknown>>>;

export type CheckOptions<Settings, Checked, Derived extends keyof Checked> = {
  readonly fields: Fields<Settings, Checked, Derived>;
  readonly settings: NoInfer<Settings>;
  /** What a complaint calls a setting; its name in words if absent. */
  readonly argumentOf?: (name: string) => string;
} & ([Derived] extends [never] ? unknown : { readonly usual: Usual<Checked, Derived> });

/** The defaults that follow from other settings; each is told those that stand before it. */
type Usual<Checked, Derived extends keyof Checked> = {
  readonly [Name in Derived]: (before: Checked) => Checked[Name];
};

/**
 * The settings checked, with their defaults, in the order of the fields; what is absent stays so.
 *
 * @throws InvalidArgumentError naming the first that cannot be.
 */
export function checkFields<Settings, Checked, Derived extends keyof Checked = never>(
  options: CheckOptions<Settings, Checked, Derived>,
): Checked {
  const { fields, settings, argumentOf = inWords } = options;
  const usual = "usual" in options ? options.usual : {};
  const given = settings as Readonly<Record<string, unknown>>;
  const derived = usual as Readonly<Record<string, ((before: object) => unknown) | undefined>>;
  const checked: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(fields as AnyFields)) {
    const value = given[name] ?? derived[name]?.(checked) ?? field.default ?? field.usual;
    checked[name] = value === undefined ? undefined : field.kind.check(argumentOf(name), value as never);
  }
  return checked as Checked;
}

/** `learningRate` is learning-rate. */
export function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** `learningRate` is "learning rate". */
export function inWords(name: string): string {
  return kebab(name).replaceAll("-", " ");
}

/** Those of some values that are settings and are there, in the order of the fields. */
export function pickFields<Settings, Checked, Derived extends keyof Checked = never>(
  fields: Fields<Settings, Checked, Derived>,
  values: NoInfer<Checked>,
): Checked {
  const names = Object.keys(fields) as (keyof Checked)[];
  return Object.fromEntries(
    names.flatMap((name) => (values[name] === undefined ? [] : [[name, values[name]]])),
  ) as Checked;
}
