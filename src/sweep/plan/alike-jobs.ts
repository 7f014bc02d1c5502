import {
  SEED_OPTION,
  type SweepJob,
  type SweepPlanDocument,
  type SweepSettings,
} from "../../network/documents/sweep.js";
import { gathered, without } from "./cells.js";
import { settingsOf } from "./plan-sweep.js";

/** What no check and no estimate depends on but by the value alone, which is checked by itself. */
export const ALIKE: readonly string[] = [SEED_OPTION, "lr"];

/** Jobs that differ in their seed and learning rate alone. */
export interface AlikeJobs {
  /** Of the first. */
  readonly settings: SweepSettings;
  readonly jobs: readonly SweepJob[];
}

/** The jobs of a plan in groups that are checked and estimated as one, in the order of the plan. */
export function alikeJobs(plan: Pick<SweepPlanDocument, "fixed" | "jobs">): readonly AlikeJobs[] {
  return gathered(plan.jobs, ({ at }) => without(at, ALIKE)).map(({ items }) => ({
    settings: settingsOf(plan, items[0]),
    jobs: items,
  }));
}
