import type { SweepPlanDocument, SweepSettings } from "../../network/documents/sweep.js";
import { RespathError } from "../../network/errors.js";
import { shown } from "../../network/shown.js";
import { SpecError } from "../spec/spec-error.js";
import { ALIKE, alikeJobs } from "./alike-jobs.js";
import type { Vocabulary } from "./vocabulary.js";

export interface CheckJobsOptions {
  readonly plan: Pick<SweepPlanDocument, "fixed" | "axes" | "jobs">;
  readonly vocabulary: Vocabulary;
  /** What messages call the file of the grid. */
  readonly source: string;
  /** Milliseconds that checking may take. */
  readonly within: number;
}

/**
 * Checks whether the values of each job go together, those that are alike once, as long as there is time.
 *
 * @returns how many jobs are not checked yet: their own command does it.
 * @throws SpecError with the settings of the first that cannot be run.
 */
export async function checkJobs({ plan, vocabulary, source, within }: CheckJobsOptions): Promise<number> {
  const end = performance.now() + within;
  let unchecked = plan.jobs.length;
  for (const { settings, jobs } of alikeJobs(plan)) {
    if (performance.now() > end) break;
    try {
      await vocabulary.check(settings);
    } catch (error) {
      if (!(error instanceof RespathError)) throw error;
      const count = jobs.length === 1 ? "1 job" : `${jobs.length} jobs`;
      const at = describeSettings(settings, plan.axes);
      throw new SpecError(source, `${count} with ${at} cannot be run: ${error.message}`);
    }
    unchecked -= jobs.length;
  }
  return unchecked;
}

/** The values of the axes that are the same in alike jobs; all, where there are none. */
function describeSettings(settings: SweepSettings, axes: readonly string[]): string {
  const names = axes.filter((name) => !ALIKE.includes(name) && settings[name] !== undefined);
  const told = names.length > 0 ? names : Object.keys(settings);
  return told
    .map((name) => `${name} ${typeof settings[name] === "string" ? settings[name] : shown(settings[name])}`)
    .join(", ");
}
