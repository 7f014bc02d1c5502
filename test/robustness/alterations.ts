/** Where a document can be altered, and into what. */

import type { Draw } from "./draw.js";

/** Fields and indices, from the whole inwards. */
export type Path = readonly (string | number)[];

/** What takes the place of a value; nothing at all for `REMOVED`. */
export type Alteration = readonly [name: string, value: unknown];

const REMOVED = Symbol("removed");
const LONG = 100_000;
const DEEP = 500;

/** The paths of a value and of all that is in it, of long lists a few entries. */
export function pathsIn(
  value: unknown,
  of: { readonly entries: number; readonly below: (bound: number) => number },
): Path[] {
  if (typeof value !== "object" || value === null) return [[]];
  const keys = Array.isArray(value) ? someOf(value.length, of) : Object.keys(value);
  const inner = keys.flatMap((key) => pathsIn(at(value, [key]), of).map((path): Path => [key, ...path]));
  return [[], ...inner];
}

/** A path drawn from the whole inwards: most often that of a text, a number or another single value. */
export function drawnPath(value: unknown, { below, oneOf }: Draw): Path {
  const path: (string | number)[] = [];
  for (let inner = value; typeof inner === "object" && inner !== null; inner = at(inner, path.slice(-1))) {
    const keys = Array.isArray(inner) ? [...inner.keys()] : Object.keys(inner);
    if (keys.length === 0 || below(8) === 0) break;
    path.push(oneOf(keys as (string | number)[]));
  }
  return path;
}

function someOf(length: number, of: Parameters<typeof pathsIn>[1]): number[] {
  if (length <= of.entries) return [...Array(length).keys()];
  const chosen = new Set([0, length - 1].slice(0, of.entries));
  while (chosen.size < of.entries) chosen.add(of.below(length));
  return [...chosen].sort((a, b) => a - b);
}

/** All that may be done to a value. */
export function alterationsOf(value: unknown, mayBeRemoved: boolean): Alteration[] {
  const own = typeOf(value);
  const others: readonly Alteration[] = [
    ["null", null],
    ["true", true],
    ["a number", 7],
    ["a text", "seven"],
    ["an empty list", []],
    ["an empty object", {}],
  ];
  return [
    ...(mayBeRemoved ? [["removed", REMOVED] as const] : []),
    ...others.filter(([, other]) => JSON.stringify(other) !== JSON.stringify(value)),
    ...(own === "number" ? alteredNumbers(value as number) : []),
    ...(own === "string" ? alteredTexts(value as string) : []),
    ...(own === "list" ? alteredLists(value as readonly unknown[]) : []),
    ...(own === "object" ? alteredObjects(value as Readonly<Record<string, unknown>>) : []),
  ];
}

function alteredNumbers(value: number): Alteration[] {
  const numbers = [0, -1, 0.5, 1e308, -1e308, 1e-320, 2 ** 53 + 2, Number.POSITIVE_INFINITY];
  return [
    ...numbers.filter((one) => one !== value).map((one): Alteration => [String(one), one]),
    ["the same as a text", String(value)],
  ];
}

function alteredTexts(value: string): Alteration[] {
  return [
    ["an empty text", ""],
    ["a very long text", value.padEnd(LONG, "long ")],
    ["markup", '</script><img src="x" onerror="alert(1)"> & \u001b[31m\n\u0000'],
    ["the name of what every object has", "__proto__"],
  ];
}

function alteredLists(value: readonly unknown[]): Alteration[] {
  if (value.length === 0) return [["one entry more", [null]]];
  return [
    ["shortened by one", value.slice(0, -1)],
    ["one entry more", [...value, value.at(-1)]],
    ["a list in a list", [value]],
    ["nested deep", nested(value)],
    ["an object of its entries", { ...value }],
  ];
}

function alteredObjects(value: Readonly<Record<string, unknown>>): Alteration[] {
  return [
    ["a list of its fields", Object.values(value)],
    ["a field more", { ...value, ["a field of a later version"]: { a: [1] } }],
    ["nested deep", nested(value)],
  ];
}

function nested(value: unknown): unknown {
  let deep = value;
  for (let depth = 0; depth < DEEP; depth++) deep = [deep];
  return deep;
}

function typeOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "list" : typeof value;
}

export function at(value: unknown, path: Path): unknown {
  return path.reduce((inner, key) => (inner as Record<string | number, unknown>)[key], value);
}

/** Entries of lists are not removed alone: a list shortened is an alteration of the list. */
export function isField(path: Path, original: unknown): boolean {
  return path.length > 0 && !Array.isArray(at(original, path.slice(0, -1)));
}

/** A copy with another value at the path, sharing all else with the original. */
export function replaced(value: unknown, path: Path, replacement: unknown): unknown {
  if (path.length === 0) return replacement;
  const [key, ...rest] = path;
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<string, unknown>;
  if (rest.length === 0 && replacement === REMOVED) delete copy[key];
  else copy[key] = replaced(copy[key], rest, replacement);
  return copy;
}

export function named(path: Path): string {
  const name = path.map((key) => (typeof key === "number" ? `[${key}]` : `.${key}`)).join("");
  return name.replace(/^\./, "") || "the whole";
}

const INFINITE = "\u0001infinite";

/** JSON, in which numbers beyond float64 are 1e999; none of what JSON does not have. */
export function jsonOf(value: unknown): string {
  const marked = JSON.stringify(value, (_key, one) => (one === Number.POSITIVE_INFINITY ? INFINITE : one));
  return marked.replaceAll(JSON.stringify(INFINITE), "1e999");
}
