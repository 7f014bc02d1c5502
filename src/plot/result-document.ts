import { check } from "../network/checks/compiled/result.js";
import { complaintOf, sentenceOf } from "../network/checks/complaint.js";
import { withoutMark } from "../network/decode-text.js";
import { inconsistencyOf } from "../network/documents/inconsistency.js";
import type { ResultDocument } from "../network/documents.js";
import { DataError } from "../network/errors.js";
import { newerFormat } from "../network/format.js";
import { currentDocument } from "../network/older-documents.js";
import { parseJson } from "../network/parse-json.js";
import { parseProbeLines, probesOfLines } from "../network/probe-lines.js";
import { shown } from "../network/shown.js";
import { RESULT_KINDS } from "./plots.js";

/**
 * Reads a result document from its JSON text, or from the lines of one probe.jsonl or of several, and checks it
 * (docs/schemas/result.schema.json): what is returned can be drawn.
 *
 * @param source where the text comes from, for the message: a path, or "standard input".
 * @throws DataError when the text is not JSON, is not a result document, or lacks a field.
 */
export function parseResultDocument(content: string, source: string): ResultDocument {
  const text = withoutMark(content);
  const given = isProbes(text) ? probesOfLines(parseProbeLines(text, source)) : documentOf(text, source);
  const value = currentDocument(given);
  const newer = newerFormat(value);
  if (newer) throw new DataError(`${source} ${newer}`);
  const kind = (value as { kind?: unknown } | null)?.kind;
  if (!RESULT_KINDS.includes(kind as ResultDocument["kind"])) {
    const has = kind === undefined ? "has no kind" : `has the kind ${shown(kind)}`;
    throw new DataError(
      `${source} ${has}; a result document of respath has one of ${RESULT_KINDS.join(", ")}`,
    );
  }
  const complaint = complaintOf(check, value) ?? inconsistencyOf(value as ResultDocument);
  if (complaint) {
    throw new DataError(
      `${source} is not a complete ${kind} document: ${sentenceOf(complaint)}; make it again with --json`,
    );
  }
  return value as ResultDocument;
}

/** Whether a text is that of a probe.jsonl, by its first line. */
function isProbes(text: string): boolean {
  try {
    const first = parseJson(text.split("\n", 1)[0]) as { readonly kind?: unknown } | null;
    return first?.kind === "probe";
  } catch {
    return false;
  }
}

function documentOf(text: string, source: string): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    const why = (error as Error).message;
    throw new DataError(`${source} is not JSON (${why}); give what a respath command prints with --json`);
  }
}
