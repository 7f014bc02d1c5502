import { closest, distance } from "fastest-levenshtein";
import { InvalidArgumentError } from "./errors.js";

/** The name nearest to `value`, if it is near: not all letters differ, and at most two or a third of them. */
export function nearestOf<Name extends string>(value: string, names: readonly Name[]): Name | undefined {
  if (names.length === 0) return undefined;
  const given = value.toLowerCase();
  const candidate = closest(given, names) as Name;
  const most = Math.min(Math.max(2, given.length / 3), given.length - 1);
  return distance(given, candidate.toLowerCase()) <= most ? candidate : undefined;
}

/** The one of `names` that `value` is, in any case and with or without its hyphens; undefined if it is none. */
export function findName<Name extends string>(value: string, names: readonly Name[]): Name | undefined {
  const letters = (name: string) =>
    name
      .trim()
      .toLowerCase()
      .replace(/[\s_-]/g, "");
  const given = letters(value);
  return names.find((name) => name === value) ?? names.find((name) => letters(name) === given);
}

/**
 * Returns the one of `names` that `value` is ({@link findName}); otherwise throws {@link InvalidArgumentError} naming the
 * nearest one (when it is near) and all of them.
 */
export function requireOneOf<Name extends string>(
  argument: string,
  value: string,
  names: readonly Name[],
): Name {
  const found = findName(value, names);
  if (found !== undefined) return found;
  const nearest = nearestOf(value, names);
  const hint = nearest === undefined ? "" : ` (did you mean ${JSON.stringify(nearest)}?)`;
  throw new InvalidArgumentError(argument, value, `one of ${names.join(", ")}${hint}`);
}
