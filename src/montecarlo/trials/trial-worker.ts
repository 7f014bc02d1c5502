import { worker } from "../../sweep/worker.js";
import type { BackwardRecord } from "../backward/backward.js";
import type { TrialRecord } from "../forward/trial-record.js";
import type { TrialJob } from "../network/trial-plan.js";
import { runJob } from "./run-job.js";

/** Does one trial in a worker thread. */
export default worker<TrialJob, TrialRecord | BackwardRecord, never>((job, { signal }) =>
  runJob(job, signal),
);
