import { shown } from "../shown.js";
import type { ProfileOrigin, VarianceProfile } from "../variance-profile.js";
import { ProfileError } from "./profile-error.js";

/** One block of a measured profile, not yet checked, and where it stands, such as `measured.csv, row 4`. */
export interface MeasuredRow {
  readonly place: string;
  /** 1…d. */
  readonly block: unknown;
  /** Var(β_i x_i), the variance of the skip path after its scale. */
  readonly skip: unknown;
  /** Var(α_i f_i(x_i)), the variance of the residual branch after its scale. */
  readonly branch: unknown;
}

/** Rows in any order, and what messages call the whole: a path, or "standard input". */
export interface MeasuredTable {
  readonly source: string;
  /** What made the variances; they were measured if absent. */
  readonly origin?: ProfileOrigin;
  readonly rows: readonly MeasuredRow[];
}

/**
 * The variance profile of measured rows.
 *
 * @throws ProfileError naming row and column: for a variance that is negative or not finite, a block with two zeros, a
 * block that is missing, there twice or not a whole number of at least 1, or no rows at all.
 */
export function profileOfRows({ source, origin = "measured", rows }: MeasuredTable): VarianceProfile {
  if (rows.length === 0) {
    throw new ProfileError({ place: source }, "has no rows; give one for each residual block");
  }
  const checked = new Map<number, { place: string; skip: number; branch: number }>();
  for (const row of rows) {
    const block = blockOf(row);
    const earlier = checked.get(block);
    if (earlier) {
      throw new ProfileError(
        { place: row.place, column: "block" },
        `block ${block} is there already (${earlier.place.replace(`${source}, `, "")}); give each block once`,
      );
    }
    checked.set(block, { place: row.place, ...sharesOf(row) });
  }
  const blocks = rows.map((_, index) => checked.get(index + 1) ?? missing(source, index + 1, rows.length));
  return {
    origin,
    skip: blocks.map(({ skip }) => skip),
    branch: blocks.map(({ branch }) => branch),
  };
}

function missing(source: string, block: number, count: number): never {
  throw new ProfileError(
    { place: source, column: "block" },
    `block ${block} is missing; ${count === 1 ? "one row is block 1" : `${count} rows are the blocks 1 to ${count}`}`,
  );
}

function blockOf({ place, block }: MeasuredRow): number {
  if (typeof block !== "number" || !Number.isSafeInteger(block) || block < 1) {
    const problem = `must be a whole number of at least 1, not ${shown(block)}`;
    throw new ProfileError({ place, column: "block" }, problem);
  }
  return block;
}

function sharesOf(row: MeasuredRow): { skip: number; branch: number } {
  const [skip, branch] = (["skip", "branch"] as const).map((column) => {
    const value = row[column];
    if (typeof value === "number" && Number.isFinite(value) && value >= 0) return value;
    const problem = `must be a variance, a finite number of at least 0, not ${shown(value)}`;
    throw new ProfileError({ place: row.place, column }, problem);
  });
  if (skip + branch === 0 || !Number.isFinite(skip + branch)) {
    const problem = `must not both be 0, and must add up within float64, not ${skip} and ${branch}`;
    throw new ProfileError({ place: row.place, column: "skip and branch" }, problem);
  }
  return { skip, branch };
}
