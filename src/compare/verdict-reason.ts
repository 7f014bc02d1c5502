import type { VerdictStatus } from "../network/documents/verdict.js";
import { withMinus } from "../network/minus.js";
import { CARRIED_BY_FEW } from "./carried-by-few.js";
import type { JudgedRow } from "./judge-family.js";
import { canAgree, FEWEST_TRIALS, type JudgedNumber } from "./judged-number.js";

/** What a reason says beside the numbers. */
export interface ReasonWords {
  /** A sentence to add when a number differs, or its bias is seen: what is known to cause it. */
  readonly whenDifferent?: string;
  /** What the trials are, in the plural, where the reason names how many are needed: "networks" if absent. */
  readonly unit?: string;
}

export interface ReasonOptions extends ReasonWords {
  readonly confidence: number;
  readonly status: VerdictStatus;
  /** The numbers that could be judged. */
  readonly rows: readonly JudgedRow[];
  /** All of them. */
  readonly numbers: readonly JudgedNumber[];
  /** The number that more trials would settle it by, where it cannot be told yet. */
  readonly deciding: JudgedRow | undefined;
  /** That number of trials, Infinity where it is more than a million. */
  readonly needed: number;
}

/** Why a verdict is what it is, in a sentence or two. */
export function reasonOf(options: ReasonOptions): string {
  const { status, rows, whenDifferent } = options;
  if (rows.length === 0) return nothingToJudge(options.numbers);
  const bias = biasOf(rows);
  const hasCause = whenDifferent !== undefined && (status === "differs" || bias !== "");
  return [sentenceOf(options) + bias, ...(hasCause ? [whenDifferent] : [])].join("; ");
}

function nothingToJudge(numbers: readonly JudgedNumber[]): string {
  if (numbers.some(({ trials }) => trials < FEWEST_TRIALS)) {
    return `a verdict needs the spread of at least ${FEWEST_TRIALS} trials`;
  }
  const [first] = numbers;
  if (!first) return "nothing to judge";
  return `${first.label}: ${first.isCarriedByFew ? CARRIED_BY_FEW : "beyond float64"}`;
}

function sentenceOf(options: ReasonOptions): string {
  const { status, rows, confidence, unit = "networks" } = options;
  const sure = `${Number((100 * confidence).toPrecision(6))} %`;
  const whole = wholesOf(rows).length;
  switch (status) {
    case "differs": {
      const differing = rows.filter(({ comparison }) => comparison.status === "differs");
      // Later steps of Holm's may find a number whose band of the first step is not wholly outside: the first one's is.
      const [worst] = [...byReach(differing.filter(isWhollyOutside)), ...differing];
      const others = wholesOf(differing).length - 1;
      const more = others > 0 ? `, and so do ${others} more of ${whole} numbers` : "";
      return `${figuresOf(worst)}: its ${sure} band, ${bandOf(worst)}, lies outside the margin of ${marginText(worst)}${more}`;
    }
    case "agrees": {
      const [nearest] = byReach(rows.filter(({ number }) => canAgree(number)));
      const which = whole > 1 ? `, the nearest of ${whole} numbers to its margin` : "";
      return `${figuresOf(nearest)} lies within its margin of ${marginText(nearest)} at ${sure}${which}`;
    }
    default: {
      const isOpen = ({ number, comparison }: JudgedRow) =>
        canAgree(number) && comparison.status !== "agrees";
      const open = rows.filter(isOpen);
      const { deciding = open[0] ?? rows[0], needed } = options;
      const agreeing = whole - wholesOf(open).length;
      const others = whole > 1 ? ` (${agreeing} of ${whole} numbers agree)` : "";
      return `${figuresOf(deciding)} may lie within its margin of ${marginText(deciding)} or beyond${others}; ${settledBy(needed, unit)}`;
    }
  }
}

/** Numbers and whole curves, by their names. */
function wholesOf(rows: readonly JudgedRow[]): string[] {
  return [...new Set(rows.map(({ number }) => number.curve ?? number.label))];
}

function settledBy(needed: number, unit: string): string {
  if (!Number.isFinite(needed)) {
    return `by what is seen so far, more than a million ${unit} would be needed to settle it`;
  }
  return `about ${roughly(needed).toLocaleString("en-GB")} ${unit} would settle it`;
}

/** Two digits are more than a number foreseen from the spread of a few means. */
function roughly(count: number): number {
  return count < 100 ? count : Number(count.toPrecision(2));
}

/** What is seen beside the verdict: the prediction itself lies outside a band. */
function biasOf(rows: readonly JudgedRow[]): string {
  const biased = rows.filter(({ comparison }) => comparison.biasSeen);
  if (biased.length === 0) return "";
  const [worst] = [...biased].sort((a, b) => Math.abs(b.comparison.z) - Math.abs(a.comparison.z));
  const others = wholesOf(biased).length - 1;
  const more = others > 0 ? ` and ${others} more` : "";
  return `; bias seen: ${worst.number.label} (z = ${signed(withMinus(worst.comparison.z.toFixed(1)))})${more}`;
}

function isWhollyOutside({ number, comparison }: JudgedRow): boolean {
  const { low = 0, high = 0 } = comparison.band ?? {};
  return low > number.margin || high < -number.margin;
}

/** Those whose band reaches farthest beyond their margin, in margins, first. */
function byReach(rows: readonly JudgedRow[]): JudgedRow[] {
  const reach = ({ number, comparison }: JudgedRow) => {
    const { low = 0, high = 0 } = comparison.band ?? {};
    return Math.max(Math.abs(low), Math.abs(high)) / number.margin;
  };
  return [...rows].sort((a, b) => reach(b) - reach(a));
}

function figuresOf({ number, comparison }: JudgedRow): string {
  const { mean, se, theory } = comparison;
  return number.curve !== undefined
    ? `${number.label} ${percent(mean)} ± ${unsigned(100 * se)} % from the prediction`
    : `${number.label} ${short(mean, 4)} ± ${short(se, 2)} against ${short(theory, 4)}`;
}

function bandOf({ number, comparison }: JudgedRow): string {
  const { low = Number.NaN, high = Number.NaN } = comparison.band ?? {};
  const show = (value: number) => (number.curve !== undefined ? percent(value) : signed(short(value, 2)));
  return `${show(low)} to ${show(high)}`;
}

function marginText({ number }: JudgedRow): string {
  return number.curve !== undefined ? `${unsigned(100 * number.margin)} %` : short(number.margin, 2);
}

/** +1.2 %. */
function percent(share: number): string {
  return `${signed(short(100 * share, 2))} %`;
}

function unsigned(value: number): string {
  return short(value, 2);
}

/** Nought has no sign. */
function signed(text: string): string {
  return text.startsWith("−") || /^0(\.0*)?$/.test(text) ? text : `+${text}`;
}

function short(value: number, digits: number): string {
  return Number.isFinite(value) ? withMinus(String(Number(value.toPrecision(digits)))) : "beyond float64";
}
