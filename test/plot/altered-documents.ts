/** A document with one thing in it altered, for tests of what is read from files: it must be refused in words, or used. */
import { openStream } from "../../src/random/stream.js";

export interface AlteredDocument {
  /** Where and what, such as `runs[0].steps: null`. */
  readonly name: string;
  /** The JSON text; a number beyond float64 is written as 1e999, which JSON.parse reads as Infinity. */
  readonly text: string;
  /** What JSON.parse makes of it. */
  readonly value: unknown;
}

export interface AlterationOptions {
  readonly seed?: number;
  /** No more alterations than these, drawn without order or repetition; all of them if absent. */
  readonly most?: number;
  /** Of the entries of a list, and of the lists in them, so many are altered: the first, the last, and others drawn. */
  readonly entries?: number;
}

type Path = readonly (string | number)[];

/** What takes the place of a value; nothing at all for `REMOVED`. */
type Alteration = readonly [name: string, value: unknown];

const REMOVED = Symbol("removed");
const LONG = 100_000;
const DEEP = 500;

/**
 * Every field and entry of a document removed or altered, one at a time. The document itself stays as it is.
 *
 * @example
 * ```ts
 * for (const { name, text } of alteredDocuments(document, { seed: 0, most: 500 })) {
 *   it(name, () => expectWordsOf(() => parseResultDocument(text, "a.json")));
 * }
 * ```
 */
export function* alteredDocuments(
  document: unknown,
  options: AlterationOptions = {},
): Generator<AlteredDocument, void, undefined> {
  const { seed = 0, most = Number.POSITIVE_INFINITY, entries = 3 } = options;
  const original: unknown = JSON.parse(JSON.stringify(document));
  const { nextUniform } = openStream({ seed, purpose: "altered documents" });
  const below = (bound: number) => Math.floor(nextUniform() * bound);
  const places = pathsIn(original, { entries, below }).flatMap((path) =>
    alterationsOf(at(original, path), isField(path, original)).map((alteration) => ({ path, alteration })),
  );
  if (places.length > most) shuffle(places, below);
  for (const { path, alteration } of places.slice(0, most)) {
    const [what, replacement] = alteration;
    const value = replaced(original, path, replacement);
    yield { name: `${named(path)}: ${what}`, text: jsonOf(value), value };
  }
}

/** The paths of a value and of all that is in it, of long lists a few entries. */
function pathsIn(
  value: unknown,
  of: { readonly entries: number; readonly below: (bound: number) => number },
): Path[] {
  if (typeof value !== "object" || value === null) return [[]];
  const keys = Array.isArray(value) ? someOf(value.length, of) : Object.keys(value);
  const inner = keys.flatMap((key) => pathsIn(at(value, [key]), of).map((path): Path => [key, ...path]));
  return [[], ...inner];
}

function someOf(length: number, of: Parameters<typeof pathsIn>[1]): number[] {
  if (length <= of.entries) return [...Array(length).keys()];
  const chosen = new Set([0, length - 1].slice(0, of.entries));
  while (chosen.size < of.entries) chosen.add(of.below(length));
  return [...chosen].sort((a, b) => a - b);
}

/** All that may be done to a value. */
function alterationsOf(value: unknown, mayBeRemoved: boolean): Alteration[] {
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

function at(value: unknown, path: Path): unknown {
  return path.reduce((inner, key) => (inner as Record<string | number, unknown>)[key], value);
}

/** Entries of lists are not removed alone: a list shortened is an alteration of the list. */
function isField(path: Path, original: unknown): boolean {
  return path.length > 0 && !Array.isArray(at(original, path.slice(0, -1)));
}

/** A copy with another value at the path, sharing all else with the original. */
function replaced(value: unknown, path: Path, replacement: unknown): unknown {
  if (path.length === 0) return replacement;
  const [key, ...rest] = path;
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<string, unknown>;
  if (rest.length === 0 && replacement === REMOVED) delete copy[key];
  else copy[key] = replaced(copy[key], rest, replacement);
  return copy;
}

function shuffle(list: unknown[], below: (bound: number) => number): void {
  for (let last = list.length - 1; last > 0; last--) {
    const other = below(last + 1);
    [list[last], list[other]] = [list[other], list[last]];
  }
}

function named(path: Path): string {
  const name = path.map((key) => (typeof key === "number" ? `[${key}]` : `.${key}`)).join("");
  return name.replace(/^\./, "") || "the whole";
}

const INFINITE = "\u0001infinite";

function jsonOf(value: unknown): string {
  const marked = JSON.stringify(value, (_key, one) => (one === Number.POSITIVE_INFINITY ? INFINITE : one));
  return marked.replaceAll(JSON.stringify(INFINITE), "1e999");
}
