/** A document with one thing in it altered, for tests of what is read from files: it must be refused in words, or used. */
import { openStream } from "../../src/random/stream.js";
import { alterationsOf, at, isField, jsonOf, named, pathsIn, replaced } from "./alterations.js";

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

function shuffle(list: unknown[], below: (bound: number) => number): void {
  for (let last = list.length - 1; last > 0; last--) {
    const other = below(last + 1);
    [list[last], list[other]] = [list[other], list[last]];
  }
}
