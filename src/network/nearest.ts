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

/**
 * Returns `value` if it is one of `names`; otherwise throws {@link InvalidArgumentError} naming the nearest
 * one (when it is near) and all of them.
 */
export function requireOneOf<Name extends string>(
  argument: string,
  value: string,
  names: readonly Name[],
): Name {
  if ((names as readonly string[]).includes(value)) return value as Name;
  const nearest = nearestOf(value, names);
  const hint = nearest === undefined ? "" : ` (did you mean ${JSON.stringify(nearest)}?)`;
  throw new InvalidArgumentError(argument, value, `one of ${names.join(", ")}${hint}`);
}
