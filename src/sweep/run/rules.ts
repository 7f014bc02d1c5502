import type { SweepJob, SweepPlanDocument } from "../../network/documents/sweep.js";
import { groupsOf, type PlannedCell, type PlannedGroup, settingsKey } from "../plan/cells.js";
import { decideRung, type Rung, Rungs } from "./rungs.js";
import { sweepFiles } from "./sweep-folder.js";
import { standingAt } from "./training-loss.js";

/** What a run of the sweep knows of a job: its result, or that its last try has failed. */
export type Known = { readonly diverged: boolean } | "failed";

/** What is to be done with a job now; `stopAt`: up to this step only. */
export type Verdict =
  | { readonly do: "run"; readonly stopAt?: number }
  | { readonly do: "wait" }
  | { readonly do: "skip"; readonly reason: string };

export interface RulesOptions {
  readonly plan: SweepPlanDocument;
  /** Those of the plan that are run here. */
  readonly jobs: readonly SweepJob[];
  /** The sweep's. */
  readonly folder: string;
  readonly known: (id: string) => Known | undefined;
}

/**
 * A plan's rules, by which some of its jobs are done without. What they decide follows from results alone: a job waits until all that
 * decides on it is known.
 */
export class Rules {
  readonly #options: RulesOptions;
  readonly #rungs: Rungs;
  readonly #places = new Map<string, Place>();

  private constructor(options: RulesOptions, groups: readonly PlannedGroup[], rungs: Rungs) {
    this.#options = options;
    this.#rungs = rungs;
    for (const group of groups) {
      const state = { group, rung: 0, alive: group.cells, dropped: new Map<string, string>() };
      for (const cell of group.cells) {
        const key = settingsKey(cell.at);
        for (const [index, { id }] of cell.jobs.entries()) this.#places.set(id, { state, cell, key, index });
      }
    }
  }

  /** @throws PlanError where the decisions of an earlier run cannot be read. */
  static async of(options: RulesOptions): Promise<Rules> {
    const { plan, jobs, folder } = options;
    const groups = plan.rules ? groupsOf(plan, jobs) : [];
    return new Rules(options, groups, await Rungs.read(folder, groupsOf(plan, plan.jobs)));
  }

  /** The jobs that a job's fate may decide on, itself among them; itself alone where there are no rules. */
  relatives(job: SweepJob): readonly SweepJob[] {
    const state = this.#places.get(job.id)?.state;
    return state ? state.group.cells.flatMap(({ jobs }) => jobs) : [job];
  }

  /** Makes the decisions on a job's group that can be made by now. @throws OutputError where they cannot be kept. */
  async settle(job: SweepJob): Promise<void> {
    const state = this.#places.get(job.id)?.state;
    const { halving } = this.#options.plan.rules ?? {};
    if (!state || !halving) return;
    for (let steps = halving.steps[state.rung]; steps !== undefined && state.alive.length > 1; ) {
      const rung = this.#rungs.find(state.group, steps) ?? (await this.#decide(state, steps, halving.keep));
      if (!rung) return;
      apply(state, rung);
      steps = halving.steps[state.rung];
    }
  }

  /** What is to be done with a job, by the decisions so far. */
  verdict(job: SweepJob): Verdict {
    const place = this.#places.get(job.id);
    if (!place) return { do: "run" };
    const { state, key, index } = place;
    const reason = state.dropped.get(key);
    if (reason !== undefined) return { do: "skip", reason };
    const { halving, giveUp } = this.#options.plan.rules ?? {};
    const steps = state.alive.length > 1 ? halving?.steps[state.rung] : undefined;
    if (steps !== undefined) return index === 0 ? { do: "run", stopAt: steps } : { do: "wait" };
    return giveUp ? this.#verdictByDivergence(place, giveUp.diverged) : { do: "run" };
  }

  #verdictByDivergence({ index, cell: { jobs } }: Place, first: number): Verdict {
    if (index < first) return { do: "run" };
    const known = jobs.slice(0, first).map(({ id }) => this.#options.known(id));
    if (known.some((one) => one === "failed" || one?.diverged === false)) return { do: "run" };
    if (known.includes(undefined)) return { do: "wait" };
    const runs = first === 1 ? "the first run of its cell has" : `the first ${first} runs of its cell have`;
    return { do: "skip", reason: `${runs} diverged` };
  }

  /** Undefined as long as a rival has not come that far. One that failed counts as not finite. */
  async #decide({ group, alive }: GroupState, steps: number, keep: number): Promise<Rung | undefined> {
    const rivals = [];
    for (const cell of alive) {
      const [{ id }] = cell.jobs;
      const known = this.#options.known(id);
      const standing = await standingAt(sweepFiles.job(this.#options.folder, id), steps);
      if (known === undefined && standing.steps < steps) return undefined;
      rivals.push({ cell, loss: known === "failed" ? Number.NaN : standing.loss });
    }
    const rung = decideRung({ group, steps, keep, rivals });
    await this.#rungs.add(rung);
    return rung;
  }
}

/** Where a job is among the others. */
interface Place {
  readonly state: GroupState;
  readonly cell: PlannedCell;
  readonly key: string;
  /** In its cell. */
  readonly index: number;
}

interface GroupState {
  readonly group: PlannedGroup;
  /** Rungs that are decided. */
  rung: number;
  /** The cells that go on. */
  alive: readonly PlannedCell[];
  /** Why the others do not. */
  readonly dropped: Map<string, string>;
}

function apply(state: GroupState, { steps, kept, dropped }: Rung): void {
  const reason = `not among the best ${kept.length} of ${kept.length + dropped.length} after step ${steps}`;
  for (const { at } of dropped) state.dropped.set(settingsKey(at), reason);
  state.alive = state.alive.filter(({ at }) => !state.dropped.has(settingsKey(at)));
  state.rung++;
}
