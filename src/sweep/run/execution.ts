import type { SweepJob, SweepPlanDocument } from "../../network/documents/sweep.js";

/** One attempt at a job, in its folder, where what an earlier attempt has left is gone on from. */
export interface Execution {
  readonly plan: Pick<SweepPlanDocument, "command" | "fixed">;
  readonly job: SweepJob;
  /** Of the job alone (jobFolder); it is there. */
  readonly folder: string;
  /** Threads that it may use; the result does not depend on them. */
  readonly threads: number;
  /** Train up to this step only, to be gone on with later. */
  readonly stopAt?: number;
  /** Asks it to write its checkpoint and end. */
  readonly signal: AbortSignal;
  /** From 0 to 1. */
  readonly onProgress?: (fraction: number) => void;
}

/** How an attempt ended. `done`: result.json is in the job's folder, whole. `stopped`: it can be gone on with. */
export type Attempt =
  | { readonly status: "done" }
  | { readonly status: "stopped" }
  | { readonly status: "failed"; readonly exitCode: number | null; readonly reason: string };

/** Does one attempt: by a child process of the command line, or anything else that leaves the same files. */
export type Execute = (execution: Execution) => Promise<Attempt>;
