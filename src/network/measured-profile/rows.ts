import { shown } from "../shown.js";
import type { ProfileOrigin, VarianceProfile } from "../variance-profile.js";
import { ProfileError } from "./profile-error.js";

/** One block of a measured profile, not yet checked. */
export interface MeasuredRow {
  /** 1…d. */
  readonly block: unknown;
  /** Var(β_i x_i), the variance of the skip path after its scale. */
  readonly skip: unknown;
  /** Var(α_i f_i(x_i)), the variance of the residual branch after its scale. */
  readonly branch: unknown;
}

/** Rows in any order, and what messages call the whole: a path, or "standard input". Of millions of rows none has an object of its own. */
export interface MeasuredTable {
  readonly source: string;
  /** What made the variances; they were measured if absent. */
  readonly origin?: ProfileOrigin;
  readonly count: number;
  /** From 0. */
  readonly rowAt: (index: number) => MeasuredRow;
  /** Where a row stands, such as `measured.csv, row 4`. */
  readonly placeOf: (index: number) => string;
}

/**
 * The variance profile of measured rows.
 *
 * @throws ProfileError naming row and column: for a variance that is negative or not finite, a block with two zeros, a
 * block that is missing, there twice or not a whole number of at least 1, or no rows at all.
 */
export function profileOfRows(table: MeasuredTable): VarianceProfile {
  const { source, origin = "measured", count, rowAt, placeOf } = table;
  if (count === 0) {
    throw new ProfileError({ place: source }, "has no rows; give one for each residual block");
  }
  const [skip, branch] = [new Float64Array(count), new Float64Array(count)];
  const seen = new SeenBlocks(count);
  for (let index = 0; index < count; index++) {
    const row = rowAt(index);
    const earlier = isBlock(row.block) ? seen.add(row.block, index) : undefined;
    if (earlier !== undefined) {
      throw new ProfileError(
        { place: placeOf(index), column: "block" },
        `block ${row.block} is there already (${placeOf(earlier).replace(`${source}, `, "")}); give each block once`,
      );
    }
    if (!isRow(row)) {
      const { column, problem } = problemOf(row);
      throw new ProfileError({ place: placeOf(index), column }, problem);
    }
    if (row.block > count) continue;
    skip[row.block - 1] = row.skip;
    branch[row.block - 1] = row.branch;
  }
  const missing = seen.firstMissing();
  if (missing !== undefined) {
    throw new ProfileError(
      { place: source, column: "block" },
      `block ${missing} is missing; ${count === 1 ? "one row is block 1" : `${count} rows are the blocks 1 to ${count}`}`,
    );
  }
  return { origin, skip: Array.from(skip), branch: Array.from(branch) };
}

/** Which row each block has, of as many blocks as there are rows, and of some that should not be there. */
class SeenBlocks {
  /** One more than the row, 0 for none. */
  readonly #rows: Float64Array;
  readonly #beyond = new Map<number, number>();

  constructor(count: number) {
    this.#rows = new Float64Array(count);
  }

  /** @returns the row that has the block already. */
  add(block: number, row: number): number | undefined {
    if (block > this.#rows.length) {
      const earlier = this.#beyond.get(block);
      if (earlier === undefined) this.#beyond.set(block, row);
      return earlier;
    }
    const earlier = this.#rows[block - 1]! - 1;
    if (earlier >= 0) return earlier;
    this.#rows[block - 1] = row + 1;
    return undefined;
  }

  firstMissing(): number | undefined {
    const index = this.#rows.indexOf(0);
    return index < 0 ? undefined : index + 1;
  }
}

/** What is wrong in a column of a row. */
interface Problem {
  readonly column: string;
  readonly problem: string;
}

function isBlock(block: unknown): block is number {
  return typeof block === "number" && Number.isSafeInteger(block) && block >= 1;
}

function isVariance(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}

function isRow(row: MeasuredRow): row is { readonly [column in keyof MeasuredRow]: number } {
  const { block, skip, branch } = row;
  if (!isBlock(block) || !isVariance(skip) || !isVariance(branch)) return false;
  return skip + branch > 0 && Number.isFinite(skip + branch);
}

/** Of a row that is none, the block first. */
function problemOf({ block, skip, branch }: MeasuredRow): Problem {
  if (!isBlock(block)) {
    return { column: "block", problem: `must be a whole number of at least 1, not ${shown(block)}` };
  }
  for (const [column, value] of Object.entries({ skip, branch })) {
    if (isVariance(value)) continue;
    return { column, problem: `must be a variance, a finite number of at least 0, not ${shown(value)}` };
  }
  const problem = `must not both be 0, and must add up within float64, not ${skip} and ${branch}`;
  return { column: "skip and branch", problem };
}
