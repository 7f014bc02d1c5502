import type {
  SweepJob,
  SweepPlanDocument,
  SweepSettings,
  SweepValue,
} from "../../network/documents/sweep.js";
import { InvalidArgumentError } from "../../network/errors.js";
import { FORMAT } from "../../network/format.js";
import { nearestOf } from "../../network/nearest.js";
import { expand } from "../spec/expand.js";
import type { SweepSpec } from "../spec/sweep-spec.js";
import { jobId, sha256 } from "./job-id.js";
import type { Vocabulary } from "./vocabulary.js";

export interface PlanSweepOptions {
  readonly spec: SweepSpec;
  readonly vocabulary: Vocabulary;
  /** The version of respath that plans. */
  readonly version: string;
}

/** A plan, how many cells of the grid were the same job as an earlier one, and which conditions, counted from 0, hold for none. */
export interface PlannedSweep {
  readonly plan: SweepPlanDocument;
  readonly repeated: number;
  readonly idle: readonly number[];
}

/**
 * Expands a grid into jobs with ids by their contents. Every value is read as the command would read it; whether they go together is
 * `checkJobs`'s to say.
 *
 * @throws InvalidArgumentError naming the option that is none, or cannot have its value.
 */
export function planSweep({ spec, vocabulary, version }: PlanSweepOptions): PlannedSweep {
  const { fixed, axes, cells, idle } = expand(spec);
  const parsed = new ParsedValues(vocabulary);
  const constant = parsed.of(fixed);
  const jobs = new Map<string, SweepJob>();
  for (const at of cells) {
    const id = jobId(spec.command, { ...constant, ...parsed.of(at) });
    if (!jobs.has(id)) jobs.set(id, { id, at });
  }
  const { giveUp, halving } = spec;
  const rules =
    giveUp || halving ? { rules: { ...(giveUp ? { giveUp } : {}), ...(halving ? { halving } : {}) } } : {};
  const plan = {
    kind: "sweep-plan" as const,
    format: FORMAT,
    respath: version,
    command: spec.command,
    fixed,
    axes,
    ...rules,
    jobs: [...jobs.values()],
  };
  return { plan: sealed(plan), repeated: cells.length - jobs.size, idle };
}

/** A plan with the sum of its contents. */
export function sealed(plan: Omit<SweepPlanDocument, "sha256">): SweepPlanDocument {
  return { ...plan, sha256: planSum(plan) };
}

/** The sum that a plan says of itself, as long as nobody has edited it. */
export function planSum({
  sha256: _,
  ...plan
}: Omit<SweepPlanDocument, "sha256"> & { readonly sha256?: string }) {
  return sha256(JSON.stringify(plan));
}

/** All settings of a job. */
export function settingsOf(plan: Pick<SweepPlanDocument, "fixed">, job: Pick<SweepJob, "at">): SweepSettings {
  return { ...plan.fixed, ...job.at };
}

/** Values as the command reads them; each is read once, however many jobs have it. */
class ParsedValues {
  readonly #vocabulary: Vocabulary;
  readonly #known = new Map<string, unknown>();

  constructor(vocabulary: Vocabulary) {
    this.#vocabulary = vocabulary;
  }

  of(settings: SweepSettings): Record<string, unknown> {
    return Object.fromEntries(
      Object.entries(settings).map(([name, value]) => [name, this.#value(name, value)]),
    );
  }

  #value(name: string, value: SweepValue): unknown {
    const key = `${name}\n${typeof value}\n${value}`;
    if (!this.#known.has(key)) {
      requireOption(name, this.#vocabulary);
      this.#known.set(key, this.#vocabulary.parse(name, value));
    }
    return this.#known.get(key);
  }
}

function requireOption(name: string, { options, command }: Vocabulary): void {
  if (options.includes(name)) return;
  const nearest = nearestOf(name, options);
  const hint = nearest === undefined ? "" : `; did you mean ${nearest}?`;
  throw new InvalidArgumentError("option", name, `one that a sweep of ${command} can set${hint}`);
}
