import type { SweepPlanDocument } from "../../network/documents/sweep.js";
import { RespathError } from "../../network/errors.js";
import type { JobFailure } from "../run/job-failure.js";

/** What a worker says of a job that has ended. */
export type JobOutcome =
  /** result.json, to the byte. */
  | { readonly status: "done"; readonly result: string }
  /** The result is too large to be sent: it is in the worker's folder. */
  | { readonly status: "kept"; readonly place: string }
  /** `log` is the end of what its attempts have said. */
  | (JobFailure & { readonly status: "failed"; readonly log: string });

export interface EndedJob {
  readonly id: string;
  readonly outcome: JobOutcome;
}

/** A job that a worker is given. */
export interface Delivery {
  readonly id: string;
  /** Whether a worker that had it is lost. */
  readonly isAgain: boolean;
  /** Asks for its end: the worker is stopped, or others have the job by now. */
  readonly signal: AbortSignal;
}

export interface WorkOptions {
  /** Jobs that are done at a time. */
  readonly atOnce: number;
  readonly signal: AbortSignal;
  /** Does a job; undefined where it was stopped, and is to be given to somebody again. */
  readonly attempt: (delivery: Delivery) => Promise<JobOutcome | undefined>;
}

export interface QueueCounts {
  readonly waiting: number;
  readonly running: number;
  /** Ended, and not taken by the collector yet. */
  readonly ended: number;
}

/**
 * The jobs of one plan, shared between the machines of a sweep. A job is in it once, whatever is added how often, until it is forgotten;
 * one whose worker is lost is given to another.
 */
export interface JobQueue {
  /** Makes the queue this plan's, where it is nobody's. @returns the sum of the plan that it is of now. */
  open(plan: SweepPlanDocument): Promise<string>;
  /** The sum of the plan that it is of, as long as that goes on. */
  sum(): Promise<string | undefined>;
  /** The text of the plan. */
  planText(): Promise<string | undefined>;
  /** Adds jobs by their ids, in the order in which they are to be done; those that are there stay as they are. */
  add(ids: readonly string[]): Promise<void>;
  /** Some jobs that have ended: the same ones until they are forgotten. */
  ended(most: number): Promise<readonly EndedJob[]>;
  forget(ids: readonly string[]): Promise<void>;
  counts(): Promise<QueueCounts>;
  /** Waits until it is worth looking again. */
  rest(): Promise<void>;
  /**
   * Does jobs until it is stopped or the sweep has ended.
   *
   * @throws what an attempt throws; its job goes back.
   */
  work(options: WorkOptions): Promise<void>;
  /** Ends the sweep: forgets all jobs and the plan, and workers stop. */
  end(): Promise<void>;
  /** Leaves the queue as it is, for others. */
  close(): Promise<void>;
}

/** A queue cannot be used. Nothing was begun. */
export class QueueError extends RespathError {
  override readonly exitCode = 2;
  override name = "QueueError";
}

/** The queue is no longer of the sweep that was in it. */
export class SweepLostError extends RespathError {
  override name = "SweepLostError";
}
