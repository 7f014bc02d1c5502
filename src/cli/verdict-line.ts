import type { Verdict } from "../network/documents/verdict.js";
import { verdictLabel } from "../network/verdict-label.js";

/** A verdict with its reason, on one line. */
export function verdictLine(verdict: Verdict): string {
  return `${verdictLabel(verdict)}: ${verdict.reason}`;
}
