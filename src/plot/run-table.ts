import type { RunDocument } from "../network/documents.js";
import { figure } from "./figures.js";
import { grouped, schemeLabel } from "./labels.js";
import type { Table } from "./table.js";

/** What became of runs, a row each. */
export function tableOfRuns(runs: readonly RunDocument[]): Table {
  return {
    columns: ["scheme", "outcome", "steps", "first loss", "last loss", "test accuracy"],
    rows: runs.map((run) => [
      schemeLabel(run),
      run.outcome,
      grouped(run.steps),
      figure(run.loss.first, 4),
      figure(run.loss.last, 4),
      figure(run.testAccuracy, 4),
    ]),
  };
}
