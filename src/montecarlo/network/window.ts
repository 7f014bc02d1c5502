import { branchFractions, type VarianceProfile } from "../../network/variance-profile.js";
import type { LengthWindow } from "../../tensor/components/index.js";

export interface WindowOptions {
  /** The predicted profile whose law says which lengths matter. */
  readonly profile: VarianceProfile;
  /** The most mass that may lose its exact length, over all blocks and on each side; 1e-9 if absent. */
  readonly lumped?: number;
  /** Lengths up to this one are kept apart from the longer ones whatever their mass. */
  readonly atLeast?: number;
}

/**
 * Which path lengths to keep apart after each block. Without a limit there would be i + 1 of them after block i;
 * the law of the lengths is narrow, so that a window of about 6 standard deviations on each side holds all but `lumped`.
 * After i of d blocks K_i is Poisson-binomial in q_1…q_i, and what is lumped there stays in the sum, only its length is
 * off; each block may lump lumped/d on each side.
 */
export function lengthWindows(options: WindowOptions): LengthWindow[] {
  const { profile, lumped = 1e-9, atLeast = 0 } = options;
  const q = branchFractions(profile);
  const allowed = lumped / q.length;
  let low = 0;
  // The law after the blocks so far, from `low` on.
  let law = [1];
  return q.map((p) => {
    const next = law.map((mass, k) => mass * (1 - p) + (k > 0 ? law[k - 1] * p : 0));
    next.push(law[law.length - 1] * p);
    let below = 0;
    while (next.length > 1 && below + next[0] <= allowed) {
      below += next.shift() as number;
      low++;
    }
    let above = 0;
    while (next.length > 1 && low + next.length - 2 >= atLeast && above + next[next.length - 1] <= allowed) {
      above += next.pop() as number;
    }
    next[0] += below;
    next[next.length - 1] += above;
    law = next;
    return { low, high: low + next.length - 1 };
  });
}
