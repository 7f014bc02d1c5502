import type { JobCost } from "../../sweep/plan/vocabulary.js";

/** What a command's handler is given. */
export type JobArguments = Readonly<Record<string, unknown>>;

/** What a sweep needs to know of a command beside its options. */
export interface Swept {
  /** Refuses what the command would refuse before it does anything; fetches nothing. */
  readonly check: (argv: JobArguments) => Promise<void>;
  readonly cost: (argv: JobArguments) => Promise<JobCost>;
}
