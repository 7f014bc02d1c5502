import { largest } from "../network/extremes.js";

/** A small table: figures as they are shown. The first column is read as words, the others as numbers. */
export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** The table as text, columns two spaces apart. */
export function tableText({ columns, rows }: Table): string {
  const lines = [columns, ...rows];
  const widths = columns.map((_, index) => largest(lines.map((line) => line[index].length)));
  return lines
    .map((line) =>
      line
        .map((cell, index) => (index === 0 ? cell.padEnd(widths[index]) : cell.padStart(widths[index])))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
