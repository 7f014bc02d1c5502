import type { SweepPlanDocument } from "../../network/documents/sweep.js";
import { groupsOf } from "../plan/cells.js";
import { keyOf, type Rung, readRungs, rungsInOrder } from "../run/rungs.js";

/**
 * What halving has decided in some folders, each decision once, in the order of the plan; undefined where there was none.
 *
 * @throws PlanError for a file that is none.
 */
export async function mergedRungs(
  folders: readonly string[],
  plan: SweepPlanDocument,
): Promise<readonly Rung[] | undefined> {
  const found = new Map<string, Rung>();
  for (const folder of folders) {
    for (const rung of await readRungs(folder)) found.set(keyOf(rung), rung);
  }
  return found.size === 0 ? undefined : rungsInOrder(found.values(), groupsOf(plan, plan.jobs));
}
