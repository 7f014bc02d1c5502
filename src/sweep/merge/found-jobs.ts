import { readFile } from "node:fs/promises";
import type { SweepJob, SweepPlanDocument } from "../../network/documents/sweep.js";
import type { EvidenceDocument } from "../../network/documents.js";
import { DataError } from "../../network/errors.js";
import { newerFormat } from "../../network/format.js";
import { parseJsonIfAny } from "../../network/parse-json.js";
import { resultOf } from "../run/job-result.js";
import { jobFiles, sweepFiles } from "../run/sweep-folder.js";
import { type Measured, measuresOf } from "./measures.js";

/** What the folders have of a job. */
export type FoundJob =
  | { readonly status: "done"; readonly measured: Measured }
  | { readonly status: "failed" | "skipped"; readonly reason: string }
  | { readonly status: "missing" };

/** Files that are read at the same time. */
const AT_ONCE = 32;

export interface FindOptions {
  readonly plan: SweepPlanDocument;
  readonly folders: readonly string[];
  readonly onFound?: (count: number) => void;
}

/**
 * What folders have of a plan's jobs, in its order. A job that several have must have found the same in all of them; one that any has done is
 * done, and one that failed in one may be missing in others.
 *
 * @throws DataError naming the job and the folders where two results differ, or the file that is no result of its job.
 */
export async function findJobs({ plan, folders, onFound }: FindOptions): Promise<FoundJob[]> {
  const { jobs } = plan;
  const found: FoundJob[] = new Array(jobs.length);
  let next = 0;
  let count = 0;
  const reader = async () => {
    while (next < jobs.length) {
      const index = next++;
      found[index] = await findJob(jobs[index], { plan, folders });
      onFound?.(++count);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, reader));
  return found;
}

async function findJob(job: SweepJob, { plan, folders }: FindOptions): Promise<FoundJob> {
  const { id } = job;
  let best: FoundJob = { status: "missing" };
  let from = "";
  for (const folder of folders) {
    const here = await findIn(sweepFiles.job(folder, id), plan, job);
    if (here.status === "done" && best.status === "done") requireSame(id, [best, here], [from, folder]);
    if (RANK[here.status] > RANK[best.status]) [best, from] = [here, folder];
  }
  return best;
}

/** A rule that does without a job does without what it has found as well. */
const RANK = { missing: 0, failed: 1, done: 2, skipped: 3 } as const;

async function findIn(folder: string, plan: SweepPlanDocument, job: SweepJob): Promise<FoundJob> {
  const skipped = await reasonIn(jobFiles.skipped(folder));
  if (skipped !== undefined) return { status: "skipped", reason: skipped };
  const result = await readIfThere(jobFiles.result(folder));
  if (result !== undefined) {
    const document = parseJsonIfAny(result) as EvidenceDocument | undefined;
    const newer = newerFormat(document);
    if (newer) throw new DataError(`${jobFiles.result(folder)} ${newer}`);
    const measured = document && resultOf(document, plan, job) ? measuresOf(document) : undefined;
    // It is written whole: what cannot be read, or is of another job, was damaged since.
    if (!measured) {
      throw new DataError(
        `${jobFiles.result(folder)} is no result of job ${job.id}; remove it and run the job again`,
      );
    }
    return { status: "done", measured };
  }
  const failed = await reasonIn(jobFiles.failed(folder));
  return failed === undefined ? { status: "missing" } : { status: "failed", reason: failed };
}

/** What a file of a job says that it is for; undefined where there is none. */
async function reasonIn(path: string): Promise<string | undefined> {
  const file = parseJsonIfAny((await readIfThere(path)) ?? "");
  return isObject(file) ? String((file as { readonly reason?: unknown }).reason ?? "") : undefined;
}

function requireSame(
  id: string,
  [one, other]: readonly [FoundJob & { status: "done" }, FoundJob & { status: "done" }],
  [first, second]: readonly [string, string],
): void {
  if (JSON.stringify(one.measured) === JSON.stringify(other.measured)) return;
  throw new DataError(
    `job ${id} has found one thing in ${first} and another in ${second}: one of them is damaged, or of another machine's arithmetic; leave one folder out`,
  );
}

/** The text of a file; undefined where there is none. */
async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (
      (error as NodeJS.ErrnoException).code === "ENOENT" ||
      (error as NodeJS.ErrnoException).code === "ENOTDIR"
    ) {
      return undefined;
    }
    throw new DataError(`cannot read ${path}: ${(error as Error).message.replace(/\s+/g, " ")}`);
  }
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
