import { shown, shownName } from "../shown.js";
import { areQuoted, type CsvBody, eachLine } from "./csv-lines.js";
import { CsvRows } from "./csv-numbers.js";
import { type Separator, separatedBy, separatorOf } from "./csv-separator.js";
import { ProfileError } from "./profile-error.js";
import type { MeasuredTable } from "./rows.js";

const REQUIRED = ["block", "skip", "branch"] as const;
/** Columns that a message names. */
const MOST_NAMES = 10;
const HEADER = "the header is block,skip,branch and, if wanted, name, in any order";

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
  const body = bodyOf(text.replace(/\r\n?/g, "\n"), source);
  let read = new CsvReading(body);
  // R's write.table gives each row its name in quotes, as a first field of which the header knows nothing.
  if (read.isEachLonger && areQuoted(body, read.lines)) read = new CsvReading(body, [""]);
  read.requireFit();
  const { rows, lines } = read;
  const placeOf = (row: number) => `${source}, row ${lines[row]}`;
  rows.requireOneSign(body.separator, placeOf);
  return { source, count: rows.count, rowAt: (row) => rows.rowAt(row), placeOf };
}

/**
 * The text from its header on. Before that may stand Excel's `sep=;`, and comments, of which one may itself be the header (`#
 * block,skip,branch`, as NumPy's savetxt writes it). A # further below is no comment: a row would be lost without a word.
 */
function bodyOf(text: string, source: string): CsvBody {
  let given: Separator | undefined;
  let [at, line] = [0, 1];
  for (; at < text.length; line++) {
    const next = text.indexOf("\n", at);
    const end = next < 0 ? text.length : next;
    const content = text.slice(at, end);
    const separator = () => given ?? separatorOf(content);
    const sep = /^"?sep=(.)"?[ ,;]*$/i.exec(content)?.[1];
    const comment = /^\s*#\s*(.*)$/.exec(content)?.[1];
    if (comment !== undefined && REQUIRED.every((name) => comment.toLowerCase().includes(name))) {
      const body = comment + text.slice(end);
      return { text: body, firstLine: line, separator: given ?? separatorOf(comment), source };
    }
    if (sep === undefined && comment === undefined && content.trim() !== "") {
      return { text: text.slice(at), firstLine: line, separator: separator(), source };
    }
    given = sep ?? given;
    at = end + 1;
  }
  return { text: "", firstLine: line, separator: given, source };
}

/** A row of fields, and the line it begins on. */
interface Line {
  readonly line: number;
  readonly fields: readonly string[];
}

/** The rows of a file, of which nothing is kept but their numbers and lines. */
class CsvReading {
  readonly rows = new CsvRows();
  readonly lines: number[] = [];
  readonly #body: CsvBody;
  #header: Line | undefined;
  #columns: readonly string[] = [];
  /** The first row that has not one field for each column. */
  #misfit: Line | undefined;
  /** Rows with one field more than columns. */
  #longer = 0;

  /** @param unnamed what stands before the columns that the header names. */
  constructor(body: CsvBody, unnamed: readonly string[] = []) {
    this.#body = body;
    let places: readonly number[] = [];
    eachLine(body, (line, fields) => {
      if (this.#header) return this.#take({ line, fields }, places);
      this.#header = { line, fields };
      this.#columns = [...unnamed, ...columnsOf(fields)];
      places = REQUIRED.map((name) => this.#columns.indexOf(name));
    });
  }

  /** Whether there are rows, each of which has one field more than the header. */
  get isEachLonger(): boolean {
    return this.#longer > 0 && this.#longer === this.lines.length;
  }

  /** @throws ProfileError for what is wrong with the header, or else with the first row that does not fit it. */
  requireFit(): void {
    const { source, separator } = this.#body;
    if (!this.#header)
      throw new ProfileError({ place: source }, "is empty; give a header block,skip,branch and rows");
    requireColumns(this.#columns, separator, `${source}, row ${this.#header.line}`);
    if (!this.#misfit) return;
    const { line, fields } = this.#misfit;
    const more = fields.length - this.#columns.length;
    const place = `${source}, row ${line}`;
    if (more === 0) {
      const stray = strayOf(this.#columns, fields);
      const problem = `has ${shown(fields[stray])} in column ${stray + 1}, to which the header gives no name`;
      throw new ProfileError({ place }, problem);
    }
    const names = this.#columns.join(separator ?? ",");
    const problem = `must have ${this.#columns.length} fields (${names}), not ${fields.length}`;
    const hint = this.isEachLonger
      ? "; if the first is a name of the row, begin the header with a separator"
      : more > 1 && separator === ","
        ? "; numbers with a decimal comma need semicolons or tabs between them"
        : "";
    throw new ProfileError({ place }, problem + hint);
  }

  #take({ line, fields }: Line, [block, skip, branch]: readonly number[]): void {
    this.lines.push(line);
    if (fields.length === this.#columns.length + 1) this.#longer++;
    if (this.#misfit) return;
    if (fields.length !== this.#columns.length || strayOf(this.#columns, fields) > 0) {
      this.#misfit = { line, fields };
      return;
    }
    // Where one is missing, the header is refused.
    const at = (place: number | undefined) => fields[place!] ?? "";
    this.rows.add({ block: at(block), skip: at(skip), branch: at(branch) });
  }
}

/** The names of the columns in lower case, "" for one without. */
function columnsOf(fields: readonly string[]): string[] {
  return fields.map((name, index) =>
    // What pandas calls a nameless first column when it reads a file and writes it again.
    index === 0 && /^unnamed: 0$/i.test(name) ? "" : name.toLowerCase(),
  );
}

/** The first field of a column without a name; such columns, but for the first, are what a spreadsheet leaves behind, and empty. */
function strayOf(columns: readonly string[], fields: readonly string[]): number {
  for (let index = 1; index < columns.length; index++) {
    if (columns[index] === "" && fields[index] !== "") return index;
  }
  return 0;
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
