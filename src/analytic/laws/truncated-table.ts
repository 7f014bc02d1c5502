import { addTrials } from "./exact-table.js";
import { type PmfTable, SCALE } from "./pmf-table.js";
import type { Trials } from "./trials.js";

/** Trials that are joined before they meet the table: eight multiply-adds for one load and one store. */
const GROUP = 8;
/** Entries below 2⁻⁹⁰⁰ (1e-406 unscaled) are dropped before they become subnormal. */
const SMALLEST = 2 ** -900;

/**
 * P(K = k) for k = 0…most and P(K > most), all sums of non-negative terms, in O(d · most).
 *
 * Error: relative, about d/8 roundings of 2⁻⁵³ that fall either way; at most d·2⁻⁵¹ if all fell the same way.
 */
export function truncatedTable(trials: Trials, most: number): PmfTable {
  const count = trials.hit.length;
  // Eight zeros in front spare the loop its lower edge.
  const state = new Float64Array(most + 1 + GROUP);
  state[GROUP] = SCALE;
  let beyond = 0;
  const group = new Float64Array(GROUP + 1);
  const lost = new Float64Array(GROUP + 1);
  for (let from = 0, groups = 1; from < count; from += GROUP, groups++) {
    group.fill(0);
    group[0] = 1;
    lost.fill(0);
    addTrials({ trials, from, to: Math.min(count, from + GROUP), pmf: group, lost });
    beyond += overflow(state, group, most);
    multiply(state, group);
    if (groups % 16 === 0) for (let k = 0; k < state.length; k++) if (state[k] < SMALLEST) state[k] = 0;
  }
  return { first: 0, values: state.subarray(GROUP), beyond };
}

/** What this group lifts from at most `most` to more. */
function overflow(state: Float64Array, group: Float64Array, most: number): number {
  let sum = 0;
  let tail = 0;
  for (let hits = GROUP; hits > 0; hits--) {
    tail += group[hits];
    // From exactly most − hits + 1, that many hits or more leave the table.
    const k = most - hits + 1;
    if (k >= 0) sum += state[GROUP + k] * tail;
  }
  return sum;
}

function multiply(state: Float64Array, group: Float64Array): void {
  const g0 = group[0];
  const g1 = group[1];
  const g2 = group[2];
  const g3 = group[3];
  const g4 = group[4];
  const g5 = group[5];
  const g6 = group[6];
  const g7 = group[7];
  const g8 = group[8];
  for (let k = state.length - 1; k >= GROUP; k--) {
    const near = state[k] * g0 + state[k - 1] * g1 + state[k - 2] * g2 + state[k - 3] * g3;
    const far =
      state[k - 4] * g4 + state[k - 5] * g5 + state[k - 6] * g6 + state[k - 7] * g7 + state[k - 8] * g8;
    state[k] = near + far;
  }
}
