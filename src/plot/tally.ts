import type { Verdict } from "../network/documents/verdict.js";
import { verdictLabel } from "../network/verdict-label.js";

/** By the labels of verdicts, the words after one and after several. */
const WORDS: Readonly<Record<string, readonly [one: string, several: string]>> = {
  agrees: ["agrees", "agree"],
  "no difference found": ["with no difference found", "with no difference found"],
  differs: ["differs", "differ"],
  "cannot tell yet": ["cannot be told yet", "cannot be told yet"],
  inconclusive: ["inconclusive", "inconclusive"],
};

/** "2 agree, 1 differs, 3 cannot be told yet"; empty without a verdict. */
export function tallyOf(verdicts: readonly Pick<Verdict, "status" | "confidence">[]): string {
  const labels = verdicts.map(verdictLabel);
  return Object.entries(WORDS)
    .flatMap(([label, [one, several]]) => {
      const count = labels.filter((other) => other === label).length;
      return count === 0 ? [] : [`${count} ${count === 1 ? one : several}`];
    })
    .join(", ");
}

/** The verdicts of all claims, those at the paper's scale after the others. */
export function tallyOfClaims(
  claims: readonly { readonly verdict: Verdict; readonly atPaperScale?: Verdict }[],
): string {
  const atPaperScale = tallyOf(claims.flatMap((claim) => claim.atPaperScale ?? []));
  return [
    tallyOf(claims.map(({ verdict }) => verdict)),
    ...(atPaperScale === "" ? [] : [`at the paper's scale ${atPaperScale}`]),
  ].join("; ");
}
