import { worker } from "../sweep/worker.js";
import type { BackwardRecord } from "./backward.js";
import { runJob } from "./run-job.js";
import type { TrialJob } from "./trial-plan.js";
import type { TrialRecord } from "./trial-record.js";

/** Does one trial in a worker thread. */
export default worker<TrialJob, TrialRecord | BackwardRecord, never>((job, { signal }) =>
  runJob(job, signal),
);
