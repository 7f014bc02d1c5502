import type { SweepJob, SweepPlanDocument, SweepSettings } from "../../network/documents/sweep.js";
import { settingsOf } from "./plan-sweep.js";

/** What no check and no estimate depends on but by the value alone, which is checked by itself. */
const ALIKE = new Set(["seed", "lr"]);

/** Jobs that differ in their seed and learning rate alone. */
export interface AlikeJobs {
  /** Of the first. */
  readonly settings: SweepSettings;
  readonly jobs: readonly SweepJob[];
}

/** The jobs of a plan in groups that are checked and estimated as one, in the order of the plan. */
export function alikeJobs(plan: Pick<SweepPlanDocument, "fixed" | "jobs">): readonly AlikeJobs[] {
  const groups = new Map<string, { settings: SweepSettings; jobs: SweepJob[] }>();
  for (const job of plan.jobs) {
    const key = JSON.stringify(Object.entries(job.at).filter(([name]) => !ALIKE.has(name)));
    const group = groups.get(key);
    if (group) group.jobs.push(job);
    else groups.set(key, { settings: settingsOf(plan, job), jobs: [job] });
  }
  return [...groups.values()];
}
