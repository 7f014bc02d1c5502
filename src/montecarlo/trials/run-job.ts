import { startTensors } from "../../tensor/backend.js";
import { type BackwardRecord, runBackward } from "../backward/backward.js";
import { runTrial } from "../forward/trial.js";
import type { TrialRecord } from "../forward/trial-record.js";
import type { TrialJob } from "../network/trial-plan.js";

/** Does one trial in this thread: a `BackwardRecord` if it is backward. */
export async function runJob(job: TrialJob, signal?: AbortSignal): Promise<TrialRecord | BackwardRecord> {
  await startTensors();
  return job.isBackward ? runBackward(job, { signal }) : runTrial(job, { signal });
}
