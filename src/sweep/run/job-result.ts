import { readFile } from "node:fs/promises";
import type { SweepJob, SweepPlanDocument, SweepSettings } from "../../network/documents/sweep.js";
import { SAMPLE_KINDS } from "../../network/format.js";
import { parseJsonIfAny } from "../../network/parse-json.js";
import { settingsOf } from "../plan/plan-sweep.js";
import { jobFiles } from "./sweep-folder.js";

/** What rules need to know of a job that is done. */
export interface JobResult {
  readonly diverged: boolean;
}

/**
 * Reads whether a job is done: its result is whole, of the plan's command, and says nothing else of its settings than the plan.
 *
 * @param folder the job's.
 */
export async function readJobResult(
  folder: string,
  plan: Pick<SweepPlanDocument, "command" | "fixed">,
  job: SweepJob,
): Promise<JobResult | undefined> {
  let text: string;
  try {
    text = await readFile(jobFiles.result(folder), "utf8");
  } catch {
    return undefined;
  }
  return resultOf(parseJsonIfAny(text), plan, job);
}

/** The same of a document, which may be anything. */
export function resultOf(
  document: unknown,
  plan: Pick<SweepPlanDocument, "command" | "fixed">,
  job: SweepJob,
): JobResult | undefined {
  if (typeof document !== "object" || document === null) return undefined;
  const { kind, outcome, provenance } = document as {
    readonly kind?: unknown;
    readonly outcome?: unknown;
    readonly provenance?: { readonly arguments?: Readonly<Record<string, unknown>> };
  };
  const kinds: readonly unknown[] = plan.command === "train" ? ["run"] : SAMPLE_KINDS;
  if (!kinds.includes(kind)) return undefined;
  if (isOfOthers(settingsOf(plan, job), provenance?.arguments ?? {})) return undefined;
  return { diverged: outcome === "diverged" };
}

/** Options whose argument has another name than theirs. */
const ARGUMENTS: Readonly<Record<string, string>> = { lr: "learningRate" };

/** Whether a document was made with another number than a setting of the job. What is no number may be written in several ways. */
function isOfOthers(settings: SweepSettings, made: Readonly<Record<string, unknown>>): boolean {
  return Object.entries(settings).some(([name, value]) => {
    const found =
      made[ARGUMENTS[name] ?? name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())];
    const wanted = typeof value === "boolean" ? Number.NaN : Number(value);
    return typeof found === "number" && Number.isFinite(wanted) && found !== wanted;
  });
}
