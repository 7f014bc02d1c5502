import { CHECKS } from "../network/checks/compiled/by-kind.js";
import { complaintOf, sentenceOf } from "../network/checks/complaint.js";
import { withoutMark } from "../network/decode-text.js";
import { inconsistencyOf } from "../network/documents/inconsistency.js";
import type { ResultDocument } from "../network/documents.js";
import { DataError } from "../network/errors.js";
import { newerFormat } from "../network/format.js";
import { complaintInFile, currentDocument } from "../network/older-documents.js";
import { parseJson, parseJsonIfAny } from "../network/parse-json.js";
import { shown } from "../network/shown.js";
import { RESULT_KINDS } from "./plots.js";

/**
 * Reads a result document from its JSON text, or from the lines of one probe.jsonl or of several, and checks it
 * (docs/schemas/result.schema.json): what is returned can be drawn. The check of its kind is loaded for it, and no other.
 *
 * @param source where the text comes from, for the message: a path, or "standard input".
 * @throws DataError when the text is not JSON, is not a result document, or lacks a field.
 */
export async function parseResultDocument(content: string, source: string): Promise<ResultDocument> {
  const text = withoutMark(content);
  if (isProbes(text)) {
    const { parseProbeLines, probesOfLines } = await import("../network/probe-lines.js");
    return probesOfLines(parseProbeLines(text, source));
  }
  const file = documentOf(text, source);
  const newer = newerFormat(file);
  if (newer) throw new DataError(`${source} ${newer}`);
  const value = currentDocument(file);
  const kind = (value as { kind?: unknown } | null)?.kind;
  if (!isResultKind(kind)) {
    const given = kind === undefined ? "has no kind" : `has the kind ${shown(kind)}`;
    throw new DataError(
      `${source} ${given}; a result document of respath has one of ${RESULT_KINDS.join(", ")}`,
    );
  }
  const { check } = await CHECKS[kind]();
  const complaint = complaintOf(check, value) ?? inconsistencyOf(value as ResultDocument);
  if (complaint) {
    throw new DataError(
      `${source} is not a complete ${kind} document: ${sentenceOf(complaintInFile(complaint, file))}; make it again with --json`,
    );
  }
  const document = value as ResultDocument;
  if (document.kind === "design" && document.comparison === undefined) {
    throw new DataError(`${source} has no picture: it is a design without other schemes beside it`);
  }
  return document;
}

function isResultKind(kind: unknown): kind is ResultDocument["kind"] {
  return (RESULT_KINDS as readonly unknown[]).includes(kind);
}

/** Whether a text is that of a probe.jsonl, by its first line; that of another document may be all of it. */
function isProbes(text: string): boolean {
  const first = text.split("\n", 1)[0];
  if (!/"kind"\s*:\s*"probe"/.test(first)) return false;
  return (parseJsonIfAny(first) as { readonly kind?: unknown } | null | undefined)?.kind === "probe";
}

function documentOf(text: string, source: string): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    const why = (error as Error).message;
    throw new DataError(`${source} is not JSON (${why}); give what a respath command prints with --json`);
  }
}
