import { startTensors } from "../tensor/backend.js";
import { type BackwardRecord, runBackward } from "./backward.js";
import { runTrial } from "./trial.js";
import type { TrialJob } from "./trial-plan.js";
import type { TrialRecord } from "./trial-record.js";

/** Does one trial in this thread: a `BackwardRecord` if it is backward. */
export async function runJob(job: TrialJob, signal?: AbortSignal): Promise<TrialRecord | BackwardRecord> {
  await startTensors();
  return job.isBackward ? runBackward(job, { signal }) : runTrial(job, { signal });
}
