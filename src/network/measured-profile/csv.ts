import { parse } from "csv-parse/browser/esm/sync";
import { shown, shownName } from "../shown.js";
import { readNumbers } from "./csv-numbers.js";
import { type Separator, separatedBy, separatorOf } from "./csv-separator.js";
import { ProfileError } from "./profile-error.js";
import type { MeasuredRow, MeasuredTable } from "./rows.js";

const REQUIRED = ["block", "skip", "branch"] as const;
/** Columns that a message names. */
const MOST_NAMES = 10;
const HEADER = "the header is block,skip,branch and, if wanted, name, in any order";

/** A row of fields, the space around them removed, and the line it begins on. */
interface Line {
  readonly line: number;
  readonly fields: readonly string[];
}

/**
 * Reads the rows of a measured profile from CSV as spreadsheets, pandas and R write it: a header `block,skip,branch` (and, if
 * wanted, `name`), then a row a block. Commas, semicolons or tabs separate the fields, numbers have a decimal point or comma;
 * fields may be quoted and hold line breaks; empty lines are skipped, also those of separators alone, and so are a line `sep=;` and lines that begin with #
 * before the header. A first column without a name, which pandas and R write for the names of rows, is passed over. Rows are
 * counted as an editor counts lines, the header usually being row 1.
 *
 * @throws ProfileError for another header, a row with another number of fields, or an ambiguous number; `profileOfRows` judges the
 * values.
 */
export function tableOfCsv(text: string, source: string): MeasuredTable {
  const { body, separator } = prepare(text.replace(/\r\n?/g, "\n"));
  const [header, ...rows] = linesOf(body, separator, source);
  if (!header)
    throw new ProfileError({ place: source }, "is empty; give a header block,skip,branch and rows");
  const columns = columnsOf(header, rows, body);
  requireColumns(columns, separator, `${source}, row ${header.line}`);
  for (const row of rows) requireFields(row, { columns, rows, separator, source });
  const texts = rows.map(({ line, fields }) => {
    const field = (name: string) => fields[columns.indexOf(name)]!;
    return {
      place: `${source}, row ${line}`,
      block: field("block"),
      skip: field("skip"),
      branch: field("branch"),
    };
  });
  return { source, rows: readNumbers(texts, separator) satisfies readonly MeasuredRow[] };
}

/**
 * The text with what stands before its header made empty, so that lines keep their numbers: Excel's `sep=;`, and comments, of which one
 * may itself be the header (`# block,skip,branch`, as NumPy's savetxt writes it). A # further below is no comment: a row would be lost
 * without a word.
 */
function prepare(text: string): { body: string; separator: Separator | undefined } {
  const lines = text.split("\n");
  let given: Separator | undefined;
  let at = 0;
  for (; at < lines.length; at++) {
    const line = lines[at]!;
    const sep = /^"?sep=(.)"?[ ,;]*$/i.exec(line)?.[1];
    const comment = /^\s*#\s*(.*)$/.exec(line)?.[1];
    if (comment !== undefined && REQUIRED.every((name) => comment.toLowerCase().includes(name))) {
      lines[at] = comment;
      break;
    }
    if (sep === undefined && comment === undefined && line.trim() !== "") break;
    given = sep ?? given;
    lines[at] = "";
  }
  return { body: lines.join("\n"), separator: given ?? separatorOf(lines[at] ?? "") };
}

/** The rows of a text, the header among them; empty ones are left out. */
function linesOf(text: string, separator: Separator | undefined, source: string): Line[] {
  const lines: Line[] = [];
  let end = 0;
  try {
    parse(text, {
      delimiter: separator ?? ",",
      record_delimiter: "\n",
      trim: true,
      relax_column_count: true,
      on_record: (record, info) => {
        const fields = record.map((field) => field.trim());
        if (fields.some((field) => field !== "")) lines.push({ line: end + 1, fields });
        end = info.lines;
        return null;
      },
    });
  } catch (error) {
    const { code, lines: line } = error as { code?: string; lines?: number };
    if (code === undefined) throw error;
    const isOpen = code === "CSV_QUOTE_NOT_CLOSED";
    const problem = isOpen
      ? "has a quotation mark that is not closed"
      : 'has a quotation mark within a field; put the field in quotes, and write "" for a mark in it';
    throw new ProfileError({ place: `${source}, row ${isOpen ? end + 1 : line}` }, problem);
  }
  return lines;
}

/**
 * The names of the columns in lower case, "" for one without. R's write.table gives each row its name in quotes, as a first field of
 * which the header knows nothing.
 */
function columnsOf({ fields }: Line, rows: readonly Line[], body: string): string[] {
  const names = fields.map((name, index) =>
    // What pandas calls a nameless first column when it reads a file and writes it again.
    index === 0 && /^unnamed: 0$/i.test(name) ? "" : name.toLowerCase(),
  );
  if (rows.length === 0 || rows.some((row) => row.fields.length !== names.length + 1)) return names;
  const texts = body.split("\n");
  return rows.every(({ line }) => texts[line - 1]!.trimStart().startsWith('"')) ? ["", ...names] : names;
}

/** For messages: the first line of what is no table may be long, and hold anything. */
function namesOf(columns: readonly string[]): string {
  const names = columns
    .slice(0, MOST_NAMES)
    .map((column) => (column ? shownName(column) : "one without a name"));
  const more = columns.length - names.length;
  return names.join(", ") + (more > 0 ? ` and ${more} more` : "");
}

function requireColumns(columns: readonly string[], separator: Separator | undefined, place: string): void {
  for (const name of REQUIRED) {
    if (columns.includes(name)) continue;
    const names = namesOf(columns);
    const seen =
      separator === undefined
        ? `no comma, semicolon or tab separates anything in this one, ${names}`
        : `separated by ${separatedBy(separator)}, this one has the columns ${names}`;
    throw new ProfileError({ place, column: name }, `is missing; ${HEADER}; ${seen}`);
  }
  for (const [index, name] of columns.entries()) {
    if (name === "") continue;
    if (columns.indexOf(name) < index)
      throw new ProfileError({ place, column: name }, `is there twice; ${HEADER}`);
    if (!(REQUIRED as readonly string[]).includes(name) && name !== "name") {
      throw new ProfileError({ place, column: shownName(name) }, `is not known; ${HEADER}`);
    }
  }
}

interface Whole {
  readonly columns: readonly string[];
  readonly rows: readonly Line[];
  readonly separator: Separator | undefined;
  readonly source: string;
}

/** A field for each column; columns without a name, but for the first, are what a spreadsheet leaves behind, and empty. */
function requireFields({ line, fields }: Line, { columns, rows, separator, source }: Whole): void {
  const place = `${source}, row ${line}`;
  const more = fields.length - columns.length;
  if (more !== 0) {
    const names = columns.join(separator ?? ",");
    const problem = `must have ${columns.length} fields (${names}), not ${fields.length}`;
    const isEachOneMore = rows.every((row) => row.fields.length === columns.length + 1);
    const hint = isEachOneMore
      ? "; if the first is a name of the row, begin the header with a separator"
      : more > 1 && separator === ","
        ? "; numbers with a decimal comma need semicolons or tabs between them"
        : "";
    throw new ProfileError({ place }, problem + hint);
  }
  const stray = fields.findIndex((field, index) => index > 0 && columns[index] === "" && field !== "");
  if (stray > 0) {
    const problem = `has ${shown(fields[stray])} in column ${stray + 1}, to which the header gives no name`;
    throw new ProfileError({ place }, problem);
  }
}
