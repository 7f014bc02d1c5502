import { check } from "../../network/checks/compiled/sweep-plan.js";
import { complaintOf, sentenceOf } from "../../network/checks/complaint.js";
import type { SweepPlanDocument } from "../../network/documents/sweep.js";
import { newerFormat } from "../../network/format.js";
import { parseJsonIfAny } from "../../network/parse-json.js";
import { readText } from "../../system/read-text.js";
import { reasonOf } from "../../system/write-file.js";
import { PlanError } from "./plan-error.js";
import { planSum } from "./plan-sweep.js";

export interface ReadPlanOptions {
  /** A file, or - for standard input. */
  readonly path: string;
  /** The version of respath that is to run it. */
  readonly version: string;
}

/** Reads a plan. @throws PlanError when it cannot be read, is none, was edited, or is another version's. */
export async function readPlan({ path, version }: ReadPlanOptions): Promise<SweepPlanDocument> {
  let text: string;
  try {
    text = await readText(path);
  } catch (error) {
    throw new PlanError(`cannot read ${path}: ${reasonOf(error)}`);
  }
  return parsePlan(text, { source: path, version });
}

/** A plan from its text. @throws PlanError as {@link readPlan} does; `source` is what messages call it. */
export function parsePlan(
  text: string,
  { source, version }: { readonly source: string; readonly version: string },
): SweepPlanDocument {
  const value = parseJsonIfAny(text);
  if (value === undefined) throw new PlanError(`${source} is no plan of a sweep: it is not JSON`);
  const newer = newerFormat(value);
  if (newer !== undefined) throw new PlanError(`${source} ${newer}`);
  const complaint = complaintOf(check, value);
  if (complaint) throw new PlanError(`${source} is no plan of a sweep: ${sentenceOf(complaint)}`);
  const plan = value as SweepPlanDocument;
  if (planSum(plan) !== plan.sha256) {
    throw new PlanError(
      `${source} was edited after it was planned: edit what it was planned from, and plan it again`,
    );
  }
  if (plan.respath !== version) {
    throw new PlanError(
      `${source} was planned by respath ${plan.respath}, and this is ${version}: plan it again, or run it with that version`,
    );
  }
  requireUniqueIds(plan, source);
  return plan;
}

function requireUniqueIds({ jobs }: SweepPlanDocument, source: string): void {
  const ids = new Set<string>();
  for (const { id } of jobs) {
    if (ids.has(id)) throw new PlanError(`${source} has job ${id} twice: plan it again`);
    ids.add(id);
  }
}
