import { withoutMark } from "../network/decode-text.js";
import type { ResultDocument } from "../network/documents.js";
import { DataError } from "../network/errors.js";
import { parseProbeLine, parseProbeLines, probesOfLines } from "../network/probe-lines.js";
import { RESULT_KINDS } from "./plot-of.js";

/**
 * What a field must be; `numbers` is a list in which null stands for what is not finite, and `sha256?` may be absent, as
 * it is in older documents.
 */
type Shape =
  | "string"
  | "number"
  | "number?"
  | "numbers"
  | "object"
  | "sha256?"
  | { readonly [field: string]: Shape }
  | readonly [Shape];

const SERIES = { mean: "numbers", se: "numbers" } as const;
const COMPARISON = { mean: "number?", se: "number?", theory: "number?" } as const;
const VERDICT = { status: "string", reason: "string" } as const;
const BLOCKS = [{ block: "number", skip: "number?", branch: "number?" }] as const;

const RUN = {
  model: "string",
  scheme: "string",
  depth: "number",
  batch: "number",
  learningRate: "number",
  seed: "number",
  imageSize: "number",
  outcome: "string",
  reason: "string",
  steps: "number",
  lossCurve: "numbers",
  testAccuracy: "number?",
  testImages: "number",
  weightsSha256: "sha256?",
  profile: { before: BLOCKS, after: BLOCKS },
} as const;

const COMPARED = {
  depth: "number",
  activation: "string",
  schemes: [
    {
      title: "string",
      quantile97: "number",
      law: { k: "numbers", cdf: "numbers" },
      growth: { block: "numbers", log10: "numbers" },
    },
  ],
} as const;

const PROFILE_PATH_LENGTHS = {
  source: "string",
  depth: "number",
  mean: "number",
  within: "object",
  beyond: "object",
  pmf: "numbers",
} as const;

/** The fields that the picture of each kind needs. */
const SHAPES: Readonly<Record<ResultDocument["kind"], Shape>> = {
  "path-lengths": {
    scheme: "string",
    activation: "string",
    depth: "number",
    mean: "number",
    within: "object",
    beyond: "object",
    pmf: "numbers",
  },
  "measured-path-lengths": PROFILE_PATH_LENGTHS,
  "sampled-path-lengths": PROFILE_PATH_LENGTHS,
  "predicted-path-lengths": PROFILE_PATH_LENGTHS,
  comparison: COMPARED,
  design: {
    solve: "string",
    within: "number",
    probability: "number?",
    answer: "string",
    comparison: COMPARED,
  },
  "variance-profile": {
    scheme: "string",
    activation: "string",
    depth: "number",
    skip: "numbers",
    branch: "numbers",
    overflowBlock: "number?",
  },
  sample: {
    scheme: "string",
    activation: "string",
    depth: "number",
    width: "number",
    batch: "number",
    trials: "number",
    skip: SERIES,
    branch: SERIES,
    shares: SERIES,
    meanLength: COMPARISON,
    predicted: { skip: "numbers", branch: "numbers", shares: "numbers" },
    verdict: VERDICT,
  },
  "variance-sample": {
    scheme: "string",
    activation: "string",
    depth: "number",
    width: "number",
    batch: "number",
    trials: "number",
    skip: SERIES,
    branch: SERIES,
    predicted: { skip: "numbers", branch: "numbers" },
    verdict: VERDICT,
  },
  "backward-sample": {
    scheme: "string",
    activation: "string",
    depth: "number",
    width: "number",
    batch: "number",
    trials: "number",
    squaredNorm: SERIES,
    growth: COMPARISON,
    shares: SERIES,
    meanLength: COMPARISON,
    predicted: { logSquaredNorm: "numbers", shares: "numbers" },
    verdict: VERDICT,
  },
  "sample-extrapolation": {
    scheme: "string",
    activation: "string",
    depth: "number",
    along: "string",
    sizes: "numbers",
    trials: "numbers",
    numbers: [
      { label: "string", points: [COMPARISON], limit: COMPARISON, slope: "number", slopeError: "number" },
    ],
    verdict: VERDICT,
  },
  "convolutional-sample": {
    scheme: "string",
    depth: "number",
    channels: "number",
    imageSize: "number",
    batch: "number",
    trials: "number",
    slopeFrom: "number",
    skip: SERIES,
    skipSecondMoment: SERIES,
    movingMeanSquared: SERIES,
    predicted: { skip: "numbers", skipSecondMoment: "numbers", movingMeanSquared: "numbers" },
    slopes: { skip: COMPARISON, skipSecondMoment: COMPARISON, movingMeanSquared: COMPARISON },
  },
  run: RUN,
  trainability: { runs: [RUN] },
  probes: {
    runs: [
      [
        {
          model: "string",
          scheme: "string",
          depth: "number",
          images: "number",
          imagesFrom: "string",
          step: "number",
          epoch: "number",
        },
      ],
    ],
  },
  validation: { claims: [{ title: "string", numbers: [{ label: "string" }] }] },
};

