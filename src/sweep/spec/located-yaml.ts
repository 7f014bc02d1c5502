import { isMap, isNode, isPair, isScalar, isSeq, LineCounter, type Node, parseDocument, visit } from "yaml";
import { shown } from "../../network/shown.js";
import { SpecError } from "./spec-error.js";

/** Keys and indices from the outermost object: ["grid", "lr", 2]. */
export type SpecPath = readonly (string | number)[];

/** What a text of YAML or JSON says, and where. */
export interface LocatedYaml {
  readonly value: unknown;
  /** `sweep.yaml line 7`: where that value stands, its key where it has one, or the nearest thing around it that is there. */
  readonly placeOf: (path: SpecPath) => string;
}

/** Characters of a file. Longer ones are not written by hand, and some of them keep the parser busy for minutes. */
const MOST_CHARACTERS = 2 ** 20;

/**
 * Reads YAML 1.2 (its core schema, whatever a %YAML line says), of which JSON is a part. Anchors and aliases are understood, as long
 * as they do not multiply; tags are not.
 *
 * @throws SpecError naming the line: for what is not YAML, keys given twice, and numbers that are not what they look like.
 */
export function readYaml(text: string, source: string): LocatedYaml {
  if (text.length > MOST_CHARACTERS) {
    throw new SpecError(source, `must be at most ${MOST_CHARACTERS} characters, not ${text.length}`);
  }
  const lines = new LineCounter();
  const document = parseDocument(text, {
    ...{ lineCounter: lines, prettyErrors: false, logLevel: "error", schema: "core" },
    ...{ merge: false, resolveKnownTags: false, stringKeys: true },
    // The parser compares each key with every other.
    uniqueKeys: false,
  });
  const place = (offset: number) => `${source} line ${Math.max(1, lines.linePos(offset).line)}`;
  // Of the warnings all but a tag can be passed over, such as a closing bracket below its key.
  const tags = document.warnings.filter(({ code }) => code === "TAG_RESOLVE_FAILED");
  const [problem] = [...document.errors, ...tags];
  if (problem) throw new SpecError(place(problem.pos[0]), inWords(problem.message));
  const root: Node | null = document.contents;
  visit(document, {
    Map: (_key, { items }) => {
      const seen = new Set<unknown>();
      for (const { key } of items) {
        const name = isScalar(key) ? key.value : undefined;
        if (seen.has(name)) throw new SpecError(place(startOf(key)), `${shown(name)} is there twice`);
        seen.add(name);
      }
    },
    Alias: (_key, alias) => {
      if (alias.resolve(document)) return;
      throw new SpecError(place(startOf(alias)), `*${alias.source} stands for nothing above it`);
    },
    Scalar: (_key, scalar) => {
      const wrong = mistakenNumber(scalar.value, scalar.source);
      if (wrong !== undefined) throw new SpecError(place(startOf(scalar)), wrong);
    },
  });
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    const [message] = (error as Error).message.split("\n");
    throw new SpecError(
      source,
      /^Excessive/.test(message) ? "its aliases stand for too much" : inWords(message),
    );
  }
  return { value, placeOf: (path) => place(offsetOf(root, path)) };
}

/** Of a number that is not what it looks like, what is wrong with it. */
function mistakenNumber(value: unknown, source: string | undefined): string | undefined {
  if (typeof value !== "number" || source === undefined) return undefined;
  if (/^[-+]?0\d/.test(source))
    return `${source} begins with 0: write ${value}, or "${source}" in quotes for text`;
  if (!/^[-+]?\d+$/.test(source) || BigInt(source.replace("+", "")) === BigInt(value)) return undefined;
  return `${source} has more digits than a number keeps (it would be ${value}): write it in quotes for text`;
}

function inWords(message: string): string {
  if (message === "Maximum call stack size exceeded")
    return "it has too many lists and objects in each other";
  if (/^Source contains multiple documents/.test(message)) return "a second document begins here";
  return message.replace(/\s+/g, " ");
}

/** Where the value at a path begins, its key where it has one. */
function offsetOf(root: Node | null, path: SpecPath): number {
  let [node, offset]: [unknown, number] = [root, startOf(root)];
  for (const step of path) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && key.value === step);
      if (!pair) return offset;
      [node, offset] = [pair.value, startOf(pair.key)];
    } else if (isSeq(node) && typeof step === "number" && node.items[step] !== undefined) {
      const item = node.items[step];
      [node, offset] = [item, startOf(isPair(item) ? item.key : item)];
    } else return offset;
  }
  return offset;
}

function startOf(node: unknown): number {
  return isNode(node) ? (node.range?.[0] ?? 0) : 0;
}
