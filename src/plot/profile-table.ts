import { figure } from "./figures.js";
import { grouped } from "./labels.js";
import type { Table } from "./table.js";

/** A profile's table has about this many of its blocks. */
const BLOCKS = 6;

/** Both variances and the branch's share at some of the blocks. */
export function tableOfProfile({
  skip,
  branch,
}: {
  readonly skip: readonly (number | null)[];
  readonly branch: readonly (number | null)[];
}): Table {
  const depth = skip.length;
  const ratio = Math.max(2, depth ** (1 / (BLOCKS - 1)));
  const blocks = new Set(
    Array.from({ length: BLOCKS }, (_, index) => Math.min(depth, Math.round(ratio ** index))),
  );
  return {
    columns: ["block", "skip path", "residual branch", "branch's share"],
    rows: [...blocks.add(depth)].map((block) => {
      const [s, b] = [skip[block - 1], branch[block - 1]];
      const share = s === null || b === null ? Number.NaN : b / (s + b);
      return [grouped(block), figure(s), figure(b), figure(share)];
    }),
  };
}
