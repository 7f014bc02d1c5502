import { BRANCH_ACTIVATION_DEFINITIONS, type BranchActivation } from "../network/activations.js";
import type { PredictedInput } from "../network/documents.js";
import { SCHEMES, type SchemeName } from "../network/schemes/index.js";

/** A scheme as shown in titles and legends: "SkipInit 1/√d". */
export function schemeLabel(of: {
  readonly scheme: SchemeName;
  readonly alpha?: string;
  readonly skipExpression?: string;
  readonly architecture?: string;
}): string {
  // A document of a newer version may name a scheme that is not known here.
  const { title, usualAlpha } = SCHEMES[of.scheme] ?? { title: of.scheme };
  const alpha = of.alpha ?? usualAlpha?.text;
  return [
    alpha === undefined ? title : `${title} ${alphaLabel(alpha)}`,
    ...(of.skipExpression === undefined ? [] : [`skip ${alphaLabel(of.skipExpression)}`]),
    ...(of.architecture === undefined ? [] : [of.architecture]),
  ].join(", ");
}

/** "linear branches" or "ReLU branches". */
export function branchesLabel({ activation }: { readonly activation: BranchActivation }): string {
  return `${BRANCH_ACTIVATION_DEFINITIONS[activation]?.title ?? activation} branches`;
}

/** s_0, also of older documents; and where every branch adds the same variance, what follows: "s₀ = 1 (qᵢ = 1/(i + 1))". */
export function inputLabel(document: PredictedInput): string {
  const { inputOverBranch: c } = document;
  const variance = inputVarianceOf(document);
  const label = `input variance s₀ = ${shortNumber(variance)}`;
  if (c === undefined) return label;
  const law = c === 0 ? "qᵢ = 1/i" : `qᵢ = 1/(i + ${shortNumber(c)})`;
  return c === variance ? `${label} (${law})` : `${label}, c = s₀/b = ${shortNumber(c)} (${law})`;
}

/** s_0 of a document; an older one has a convention in its place, or says nothing of the usual 1. */
export function inputVarianceOf({ inputVariance, convention }: PredictedInput): number {
  return inputVariance ?? (convention === "paper" ? 0 : 1);
}

function alphaLabel(alpha: string): string {
  return alpha.replace(/sqrt\((\w+)\)/g, "√$1");
}

/** "1 block", "10,000 blocks". */
export function counted(number: number, noun: string): string {
  return `${grouped(number)} ${number === 1 ? noun : `${noun}${/(s|x|ch|sh)$/.test(noun) ? "es" : "s"}`}`;
}

/** 10000 → "10,000". */
export function grouped(number: number): string {
  return number.toLocaleString("en-GB");
}

/** A share as a percentage with one decimal; one that would round to 0 or to all is said to be below or above. */
export function percentLabel(share: number): string {
  if (share === 0 || share === 1) return `${100 * share} %`;
  if (share < 0.0005) return "under 0.1 %";
  if (share > 0.9995) return "over 99.9 %";
  return `${(100 * share).toFixed(1)} %`;
}

/** A deviation as a percentage with its sign: "+4.2 %". */
export function signedPercent(share: number): string {
  return `${share > 0 ? "+" : ""}${shortNumber(100 * share, 2)} %`;
}

/** A number to a few significant digits: 9.7876, 0.001, 1.2 × 10⁻⁷. */
export function shortNumber(value: number, digits = 3): string {
  // In a document that was read, null stands for it.
  if (!Number.isFinite(value)) return value === null ? "not finite" : String(value);
  const magnitude = Math.abs(value);
  if (value !== 0 && (magnitude < 1e-4 || magnitude >= 1e6)) {
    const [mantissa, power] = value.toExponential(digits - 1).split("e");
    const shown = Number(mantissa);
    return shown === 1 ? powerOfTen(Number(power)) : `${minus(String(shown))} × ${powerOfTen(Number(power))}`;
  }
  return minus(
    Number(value.toPrecision(digits)).toLocaleString("en-GB", { maximumSignificantDigits: digits }),
  );
}

/** An error below this is that of rounding. */
const NO_ERROR = 1e-12;

/** `value ± se` to the digits the error allows. */
export function withError(value: number, se: number): string {
  if (!(se > NO_ERROR) || !Number.isFinite(se) || !Number.isFinite(value)) return shortNumber(value, 4);
  const digits = Math.min(12, Math.max(0, 1 - Math.floor(Math.log10(se))));
  return minus(`${value.toFixed(digits)} ± ${se.toFixed(digits)}`);
}

const RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** 10ⁿ. */
export function powerOfTen(power: number): string {
  const digits = [...String(Math.abs(power))].map((digit) => RAISED[Number(digit)]).join("");
  return `10${power < 0 ? "⁻" : ""}${digits}`;
}

function minus(text: string): string {
  return text.replaceAll("-", "−");
}
