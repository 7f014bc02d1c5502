import type { SweepRules, SweepValue, SweptCommand } from "../../network/documents/sweep.js";

/** Values of an option along an axis: a list, `from` … `to` by `step` (1 if absent), or `powers` of a base with such exponents. */
export type Axis =
  | readonly SweepValue[]
  | { readonly from: number; readonly to: number; readonly step?: number }
  | { readonly powers: number; readonly from: number; readonly to: number; readonly step?: number };

/** What holds for the cells that have one of some values of each option in `if`. */
export interface Condition {
  readonly if: Readonly<Record<string, SweepValue | readonly SweepValue[]>>;
  readonly set?: Readonly<Record<string, SweepValue>>;
  /** Further axes of these cells, or other values of those that there are. */
  readonly grid?: Readonly<Record<string, Axis>>;
}

/** What people write: sweep.yaml (docs/sweeps.md). */
export interface SweepSpec extends SweepRules {
  readonly command: SweptCommand;
  readonly fixed?: Readonly<Record<string, SweepValue>>;
  readonly grid: Readonly<Record<string, Axis>>;
  readonly when?: readonly Condition[];
}
