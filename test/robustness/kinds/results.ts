import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { measuredPathLengths } from "../../../src/analytic/index.js";
import { decodeText } from "../../../src/network/decode-text.js";
import { parseMeasuredProfile } from "../../../src/network/index.js";
import { PROFILE_KINDS, PROFILE_TIMES } from "../../../src/network/measured-profile/index.js";
import { tableOf } from "../../../src/notebook/table-of.js";
import { parseResultDocument, plotOf, RESULT_KINDS, renderPlot } from "../../../src/plot/index.js";
import { convolutionalSampleDocument, probesDocument, sampleDocument } from "../../plot/documents.js";
import { smallDocuments } from "../../plot/small-documents.js";
import type { FileKind } from "../altered-files.js";
import { CSV, JSON_LINES, JSON_TEXT } from "../forms.js";

const root = join(import.meta.dirname, "../../..");
const results = join(root, "results");
const profiles = join(root, "test/fixtures/profiles");
/** Of the committed documents, those that can be read some thousand times. */
const LARGEST = 60_000;
const bytesOf = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value));

/** Result documents of every kind: drawn, and tabled. Committed ones and those of former versions are among the originals. */
export async function resultKinds(): Promise<FileKind[]> {
  const documents = await smallDocuments();
  const committed = committedDocuments();
  return RESULT_KINDS.map((kind) => ({
    name: `result of the kind ${kind}`,
    originals: [documents[kind], ...older(kind)].map(bytesOf).concat(committed.get(kind) ?? []),
    form: JSON_TEXT,
    use: (bytes) => drawn(bytes, kind),
  }));
}

/** Of every so many altered documents that are used, one is rendered as well, which takes as long as drawing a hundred. */
const RENDERED = 50;
let used = 0;

async function drawn(bytes: Uint8Array, kind: string): Promise<void> {
  const text = decodeText(bytes);
  const document = await parseResultDocument(text, "a.json");
  const spec = plotOf(document);
  JSON.stringify(spec);
  tableOf(document);
  if (used++ % RENDERED === 0) await renderPlot(spec, "svg");
  if (!(PROFILE_KINDS as readonly string[]).includes(kind)) return;
  for (const time of kind === "run" ? [undefined, ...PROFILE_TIMES] : [undefined]) measured(text, time);
}

function measured(text: string, time?: (typeof PROFILE_TIMES)[number]): void {
  const profile = parseMeasuredProfile(text, { source: "a.json", time });
  const law = measuredPathLengths({ profile, source: "a.json", within: [2] });
  JSON.stringify(plotOf(law));
}

/** Documents of a kind as they were before formats, and before a network was a field. */
function older(kind: string): unknown[] {
  const { network, format: _, ...sample } = sampleDocument({ scheme: "batchnorm", depth: 4 });
  const of = { sample: [{ ...sample, ...network }], "variance-sample": [convolutionalSampleDocument(4)] };
  return of[kind as keyof typeof of] ?? [];
}

function committedDocuments(): ReadonlyMap<string, Uint8Array[]> {
  const found = new Map<string, Uint8Array[]>();
  for (const name of (readdirSync(results, { recursive: true }) as string[]).sort()) {
    if (!name.endsWith(".json") || name.startsWith("bench")) continue;
    const bytes = readFileSync(join(results, name));
    if (bytes.length > LARGEST) continue;
    const { kind } = JSON.parse(bytes.toString());
    found.set(kind, [...(found.get(kind) ?? []), bytes]);
  }
  return found;
}

/** Profiles that people write, as JSON and as spreadsheets' CSV, and lines of probes. */
export function profileKinds(): FileKind[] {
  const files = readdirSync(profiles).map((name) => ({ name, bytes: readFileSync(join(profiles, name)) }));
  const isJson = ({ name }: { readonly name: string }) => name.endsWith(".json");
  const use = (bytes: Uint8Array) => measured(decodeText(bytes));
  const named = {
    source: "a network",
    depth: 2,
    blocks: [
      { block: 1, skip: 1, branch: 0.5, name: "a" },
      { block: 2, skip: 2, branch: 1 },
    ],
  };
  const probes = probesDocument({ depth: 2, epochs: 1 }).runs[0].slice(0, 3);
  const lines = probes.map((line) => `${JSON.stringify(line)}\n`).join("");
  return [
    { name: "profile in JSON", originals: [bytesOf(named)], form: JSON_TEXT, use },
    {
      name: "profile in CSV",
      originals: [
        ...files.filter((file) => !isJson(file)).map(({ bytes }) => bytes),
        Buffer.from("block,skip,branch\n1,1,1\n2,2,1\n"),
      ],
      form: CSV,
      use,
    },
    {
      name: "probe.jsonl",
      originals: [Buffer.from(lines)],
      form: JSON_LINES,
      use: (bytes) => drawn(bytes, "probes"),
    },
  ];
}
