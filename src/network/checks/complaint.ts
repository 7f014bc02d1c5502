import { nearestOf } from "../nearest.js";
import { shown, shownName } from "../shown.js";
import type { Check, Schema, Violation } from "./check.js";

/** What is wrong with a document. */
export interface Complaint {
  /** Where: a field such as `stages[1].width`; empty for the whole. Of an unknown field, the object that has it. */
  readonly path: string;
  readonly kind: "missing" | "unknown" | "wrong";
  /** What is there: of an unknown field its name, and undefined where one is missing. */
  readonly value?: unknown;
  /** What it must be. */
  readonly allowed: string;
}

/** What a check finds wrong with a value, first of all; undefined if nothing. */
export function complaintOf(check: Check, value: unknown): Complaint | undefined {
  return check(value) ? undefined : complaintOfViolations(check.errors ?? []);
}

/** A complaint as a sentence, in which the whole is `whole`. */
export function sentenceOf({ path, kind, value, allowed }: Complaint, whole = "it"): string {
  const place = path === "" ? whole : path;
  if (kind === "missing") return `${place} is missing`;
  if (kind === "unknown") return `a field of ${place} must be ${allowed}, not ${shown(value)}`;
  return `${place} must be ${allowed}, not ${shown(value)}`;
}

/** A field that is not as it has to be. */
export function wrong(path: string, value: unknown, allowed: string): Complaint {
  return { path, kind: "wrong", value, allowed };
}

/** Of the alternatives of a union the one that fits best, by where it fails; together, where all fail at once. */
function complaintOfViolations(violations: readonly Violation[]): Complaint {
  const last = violations[violations.length - 1];
  if (last.keyword !== "anyOf") return complaintOfViolation(last);
  const { instancePath, data } = last;
  const within = violations.slice(0, -1).filter((one) => one.instancePath.startsWith(instancePath));
  const deeper = within.filter((one) => one.instancePath.length > instancePath.length);
  if (deeper.length > 0) {
    return complaintOfViolation(
      deeper.reduce((a, b) => (b.instancePath.length > a.instancePath.length ? b : a)),
    );
  }
  const same = within.filter(({ keyword }) => keyword !== "anyOf");
  return wrong(fieldOf(instancePath), data, [...new Set(same.map(allowedBy))].join(" or "));
}

function complaintOfViolation(violation: Violation): Complaint {
  const { keyword, params, parentSchema, data } = violation;
  const path = fieldOf(violation.instancePath);
  switch (keyword) {
    case "required": {
      // A field that is not known may be the one that is missing, misspelt.
      const unknown = unknownField(violation);
      if (unknown !== undefined) return unknownIn(path, unknown, parentSchema);
      return { path: inner(path, String(params.missingProperty)), kind: "missing", allowed: "given" };
    }
    case "additionalProperties":
      return unknownIn(path, String(params.additionalProperty), parentSchema);
    case "discriminator":
      return wrong(inner(path, String(params.tag)), params.tagValue, "a kind of document that is known");
    default:
      return wrong(path, data, allowedBy(violation));
  }
}

function unknownIn(path: string, value: string, { properties = {} }: Schema): Complaint {
  return { path, kind: "unknown", value, allowed: oneOf(Object.keys(properties), value) };
}

/** A field of an object that may have no others than its schema names. */
function unknownField({ data, parentSchema }: Violation): string | undefined {
  const { properties = {}, additionalProperties } = parentSchema;
  if (additionalProperties !== false) return undefined;
  return Object.keys(data as object).find((name) => !Object.hasOwn(properties, name));
}

function allowedBy({ keyword, params, parentSchema, data }: Violation): string {
  if (keyword === "required") return `an object with ${params.missingProperty}`;
  return describe(parentSchema, data);
}

/** What a schema allows, in words. */
function describe(schema: Schema, given: unknown): string {
  if (schema.title !== undefined) return schema.title;
  if (schema.enum) return oneOf(schema.enum.map(String), given);
  if (schema.const !== undefined) return shown(schema.const);
  const types = typeof schema.type === "string" ? [schema.type] : (schema.type ?? []);
  return types.map((type) => TYPES[type]?.(schema) ?? type).join(" or ");
}

const TYPES: Readonly<Record<string, (schema: Schema) => string>> = {
  object: () => "an object",
  array: ({ minItems = 0, maxItems }) => {
    if (maxItems !== undefined)
      return `a list of ${minItems === maxItems ? minItems : `${minItems} to ${maxItems}`}`;
    return minItems > 0 ? `a list of at least ${minItems === 1 ? "one" : minItems}` : "a list";
  },
  string: () => "text",
  boolean: () => "true or false",
  integer: (schema) => `${schema.not ? "an odd" : "a whole"} number${range(schema)}`,
  number: (schema) => `a number${range(schema)}`,
};

function range({ minimum, maximum }: Schema): string {
  if (minimum === undefined) return "";
  return maximum === undefined ? ` of at least ${minimum}` : ` from ${minimum} to ${maximum}`;
}

/** The names there are, and the one that was probably meant. */
function oneOf(names: readonly string[], given: unknown): string {
  const nearest = typeof given === "string" && given.length < 100 ? nearestOf(given, names) : undefined;
  return `one of ${names.join(", ")}${nearest === undefined ? "" : ` (did you mean ${JSON.stringify(nearest)}?)`}`;
}

/** /stages/1/width as `stages[1].width`. */
function fieldOf(pointer: string): string {
  return pointer
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"))
    .reduce((path, part) => (/^\d{1,16}$/.test(part) ? `${path}[${part}]` : inner(path, part)), "");
}

function inner(path: string, field: string): string {
  const name = shownName(field);
  return path === "" ? name : `${path}.${name}`;
}
