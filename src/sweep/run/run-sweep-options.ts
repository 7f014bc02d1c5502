import type { SweepJob, SweepPlanDocument } from "../../network/documents/sweep.js";
import type { LockChoices } from "../../system/lock.js";
import type { Execute } from "./execution.js";
import type { SweepProgress } from "./sweep-state.js";

export interface RunSweepOptions extends LockChoices {
  readonly plan: SweepPlanDocument;
  /** Those of the plan's jobs that are done; all if absent. */
  readonly jobs?: readonly SweepJob[];
  /** The sweep's (sweepFiles); made if it is not there. */
  readonly folder: string;
  readonly execute: Execute;
  /** Threads that run at a time. */
  readonly cores: number;
  /** Bytes that the running jobs may need together, by what the plan foresees; one runs whatever it needs. */
  readonly memory: number;
  /** Stops what runs, to be gone on with by the same call. */
  readonly signal: AbortSignal;
  /** Called once with what says at any time how far the sweep is. */
  readonly onStart?: (progress: () => SweepProgress) => void;
  /** Milliseconds of a clock that never goes back; performance.now if absent. */
  readonly now?: () => number;
}
