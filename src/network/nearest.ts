import { closest, distance } from "fastest-levenshtein";
import { InvalidArgumentError } from "./errors.js";

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
  const candidate = closest(value.toLowerCase(), names);
  const isNear = distance(value.toLowerCase(), candidate) <= Math.max(2, value.length / 3);
  const hint = isNear ? ` (did you mean ${JSON.stringify(candidate)}?)` : "";
  throw new InvalidArgumentError(argument, value, `one of ${names.join(", ")}${hint}`);
}

/** The one of `names` with the fewest letters to change; undefined if there is none. */
export function nearestOf(value: string, names: readonly string[]): string | undefined {
  return names.length === 0 ? undefined : closest(value, names);
}
