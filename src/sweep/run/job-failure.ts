import { writeFileWhole } from "../../system/write-file.js";
import type { Attempt } from "./execution.js";
import { jobFiles } from "./sweep-folder.js";

/** How a job has failed for good: failed.json in its folder. */
export interface JobFailure {
  readonly tries: number;
  readonly exitCode: number | null;
  readonly reason: string;
}

/** What the last of so many tries says. */
export function failureOf(attempt: Attempt, tries: number): JobFailure {
  const { exitCode = null, reason = "it was stopped from outside" } =
    attempt.status === "failed" ? attempt : {};
  return { tries, exitCode, reason };
}

/** @param folder the job's. */
export async function writeFailure(folder: string, { tries, exitCode, reason }: JobFailure): Promise<void> {
  await writeFileWhole(jobFiles.failed(folder), `${JSON.stringify({ tries, exitCode, reason })}\n`);
}
