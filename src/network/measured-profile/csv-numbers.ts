import { shown } from "../shown.js";
import type { Separator } from "./csv-separator.js";
import { ProfileError } from "./profile-error.js";
import type { MeasuredRow } from "./rows.js";

const COLUMNS = ["block", "skip", "branch"] as const;

/** A row whose fields are still text. */
export type TextRow = { readonly [column in "place" | (typeof COLUMNS)[number]]: string };

const NUMBER = /^[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:e[+-]?\d+)?$/i;
/** What may be a whole number with a comma between its thousands as well: 1,234, but not 0,234, 1,23 or 1,234e-5. */
const THOUSANDS = /^[+-]?[1-9]\d{0,2},\d{3}$/;

interface Field {
  readonly text: string;
  readonly place: string;
  readonly column: (typeof COLUMNS)[number];
}

/**
 * Rows with numbers in place of the text that says one. A file has decimal points or decimal commas; text that is no number is left as it
 * is.
 *
 * @throws ProfileError where it has both, and where a comma may separate thousands: when all that have one look so, and no
 * semicolons separate the fields, as they do where the comma is the decimal sign.
 */
export function readNumbers(rows: readonly TextRow[], separator: Separator | undefined): MeasuredRow[] {
  const fields = rows.flatMap((row) =>
    COLUMNS.map((column): Field => ({ text: row[column], place: row.place, column })),
  );
  requireOneSign(fields, separator);
  return rows.map(({ place, block, skip, branch }) => ({
    place,
    block: numberOf(block),
    skip: numberOf(skip),
    branch: numberOf(branch),
  }));
}

function requireOneSign(fields: readonly Field[], separator: Separator | undefined): void {
  const both = fields.find(
    ({ text }) => /^[\d.,+-]*$/.test(text) && text.includes(".") && text.includes(","),
  );
  if (both) {
    const problem = `${shown(both.text)} has a point and a comma; write numbers without a sign between thousands`;
    throw new ProfileError(both, problem);
  }
  const numbers = fields.filter(({ text }) => NUMBER.test(text));
  const comma = numbers.find(({ text }) => text.includes(","));
  if (!comma) return;
  const point = numbers.find(({ text }) => text.includes("."));
  if (point) {
    const problem = `${shown(point.text)} has a decimal point, and ${shown(comma.text)} a comma (${comma.place}, column ${comma.column}); use one of them throughout`;
    throw new ProfileError(point, problem);
  }
  const isThousands = numbers.every(({ text }) => !text.includes(",") || THOUSANDS.test(text));
  if (isThousands && separator !== ";") {
    const [plain, decimal] = [comma.text.replace(",", ""), comma.text.replace(",", ".")];
    throw new ProfileError(comma, `${shown(comma.text)} may be ${plain} or ${decimal}; write which it is`);
  }
}

/** The number a field says, or the text itself when it says none. */
function numberOf(text: string): number | string {
  return NUMBER.test(text) || /^[+-]?Infinity$/.test(text) ? Number(text.replace(",", ".")) : text;
}
