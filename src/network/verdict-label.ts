import type { Verdict, VerdictStatus } from "./documents/verdict.js";

/** Verdicts as they are written for people. */
const LABELS: Readonly<Record<VerdictStatus | "inconclusive", string>> = {
  agrees: "agrees",
  differs: "differs",
  "cannot-tell": "cannot tell yet",
  inconclusive: "inconclusive",
};

/** "agrees", "cannot tell yet"; one of before there were margins says so, for its `agrees` meant that nothing was found. */
export function verdictLabel({ status, confidence }: Pick<Verdict, "status" | "confidence">): string {
  const label = statusLabel(status);
  return confidence === undefined && status === "agrees" ? "no difference found" : label;
}

export function statusLabel(status: Verdict["status"]): string {
  return LABELS[status] ?? status;
}

/** "differs, bias seen": bias is seen where a band excludes the prediction itself. */
export function withBias(label: string, biasSeen = false): string {
  return biasSeen ? `${label}, bias seen` : label;
}
