import { runInOrder } from "../../pool/run-in-order.js";
import { shareKernels } from "../../tensor/kernels/index.js";
import type { TrialJob, TrialPlan } from "../network/trial-plan.js";
import { runJob } from "./run-job.js";
import { packedWindows, type ThreadJob } from "./thread-job.js";
import { TRIAL_WORKER } from "./worker-module.js";

export interface RunTrialsOptions {
  readonly plan: TrialPlan;
  /** What trial t is given; Gaussian inputs of its own if absent. */
  readonly inputs?: (trial: number) => Float32Array;
  /** Threads; with 1, or a single trial, everything happens in this one. */
  readonly workers: number;
  readonly from: number;
  /** One beyond the last trial. */
  readonly to: number;
  readonly signal?: AbortSignal;
}

/**
 * Does the trials `from` to `to` − 1 and yields their records in this order; one trial at a time to a thread. The records
 * are those that the plan is about, `TrialRecord` or `BackwardRecord`.
 */
export async function* runTrials<Trial>(options: RunTrialsOptions): AsyncGenerator<Trial, void, void> {
  const { workers, from, to, signal } = options;
  const threads = Math.min(workers, to - from);
  if (threads > 1) {
    shareKernels();
    const { windows, ...plan } = options.plan;
    const packed = windows && packedWindows(windows);
    const jobs = jobsOf<ThreadJob>({ ...options, plan: { ...plan, windows: packed } });
    return yield* runInOrder<ThreadJob, Trial>({ module: TRIAL_WORKER, jobs, workers: threads, signal });
  }
  for (const { job } of jobsOf<TrialJob>(options)) yield (await runJob(job, signal)) as Trial;
}

interface JobsOptions<Job> extends Pick<RunTrialsOptions, "inputs" | "from" | "to"> {
  readonly plan: Omit<Job, "trial" | "inputs">;
}

function* jobsOf<Job extends Pick<TrialJob, "trial" | "inputs">>(options: JobsOptions<Job>) {
  const { plan, inputs, from, to } = options;
  for (let trial = from; trial < to; trial++) {
    const job = { ...plan, trial, ...(inputs ? { inputs: inputs(trial) } : {}) } as Job;
    yield { job, name: `network ${trial + 1}` };
  }
}
