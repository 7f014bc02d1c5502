/** Documents of respath as they once were, which are read as what is written now. */

import type { Complaint } from "./checks/complaint.js";
import type { NetworkRecord } from "./documents/sample/network-record.js";
import { SAMPLE_FORMAT, SAMPLE_KINDS, VALIDATION_FORMAT } from "./format.js";

type Json = Readonly<Record<string, unknown>>;

/** What samples of format 1 had of their networks among their other fields. */
const ONCE_FLAT: ReadonlySet<string> = new Set<keyof NetworkRecord>([
  "scheme",
  "alpha",
  "skipExpression",
  "survival",
  "activation",
  "normalizer",
  "position",
  "groups",
  "branchLayers",
  "weights",
  "gain",
  "architecture",
  "inputVariance",
  "depth",
  "width",
  "inputDimension",
  "imageSize",
  "images",
  "dataChecksums",
  "batch",
]);

/** A document of an older format or kind, and those in a validation, as they are written now; others as they are. */
export function currentDocument<Value>(value: Value): Value {
  if (!isObject(value)) return value;
  if (isFlatSample(value)) return sampleOf(value) as Value;
  if (isSample(value) && value.format === FLAT_UNTIL + 1) return { ...value, format: SAMPLE_FORMAT };
  if (!isValidation(value)) return value;
  const documents = Object.entries(value.documents).map(([name, one]) => [name, currentDocument(one)]);
  const { format = 1 } = value;
  return {
    ...value,
    format: format === 1 ? VALIDATION_FORMAT : format,
    documents: Object.fromEntries(documents),
  };
}

/** What is wrong with the current document of a file, by the fields that the file itself has. */
export function complaintInFile(complaint: Complaint, file: unknown): Complaint {
  if (!isObject(file)) return complaint;
  if (isFlatSample(file)) return { ...complaint, path: olderPath(complaint.path, file.kind) };
  if (!isValidation(file)) return complaint;
  for (const [name, one] of Object.entries(file.documents)) {
    const place = `documents.${name}`;
    if (!complaint.path.startsWith(`${place}.`)) continue;
    const inner = { ...complaint, path: complaint.path.slice(place.length + 1) };
    return { ...complaint, path: `${place}.${complaintInFile(inner, one).path}` };
  }
  return complaint;
}

function olderPath(path: string, kind: unknown): string {
  const field = path.replace(/^network\./, "");
  return kind === CONVOLUTIONAL && field === "width" && path !== field ? "channels" : field;
}

/** Samples of images had a kind of their own. */
const CONVOLUTIONAL = "convolutional-sample";

/** Samples of this format and before had no record of their networks; those of the next had no margins. */
const FLAT_UNTIL = 1;

function isFlatSample(value: Json): boolean {
  const { format = 1, network } = value;
  return isSample(value) && network === undefined && !(typeof format === "number" && format > FLAT_UNTIL);
}

function isSample({ kind }: Json): boolean {
  return kind === CONVOLUTIONAL || (SAMPLE_KINDS as readonly unknown[]).includes(kind);
}

function sampleOf(older: Json): Json {
  const { kind, format = 1, ...flat } = older.kind === CONVOLUTIONAL ? varianceSampleOf(older) : older;
  // Of the one convention that samples had, s_0 was 1.
  const { convention, ...fields } = flat;
  const named = convention === undefined ? fields : { inputVariance: 1, ...fields };
  const entries = Object.entries(named);
  return {
    kind,
    format: format === FLAT_UNTIL ? SAMPLE_FORMAT : format,
    network: Object.fromEntries(entries.filter(([name]) => ONCE_FLAT.has(name))),
    ...Object.fromEntries(entries.filter(([name]) => !ONCE_FLAT.has(name))),
  };
}

/** A convolutional sample: ReLU networks on images, whose prediction held the share of a kernel's taps inside the map. */
function varianceSampleOf({ channels, predicted, ...sample }: Json): Json {
  const { paddingFactor: _, ...series } = isObject(predicted) ? predicted : {};
  return {
    ...sample,
    kind: "variance-sample",
    activation: "relu",
    width: channels,
    attribution: "covariance",
    predicted: isObject(predicted) ? series : predicted,
  };
}

function isValidation(value: Json): value is Json & { readonly documents: Json } {
  return value.kind === "validation" && isObject(value.documents);
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
