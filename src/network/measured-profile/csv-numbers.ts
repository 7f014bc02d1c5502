import { shown } from "../shown.js";
import type { Separator } from "./csv-separator.js";
import { ProfileError } from "./profile-error.js";
import type { MeasuredRow } from "./rows.js";

const COLUMNS = ["block", "skip", "branch"] as const;
type Column = (typeof COLUMNS)[number];

const NUMBER = /^[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:e[+-]?\d+)?$/i;
/** What may be a whole number with a comma between its thousands as well: 1,234, but not 0,234, 1,23 or 1,234e-5. */
const THOUSANDS = /^[+-]?[1-9]\d{0,2},\d{3}$/;

interface Field {
  readonly text: string;
  readonly row: number;
  readonly column: Column;
}

/**
 * Rows with numbers in place of the text that says one, as they are read. A file has decimal points or decimal commas; text that is no
 * number is left as it is.
 */
export class CsvRows {
  readonly #numbers: Readonly<Record<Column, number[]>> = { block: [], skip: [], branch: [] };
  /** What is no number, where `#numbers` have NaN. */
  readonly #texts: Readonly<Record<Column, Map<number, string>>> = {
    block: new Map(),
    skip: new Map(),
    branch: new Map(),
  };
  #both: Field | undefined;
  #comma: Field | undefined;
  #point: Field | undefined;
  #isThousands = true;

  get count(): number {
    return this.#numbers.block.length;
  }

  add(texts: Readonly<Record<Column, string>>): void {
    for (const column of COLUMNS) this.#addField(column, texts[column]);
  }

  rowAt(row: number): MeasuredRow {
    return {
      block: this.#texts.block.get(row) ?? this.#numbers.block[row],
      skip: this.#texts.skip.get(row) ?? this.#numbers.skip[row],
      branch: this.#texts.branch.get(row) ?? this.#numbers.branch[row],
    };
  }

  /**
   * @throws ProfileError where there are decimal points and commas, and where a comma may separate thousands: when all that have
   * one look so, and no semicolons separate the fields, as they do where the comma is the decimal sign.
   */
  requireOneSign(separator: Separator | undefined, placeOf: (row: number) => string): void {
    const [both, comma, point] = [this.#both, this.#comma, this.#point];
    const refuse = ({ row, column }: Field, problem: string) => {
      throw new ProfileError({ place: placeOf(row), column }, problem);
    };
    if (both) {
      refuse(
        both,
        `${shown(both.text)} has a point and a comma; write numbers without a sign between thousands`,
      );
    }
    if (!comma) return;
    if (point) {
      const other = `${shown(comma.text)} a comma (${placeOf(comma.row)}, column ${comma.column})`;
      refuse(point, `${shown(point.text)} has a decimal point, and ${other}; use one of them throughout`);
    }
    if (this.#isThousands && separator !== ";") {
      const [plain, decimal] = [comma.text.replace(",", ""), comma.text.replace(",", ".")];
      refuse(comma, `${shown(comma.text)} may be ${plain} or ${decimal}; write which it is`);
    }
  }

  #addField(column: Column, text: string): void {
    const numbers = this.#numbers[column];
    const row = numbers.length;
    const [hasComma, hasPoint] = [text.includes(","), text.includes(".")];
    if (!NUMBER.test(text)) {
      if (hasComma && hasPoint && /^[\d.,+-]*$/.test(text)) this.#both ??= { text, row, column };
      const isInfinity = /^[+-]?Infinity$/.test(text);
      if (!isInfinity) this.#texts[column].set(row, text);
      numbers.push(isInfinity ? Number(text) : Number.NaN);
      return;
    }
    if (hasPoint) this.#point ??= { text, row, column };
    if (hasComma) {
      this.#comma ??= { text, row, column };
      this.#isThousands &&= THOUSANDS.test(text);
    }
    numbers.push(Number(hasComma ? text.replace(",", ".") : text));
  }
}
