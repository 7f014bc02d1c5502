import type { ProbeDocument, ProbesDocument } from "../network/documents/probe.js";
import { grouped, schemeLabel, shortNumber } from "../plot/labels.js";
import type { Table } from "./table.js";

/** How far the signal of each run travels in its first probe and in its last. */
export function tableOfProbes({ runs }: ProbesDocument): Table {
  const law = ({ carried }: ProbeDocument) =>
    carried ? [shortNumber(carried.mean), grouped(carried.quantile97)] : ["–", "–"];
  return {
    columns: ["scheme", "steps", "mean length before", "97 %", "mean length after", "97 %"],
    rows: runs.map((run) => {
      const [first, last] = [run[0], run[run.length - 1]];
      return [schemeLabel(first), grouped(last.step), ...law(first), ...law(last)];
    }),
  };
}