/**
 * Reads a result document from its JSON text, or from the lines of one probe.jsonl or of several, and checks what its picture
 * needs.
 *
 * @param source where the text comes from, for the message: a path, or "standard input".
 * @throws DataError when the text is not JSON, is not a result document, or lacks a field.
 */
export function parseResultDocument(content: string, source: string): ResultDocument {
  const text = withoutMark(content);
  const value = parseProbeLine(text.split("\n", 1)[0])
    ? probesOfLines(parseProbeLines(text, source))
    : parseJson(text, source);
  const kind = (value as { kind?: unknown } | null)?.kind;
  if (!RESULT_KINDS.includes(kind as ResultDocument["kind"])) {
    const given = kind === undefined ? "has no kind" : `has the kind ${JSON.stringify(kind)}`;
    throw new DataError(
      `${source} ${given}; a result document of respath has one of ${RESULT_KINDS.join(", ")}`,
    );
  }
  const complaint = complaintAbout(value, SHAPES[kind as ResultDocument["kind"]], "");
  if (complaint) {
    throw new DataError(
      `${source} is not a complete ${kind} document: ${complaint}; make it again with --json`,
    );
  }
  return value as ResultDocument;
}

function parseJson(text: string, source: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const why = text.trim() === "" ? "it is empty" : (error as Error).message.replace(/\s+/g, " ");
    throw new DataError(`${source} is not JSON (${why}); give what a respath command prints with --json`);
  }
}

function complaintAbout(value: unknown, shape: Shape, path: string): string | null {
  const expected = (what: string) => `${path || "it"} must be ${what}, not ${shown(value)}`;
  switch (shape) {
    case "string":
      return typeof value === "string" ? null : expected("text");
    case "number":
      return typeof value === "number" ? null : expected("a number");
    case "number?":
      return typeof value === "number" || value === null ? null : expected("a number or null");
    case "object":
      return isObject(value) ? null : expected("an object");
    case "sha256?":
      return value === undefined || (typeof value === "string" && /^[0-9a-f]{64}$/.test(value))
        ? null
        : expected("64 hexadecimal digits");
    case "numbers":
      return Array.isArray(value) &&
        value.length > 0 &&
        value.every((one) => one === null || typeof one === "number")
        ? null
        : expected("a list of numbers");
  }
  if (Array.isArray(shape)) {
    if (!Array.isArray(value)) return expected("a list");
    return firstComplaint(value.map((one, index) => [one, shape[0], `${path}[${index}]`]));
  }
  if (!isObject(value)) return expected("an object");
  return firstComplaint(
    Object.entries(shape).map(([field, inner]) => [
      value[field],
      inner,
      path === "" ? field : `${path}.${field}`,
    ]),
  );
}

function firstComplaint(checks: readonly (readonly [unknown, Shape, string])[]): string | null {
  for (const [value, shape, path] of checks) {
    const complaint = complaintAbout(value, shape, path);
    if (complaint) return complaint;
  }
  return null;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function shown(value: unknown): string {
  if (value === undefined) return "missing";
  const text = JSON.stringify(value);
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
