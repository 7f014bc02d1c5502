import { withoutMark } from "../decode-text.js";
import { newerFormat } from "../format.js";
import { parseJson } from "../parse-json.js";
import type { VarianceProfile } from "../variance-profile.js";
import { tableOfCsv } from "./csv.js";
import { tableOfJson } from "./json.js";
import { ProfileError } from "./profile-error.js";
import { type ProfileTime, refuseTime, tableOfResult } from "./result.js";
import { type MeasuredTable, profileOfRows } from "./rows.js";

export interface ParseProfileOptions {
  /** Where the text comes from, for messages: a path, or "standard input". */
  readonly source: string;
  /** Which profile of a run's document, and of nothing else: before training if absent. */
  readonly time?: ProfileTime;
}

/**
 * Reads a measured variance profile from text: JSON that begins with a brace (docs/schemas/profile.schema.json, or a
 * result document of kind variance-profile, sample, variance-sample or run), else CSV with the header
 * `block,skip,branch`. The format is described in docs/your-own-network.md. The profile's `origin` is "predicted" or
 * "sampled" for a document that says so, else "measured".
 *
 * @throws ProfileError naming row and column of what is wrong; for a time, unless it is a run's document.
 * @example
 * ```ts
 * const profile = parseMeasuredProfile("block,skip,branch\n1,1,1\n2,2,1", { source: "measured.csv" });
 * pathLengths(profile).mean; // 0.8333333333333333
 * ```
 */
export function parseMeasuredProfile(text: string, options: ParseProfileOptions): VarianceProfile {
  const content = withoutMark(text);
  if (/^\s*[{[]/.test(content)) return profileOfRows(tableOfText(content, options));
  refuseTime(options);
  return profileOfRows(tableOfCsv(content, options.source));
}

function tableOfText(text: string, options: ParseProfileOptions): MeasuredTable {
  const { source } = options;
  let value: unknown;
  try {
    value = parseJsonOfPython(text);
  } catch (error) {
    throw new ProfileError({ place: source }, `is not JSON (${(error as Error).message})`);
  }
  const newer = newerFormat(value);
  if (newer) throw new ProfileError({ place: source }, newer);
  const hasKind = typeof value === "object" && value !== null && "kind" in value;
  if (hasKind) return tableOfResult(value as { readonly kind: unknown }, options);
  refuseTime(options);
  return tableOfJson(value, source);
}

const NON_FINITE = /NaN|Infinity/;

/** Python writes NaN and Infinity, which JSON lacks, as bare words; as text they are refused by row and column. */
function parseJsonOfPython(text: string): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    if (!NON_FINITE.test(text)) throw error;
    return parseJson(quoteNonFinite(text));
  }
}

function quoteNonFinite(text: string): string {
  const words = /"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/g;
  const pieces: string[] = [];
  let end = 0;
  for (let found = words.exec(text); found; found = words.exec(text)) {
    const [word] = found;
    if (word.startsWith('"')) continue;
    pieces.push(text.slice(end, found.index), `"${word}"`);
    end = words.lastIndex;
  }
  pieces.push(text.slice(end));
  return pieces.join("");
}
