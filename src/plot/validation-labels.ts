import type { ClaimNumber, ValidationDocument } from "../network/documents.js";
import { largest } from "../network/extremes.js";
import { textWidth } from "./fonts.js";

/** A number of a report with the names that pictures give it. */
export interface NamedNumber {
  readonly claim: string;
  readonly label: string;
  readonly number: ClaimNumber;
}

/** The numbers of all claims, each by its claim's number and its own label. */
export function namedNumbers({ claims }: ValidationDocument): NamedNumber[] {
  return claims.flatMap(({ title, numbers }, index) =>
    numbers.map((number) => ({
      claim: `${index + 1}. ${title}`,
      label: `${index + 1}. ${number.label}`,
      number,
    })),
  );
}

/** Pixels that a label may take, far more than any of a report's own; whoever writes a longer one has it cut. */
const WIDEST = 620;
/** Pixels beside the labels. */
const PLOT = 330;
const LEAST = 640;

/** An axis of labels that are whole, and the width of a picture that has room for them. */
export function labelAxis(labels: readonly string[]): { readonly axis: object; readonly width: number } {
  const longest = largest(labels.map((label) => textWidth(label, { size: 11 })));
  const labelLimit = Math.min(WIDEST, Math.ceil(longest) + 1);
  return {
    axis: { labelLimit, grid: true, ticks: false, domain: false },
    width: Math.max(LEAST, labelLimit + PLOT),
  };
}
