import { readFile } from "node:fs/promises";
import type { SweepPlanDocument } from "../../network/documents/sweep.js";
import { parseJsonIfAny } from "../../network/parse-json.js";
import { reasonOf, writeFileWhole } from "../../system/write-file.js";
import { PlanError } from "../plan/plan-error.js";
import { sweepFiles } from "./sweep-folder.js";

/** Writes the plan into its folder, unless it is there. @throws PlanError when another one is. */
export async function keepPlan(folder: string, plan: SweepPlanDocument): Promise<void> {
  const path = sweepFiles.plan(folder);
  let text: string | undefined;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") {
      throw new PlanError(`cannot read ${path}: ${reasonOf(error)}`);
    }
  }
  if (text === undefined) {
    await writeFileWhole(path, `${JSON.stringify(plan, null, 2)}\n`);
    return;
  }
  const there = parseJsonIfAny(text) as Partial<SweepPlanDocument> | undefined;
  if (there?.sha256 === plan.sha256) return;
  throw new PlanError(`${folder} has the runs of another plan (${path}): give this one another folder`);
}
