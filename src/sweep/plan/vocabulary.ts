import type { SweepValue, SweptCommand } from "../../network/documents/sweep.js";

/** The options of a command that a sweep may set, as the command line knows them. */
export interface Vocabulary {
  readonly command: SweptCommand;
  /** Their names without hyphens in front. */
  readonly options: readonly string[];
  /** Options of the command that a sweep may not set, and why. */
  readonly withheld?: Readonly<Record<string, string>>;
  /**
   * The value that the command would make of one, as plain data.
   *
   * @throws InvalidArgumentError naming the option.
   */
  readonly parse: (option: string, value: SweepValue) => unknown;
  /** Checks settings together, without running them. @throws RespathError for what could not be run. */
  readonly check: (settings: Readonly<Record<string, SweepValue>>) => Promise<void>;
  /** What they are expected to take. */
  readonly cost: (settings: Readonly<Record<string, SweepValue>>) => Promise<JobCost>;
}

/** What a job is expected to take, for ratios: multiply-adds of all of it, and of one step or network; and bytes at most. */
export interface JobCost {
  readonly work: number;
  readonly unit: number;
  readonly bytes: number;
}
