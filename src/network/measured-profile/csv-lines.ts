import { parse } from "csv-parse/browser/esm/sync";
import type { Separator } from "./csv-separator.js";
import { ProfileError } from "./profile-error.js";

/** What is read of a CSV file: from its header on. */
export interface CsvBody {
  readonly text: string;
  /** The line of the file that it begins with, from 1. */
  readonly firstLine: number;
  readonly separator: Separator | undefined;
  readonly source: string;
}

/** Takes the fields of a row, the space around them removed, and the line it begins on. */
export type TakeLine = (line: number, fields: readonly string[]) => void;

/** Characters that are split at a time, and at most where a quoted field goes on beyond that; csv-parse takes far more memory than text. */
const PIECE = 2 ** 20;
const LONGEST_PIECE = 2 ** 24;

/**
 * Goes through the rows of a text, the header among them; empty ones are left out.
 *
 * @throws ProfileError for a quotation mark that is not closed, or within a field.
 */
export function eachLine(body: CsvBody, take: TakeLine): void {
  const takeFilled = (line: number, fields: readonly string[]) => {
    if (fields.some((field) => field !== "")) take(line, fields);
  };
  for (let [at, firstLine] = [0, body.firstLine]; at < body.text.length; ) {
    const end = endOfPiece(body.text, at);
    const piece = { ...body, text: body.text.slice(at, end), firstLine };
    (piece.text.includes('"') ? eachQuoted : eachPlain)(piece, takeFilled);
    firstLine += countOf("\n", piece.text);
    at = end;
  }
}

/** Where some rows end: at a line break that is in no quoted field, those before it having a mark at either end. */
function endOfPiece(text: string, from: number): number {
  let [end, marks] = [from, 0];
  while (end < text.length && end - from < LONGEST_PIECE) {
    const next = text.indexOf("\n", Math.max(end, from + PIECE));
    const until = next < 0 ? text.length : next + 1;
    marks += countOf('"', text.slice(end, until));
    end = until;
    if (marks % 2 === 0) break;
  }
  return end;
}

function countOf(character: string, text: string): number {
  let count = 0;
  for (let at = text.indexOf(character); at >= 0; at = text.indexOf(character, at + 1)) count++;
  return count;
}

/** Without a quotation mark a row is a line, and a field what is between separators; that is far quicker than to look for marks. */
function eachPlain({ text, firstLine, separator = "," }: CsvBody, take: TakeLine): void {
  for (let [at, line] = [0, firstLine]; at < text.length; line++) {
    const next = text.indexOf("\n", at);
    const end = next < 0 ? text.length : next;
    const fields = text.slice(at, end).split(separator);
    for (let index = 0; index < fields.length; index++) fields[index] = fields[index]!.trim();
    take(line, fields);
    at = end + 1;
  }
}

function eachQuoted({ text, firstLine, separator = ",", source }: CsvBody, take: TakeLine): void {
  let line = firstLine;
  try {
    parse(text, {
      delimiter: separator,
      record_delimiter: "\n",
      trim: true,
      relax_column_count: true,
      on_record: (record, info) => {
        take(
          line,
          record.map((field) => field.trim()),
        );
        line = firstLine + info.lines;
        return null;
      },
    });
  } catch (error) {
    const { code, lines } = error as { code?: string; lines?: number };
    if (code === undefined || lines === undefined) throw error;
    const isOpen = code === "CSV_QUOTE_NOT_CLOSED";
    const problem = isOpen
      ? "has a quotation mark that is not closed"
      : 'has a quotation mark within a field; put the field in quotes, and write "" for a mark in it';
    throw new ProfileError({ place: `${source}, row ${isOpen ? line : firstLine - 1 + lines}` }, problem);
  }
}

/** Whether each of these lines, which ascend, begins with a quotation mark but for space. */
export function areQuoted({ text, firstLine }: CsvBody, lines: readonly number[]): boolean {
  let [at, line] = [0, firstLine];
  return lines.every((wanted) => {
    for (; line < wanted; line++) at = text.indexOf("\n", at) + 1;
    while (text[at] === " " || text[at] === "\t") at++;
    return text[at] === '"';
  });
}
