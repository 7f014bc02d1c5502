/** Files that are altered in any of the ways of this folder: what reads them must refuse them in words, or use them. */
import { type Alteration, alterationsOf, at, drawnPath, isField, named, replaced } from "./alterations.js";
import { alteredBytes, joinedAnywhere } from "./altered-bytes.js";
import { type Draw, drawing } from "./draw.js";
import type { Form } from "./forms.js";

/** A kind of file that is read somewhere. */
export interface FileKind {
  readonly name: string;
  /** Files of the kind that are used as they are; older formats among them. */
  readonly originals: readonly Uint8Array[];
  readonly form: Form;
  /** Reads a file as a command would and does with it what follows. @throws what it is refused by. */
  readonly use: (bytes: Uint8Array) => unknown;
  /** So many times longer than the others its use takes, about: it is altered as many times less often; 1 if absent. */
  readonly cost?: number;
}

export interface AlteredFile {
  /** What was done, such as `runs[0].steps: null`. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface AlteredFileOptions {
  readonly seed: number;
  readonly index: number;
  /** What parts are taken over from. */
  readonly others: readonly FileKind[];
}

/** The altered file of a number: equal numbers give equal files. */
export function alteredFile(kind: FileKind, { seed, index, others }: AlteredFileOptions): AlteredFile {
  const draw = drawing(seed, `altered ${kind.name}`, index);
  const original = draw.oneOf(kind.originals);
  const way = WAYS[index % WAYS.length];
  return way(kind, original, { draw, others });
}

interface Means {
  readonly draw: Draw;
  readonly others: readonly FileKind[];
}

type Way = (kind: FileKind, original: Uint8Array, means: Means) => AlteredFile;

const inOnePlace: Way = (kind, original, { draw }) => inPlaces(kind, original, { draw, count: 1 });
const inSeveralPlaces: Way = (kind, original, { draw }) =>
  inPlaces(kind, original, { draw, count: 2 + draw.below(4) });

/** A part of another file, of this kind or another, in the place of a part of this one; or one's beginning and another's end. */
const spliced: Way = ({ form }, original, { draw, others }) => {
  const from = draw.oneOf(others);
  const source = draw.oneOf(from.originals);
  if (draw.below(3) === 0) {
    return { name: `continued as a ${from.name}`, bytes: joinedAnywhere(original, source, draw) };
  }
  const [value, theirs] = [form.open(original), from.form.open(source)];
  const path = drawnPath(value, draw);
  // A field of the same name fits best.
  const tries = Array.from({ length: 1 + draw.below(20) }, () => drawnPath(theirs, draw));
  const there = tries.find((one) => one.at(-1) === path.at(-1)) ?? tries[0];
  return {
    name: `${named(path)}: ${named(there)} of a ${from.name}`,
    bytes: form.close(replaced(value, path, at(theirs, there)), original),
  };
};

const asBytes: Way = (_kind, original, { draw }) => {
  const { what, bytes } = alteredBytes(original, draw);
  return { name: what, bytes };
};

const WAYS = [inOnePlace, inSeveralPlaces, spliced, asBytes];

function inPlaces(
  { form }: FileKind,
  original: Uint8Array,
  { draw, count }: { readonly draw: Draw; readonly count: number },
): AlteredFile {
  let value = form.open(original);
  const names: string[] = [];
  for (let done = 0; done < count; done++) {
    const path = drawnPath(value, draw);
    const [what, replacement]: Alteration = draw.oneOf(alterationsOf(at(value, path), isField(path, value)));
    value = replaced(value, path, replacement);
    names.push(`${named(path)}: ${what}`);
  }
  return { name: names.join("; "), bytes: form.close(value, original) };
}
