import { access } from "node:fs/promises";
import type { SweepPlanDocument } from "../../network/documents/sweep.js";
import { settingsOf } from "../../sweep/plan/plan-sweep.js";
import { cacheFolder } from "../../system/cache-folder.js";
import { type DataSetName, dataSetOf } from "../data-sets.js";

/** Their folders in the cache. */
const FOLDERS: Readonly<Record<DataSetName, string>> = {
  cifar10: "cifar-10-batches-bin",
  cifar100: "cifar-100-binary",
};

/** A data set that a job of the plan would fetch: it is not in the cache. */
export async function missingData(
  plan: Pick<SweepPlanDocument, "command" | "fixed" | "jobs">,
): Promise<DataSetName | undefined> {
  const named = new Set(
    plan.jobs.map((job) => {
      const { data = "cifar10", images = "gaussian" } = settingsOf(plan, job);
      return plan.command === "train" ? String(data) : String(images);
    }),
  );
  for (const name of named) {
    const known = await dataSetOf(name);
    if (known === undefined) continue;
    const isThere = await access(cacheFolder(FOLDERS[known])).then(
      () => true,
      () => false,
    );
    if (!isThere) return known;
  }
  return undefined;
}
