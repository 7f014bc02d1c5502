/** The text of a number with the sign that people write: −6.9, and −0.0 as 0.0. */
export function withMinus(text: string): string {
  return text.replace(/^-(?=0(\.0*)?$)/, "").replace(/^-/, "−");
}
