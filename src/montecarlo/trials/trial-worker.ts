import { worker } from "../../pool/worker.js";
import type { BackwardRecord } from "../backward/backward.js";
import type { TrialRecord } from "../forward/trial-record.js";
import { runJob } from "./run-job.js";
import { type ThreadJob, trialJob } from "./thread-job.js";

/** Does one trial in a worker thread. */
export default worker<ThreadJob, TrialRecord | BackwardRecord, never>((job, { signal }) =>
  runJob(trialJob(job), signal),
);
