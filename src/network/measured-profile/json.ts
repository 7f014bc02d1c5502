import { check } from "../checks/compiled/profile.js";
import { type Complaint, complaintOf } from "../checks/complaint.js";
import { shown } from "../shown.js";
import type { MeasuredProfileDocument } from "./profile-document.js";
import { ProfileError } from "./profile-error.js";
import type { MeasuredRow, MeasuredTable } from "./rows.js";

/**
 * The rows of a measured profile in JSON, checked by docs/schemas/profile.schema.json.
 *
 * @throws ProfileError naming row and column of the first thing that does not fit, and when `depth` is not the number of blocks.
 */
export function tableOfJson(value: unknown, source: string): MeasuredTable {
  const complaint = complaintOf(check, value);
  if (complaint) throw errorOf(complaint, source);
  const { depth, blocks } = value as MeasuredProfileDocument;
  if (depth !== undefined && depth !== blocks.length) {
    const problem = `must be the number of blocks listed, ${blocks.length}, not ${depth}`;
    throw new ProfileError({ place: source, column: "depth" }, problem);
  }
  return tableOfBlocks(blocks, { source, path: "blocks" });
}

/** Blocks as rows of a table, which stand in a list of the document. */
export function tableOfBlocks(
  blocks: readonly MeasuredRow[],
  { source, path }: { readonly source: string; readonly path: string },
): MeasuredTable {
  return {
    source,
    count: blocks.length,
    rowAt: (index) => blocks[index]!,
    placeOf: (index) => `${source}, ${path}[${index}]`,
  };
}

/** A complaint in the words of the CSV reader, by row and column. */
export function errorOf({ path, kind, value, allowed }: Complaint, source: string): ProfileError {
  const [, row, column] = /^((?:[\w.]+\[\d+\])?)\.?(.*)$/.exec(path) as RegExpExecArray;
  const at = { place: row === "" ? source : `${source}, ${row}`, ...(column === "" ? {} : { column }) };
  if (kind === "missing") return new ProfileError(at, "is missing");
  if (kind === "unknown") return new ProfileError({ ...at, column: String(value) }, `is not ${allowed}`);
  return new ProfileError(at, `must be ${allowed}, not ${shown(value)}`);
}
