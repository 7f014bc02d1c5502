import type { SweepRun } from "../../network/documents/sweep.js";
import type { Comparison } from "../../network/documents/verdict.js";
import type { EvidenceDocument, RunDocument } from "../../network/documents.js";

/** What of a job's document is merged. */
export type Measured = Pick<SweepRun, "outcome" | "measures" | "errors">;

/** The numbers of a run or a sample by their names; undefined for a document of another kind. */
export function measuresOf(document: EvidenceDocument): Measured | undefined {
  switch (document.kind) {
    case "run":
      return ofRun(document);
    case "sample":
      return ofNumbers({
        "mean path length": document.meanLength,
        ...within(document.within),
        ...slopes(document),
      });
    case "variance-sample":
      return ofNumbers(slopes(document));
    case "backward-sample":
      return ofNumbers({
        "squared gradient norm / its prediction": document.growth,
        "mean path length": document.meanLength,
        ...within(document.within),
      });
    default:
      return undefined;
  }
}

/** The loss is that of the last steps; of a run that diverged there may be none. */
function ofRun({ outcome, loss, testAccuracy, bestTestAccuracy, steps }: RunDocument): Measured {
  const measures: Record<string, number> = {};
  if (loss.judged) measures["training loss"] = loss.judged.mean;
  if (testAccuracy !== null) measures["test accuracy"] = testAccuracy;
  if (bestTestAccuracy !== undefined) measures["best test accuracy"] = bestTestAccuracy;
  measures.steps = steps;
  return {
    outcome,
    measures,
    ...(loss.judged ? { errors: { "training loss": loss.judged.se } } : {}),
  };
}

function ofNumbers(numbers: Readonly<Record<string, Comparison>>): Measured {
  const entries = Object.entries(numbers);
  return {
    measures: Object.fromEntries(entries.map(([name, { mean }]) => [name, mean])),
    errors: Object.fromEntries(entries.map(([name, { se }]) => [name, se])),
  };
}

function within(numbers: Readonly<Record<string, Comparison>>): Record<string, Comparison> {
  return Object.fromEntries(Object.entries(numbers).map(([k, one]) => [`P(K ≤ ${k})`, one]));
}

function slopes({
  slopes,
  size,
}: {
  readonly slopes?: { readonly skip: Comparison };
  readonly size?: Comparison;
}) {
  return {
    ...(slopes ? { "slope of the skip variance": slopes.skip } : {}),
    ...(size ? { "second moment before the last block / its prediction": size } : {}),
  };
}
