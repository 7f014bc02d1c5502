import type { Verdict, VerdictStatus } from "../network/documents/verdict.js";
import { statusLabel, verdictLabel } from "../network/verdict-label.js";
import { escapeMarkup as text } from "./markup.js";

/** A sign before each word, so that none is told by its colour alone. */
const MARKS: Readonly<Record<string, string>> = {
  agrees: "✓",
  differs: "✗",
  "cannot-tell": "?",
  "no-difference": "○",
  inconclusive: "?",
};

/** A verdict in its colour, and whether its bias is seen. */
export function verdictBadge(verdict: Verdict): string {
  const label = verdictLabel(verdict);
  const isOlder = verdict.status === "agrees" && label !== statusLabel("agrees");
  return `${badge(isOlder ? "no-difference" : verdict.status, label)}${verdict.biasSeen ? ` ${biasBadge()}` : ""}`;
}

/** What was found of a number. */
export function statusBadge(status: VerdictStatus): string {
  return badge(status, statusLabel(status));
}

/** The prediction itself lies outside the band, be it within the margin. */
export function biasBadge(): string {
  return '<span class="badge bias"><span aria-hidden="true">◆ </span>bias seen</span>';
}

function badge(kind: string, label: string): string {
  return `<span class="badge ${text(kind)}"><span aria-hidden="true">${MARKS[kind] ?? ""} </span>${text(label)}</span>`;
}
