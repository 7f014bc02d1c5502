import { ProfileError } from "./profile-error.js";
import type { MeasuredTable } from "./rows.js";

const REQUIRED = ["block", "skip", "branch"];

/**
 * Reads the rows of a measured profile from CSV: a header `block,skip,branch` (and, if wanted, `name`), then a row a
 * block. Fields may be quoted; empty lines are skipped. Rows are counted as an editor counts lines, the header being row 1.
 *
 * @throws ProfileError for another header, or a row with another number of fields; `profileOfRows` judges the values.
 */
export function tableOfCsv(text: string, source: string): MeasuredTable {
  const lines = text.replace(/^\uFEFF/, "").split(/\r\n|\n|\r/);
  const start = lines.findIndex((line) => line.trim() !== "");
  if (start < 0)
    throw new ProfileError({ place: source }, "is empty; give a header block,skip,branch and rows");
  const columns = fieldsOf(lines[start]).map((name) => name.toLowerCase());
  requireColumns(columns, `${source}, row ${start + 1}`);
  const rows = lines.flatMap((line, index) => {
    if (index <= start || line.trim() === "") return [];
    const fields = fieldsOf(line);
    const place = `${source}, row ${index + 1}`;
    if (fields.length !== columns.length) {
      const problem = `must have ${columns.length} fields (${columns.join(",")}), not ${fields.length}`;
      throw new ProfileError({ place }, problem);
    }
    const field = (name: string) => numberOf(fields[columns.indexOf(name)]);
    return [{ place, block: field("block"), skip: field("skip"), branch: field("branch") }];
  });
  return { source, rows };
}

function requireColumns(columns: readonly string[], place: string): void {
  const header = "the header is block,skip,branch and, if wanted, name, in any order";
  for (const name of REQUIRED) {
    if (!columns.includes(name)) throw new ProfileError({ place, column: name }, `is missing; ${header}`);
  }
  for (const [index, name] of columns.entries()) {
    if (columns.indexOf(name) < index)
      throw new ProfileError({ place, column: name }, `is there twice; ${header}`);
    if (!REQUIRED.includes(name) && name !== "name") {
      throw new ProfileError({ place, column: name || "without a name" }, `is not known; ${header}`);
    }
  }
}

/** The fields of a line, without the space around them; `""` inside quotes stands for one quotation mark. */
function fieldsOf(line: string): string[] {
  const fields = line.matchAll(/(?:^|,)\s*(?:"((?:[^"]|"")*)"\s*(?=,|$)|([^,]*))/g);
  return [...fields].map(([, quoted, plain]) => (quoted?.replaceAll('""', '"') ?? plain).trim());
}

/** The number a field says, or the text itself when it says none. */
function numberOf(field: string): number | string {
  const value = Number(field);
  return field === "" || Number.isNaN(value) ? field : value;
}
