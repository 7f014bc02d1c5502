import type { VerdictStatus } from "../network/documents/verdict.js";
import type { Claim, ClaimNumber } from "../network/documents.js";
import { grouped, shortNumber, withError } from "./labels.js";
import { escapeMarkup as text } from "./markup.js";
import { biasBadge, statusBadge } from "./report-badges.js";

/** A column of a claim's numbers; one that is empty in all rows is left out. */
interface Column {
  readonly heading: string;
  readonly cell: (number: ClaimNumber) => string;
}

/** The sign stays beside its number. */
const PERCENT = "\u00a0%";

/** From here on an older document's number, which has no verdict of its own, is marked. */
const FAR = 3;

/** The numbers of a claim as a table, whose rows say what was found of each, and below it what else is not judged. */
export function numberTable({ title, numbers, verdict }: Claim): string {
  const { confidence } = verdict;
  const columns: readonly Column[] = [
    { heading: "Value ± standard error", cell: valueCell },
    { heading: "Theory", cell: theoryCell },
    { heading: "In the paper", cell: ({ printed = "" }) => text(printed) },
    { heading: "Margin", cell: marginCell },
    { heading: "Band of the difference", cell: bandCell },
    { heading: "z", cell: ({ z, band }) => (band || typeof z !== "number" ? "" : scoreText(z)) },
    { heading: "Verdict", cell: verdictCell },
  ];
  const shown = columns.filter(({ cell }) => numbers.some((number) => cell(number) !== ""));
  const heading = (words: string) => `<th scope="col">${words}</th>`;
  return `<div class="wide"><table class="numbers">
<caption>Numbers of “${text(title)}”${captionOf(numbers, confidence)}</caption>
<thead><tr>${heading("Number")}${shown.map((column) => heading(column.heading)).join("")}</tr></thead>
<tbody>
${numbers.map((number) => row(number, shown)).join("\n")}
</tbody></table></div>
${notJudgedList({ numbers, verdict })}`;
}

function row(number: ClaimNumber, columns: readonly Column[]): string {
  const mark = number.notJudged === undefined ? number.status : "not-judged";
  const kind = mark === undefined ? "" : ` class="${text(mark)}"`;
  const cells = columns.map(({ cell }) => `<td>${cell(number)}</td>`).join("");
  return `<tr${kind}><th scope="row">${text(number.label)}</th>${cells}</tr>`;
}

/** What the columns mean, of those that there are. */
function captionOf(numbers: readonly ClaimNumber[], confidence: number | undefined): string {
  const hasBand = numbers.some(({ band }) => band);
  const hasScore = numbers.some(({ z, band }) => typeof z === "number" && !band);
  const sure =
    confidence === undefined || confidence === 1
      ? ""
      : ` at ${shortNumber(100 * confidence)}${PERCENT}, for all that are judged together`;
  return [
    hasBand ? `; band: of value − theory${sure}` : "",
    hasScore ? "; z = (value − theory) / standard error" : "",
  ].join("");
}

/** What a verdict is not about and no row has said already. */
function notJudgedList({ numbers, verdict }: Pick<Claim, "numbers" | "verdict">): string {
  const inRows = new Set(numbers.filter(({ notJudged }) => notJudged).map(({ label }) => label));
  const others = (verdict.notJudged ?? []).filter(({ label }) => !inRows.has(label));
  if (others.length === 0) return "";
  const items = others.map(({ label, reason }) => `<li>${text(label)}: ${text(reason)}</li>`);
  return `<p>Not judged:</p>\n<ul class="not-judged">${items.join("")}</ul>`;
}

function verdictCell({ status, biasSeen, notJudged, z }: ClaimNumber): string {
  if (notJudged !== undefined) {
    const mark = '<span class="badge not-judged"><span aria-hidden="true">– </span>not judged</span>';
    return `${mark} ${biasSeen ? `${biasBadge()} ` : ""}${text(notJudged)}`;
  }
  if (status !== undefined)
    return `${statusBadge(status as VerdictStatus)}${biasSeen ? ` ${biasBadge()}` : ""}`;
  const isFar = typeof z === "number" && Math.abs(z) > FAR;
  return isFar ? `<span class="badge far">beyond ${FAR} standard errors</span>` : "";
}

function valueCell({ value, se, isRelative }: ClaimNumber): string {
  if (typeof value !== "number" || typeof se !== "number") return text(exact(value));
  return text(isRelative ? `${withError(100 * value, 100 * se)}${PERCENT}` : withError(value, se));
}

function theoryCell({ theory, se, isRelative }: ClaimNumber): string {
  if (theory === undefined || theory === null) return "";
  if (typeof theory !== "number") return text(theory);
  if (isRelative) return `${exact(100 * theory)}${PERCENT}`;
  // Beside a measured number, more digits than that has are none too many to compare.
  return typeof se === "number" ? shortNumber(theory, 6) : exact(theory);
}

function marginCell({ margin, isRelative }: ClaimNumber): string {
  if (margin === undefined) return "";
  return `±\u00a0${isRelative ? `${shortNumber(100 * margin)}${PERCENT}` : shortNumber(margin, 2)}`;
}

function bandCell({ band, isRelative }: ClaimNumber): string {
  if (!band) return "";
  const { low, high } = band;
  if (low === null || high === null) return "not finite";
  const show = (value: number) => signed(shortNumber(isRelative ? 100 * value : value, 2));
  const range = low === high ? show(low) : `${show(low)} to ${show(high)}`;
  return isRelative ? range + PERCENT : range;
}

function signed(number: string): string {
  return /^\d/.test(number) && number !== "0" ? `+${number}` : number;
}

function scoreText(z: number): string {
  const shown = z.toFixed(2).replace("-", "−");
  return Math.abs(z) > FAR ? `<strong>${shown}</strong>` : shown;
}

/** A number without an error, to 12 digits; NaN and infinities are null in JSON. */
function exact(value: number | string | null): string {
  if (value === null) return "not finite";
  if (typeof value === "string") return value;
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return grouped(value).replace("-", "−");
  return String(Number(value.toPrecision(12))).replace("-", "−");
}
