import { readFile } from "node:fs/promises";
import type { SweepDocument } from "../../network/documents/sweep.js";
import { parseJsonIfAny } from "../../network/parse-json.js";
import { reasonOf, writeFileWhole } from "../../system/write-file.js";
import { type PlannedCell, type PlannedGroup, settingsKey } from "../plan/cells.js";
import { PlanError } from "../plan/plan-error.js";
import { sweepFiles } from "./sweep-folder.js";

/** What halving has decided of a group after so many steps. */
export type Rung = NonNullable<SweepDocument["rungs"]>[number];

/** A cell and the training loss of its first run at a rung. */
export interface Rival {
  readonly cell: PlannedCell;
  readonly loss: number;
}

/**
 * Ranks rivals by their losses, those that are not finite last, ties by their order, and keeps a share of them, rounded up.
 *
 * @param options.steps the rung's.
 */
export function decideRung(options: {
  readonly group: PlannedGroup;
  readonly steps: number;
  readonly keep: number;
  readonly rivals: readonly Rival[];
}): Rung {
  const { group, steps, keep, rivals } = options;
  const loss = ({ loss }: Rival) => (Number.isFinite(loss) ? loss : Number.POSITIVE_INFINITY);
  // Infinity − Infinity is not a number, which sorts as a tie.
  const ranked = [...rivals].sort((a, b) => loss(a) - loss(b) || 0);
  // A hair less: 0.7·10 is 7.000000000000001.
  const count = Math.max(1, Math.ceil(keep * rivals.length - 1e-9));
  const written = ranked.map(({ cell, loss }) => ({ at: cell.at, loss }));
  return { at: group.at, steps, kept: written.slice(0, count), dropped: written.slice(count) };
}

/** The decisions of a sweep, in its folder: what was decided stays so. */
export class Rungs {
  readonly #folder: string;
  readonly #groups: readonly PlannedGroup[];
  readonly #decided: Map<string, Rung>;

  private constructor(folder: string, groups: readonly PlannedGroup[], decided: readonly Rung[]) {
    this.#folder = folder;
    this.#groups = groups;
    this.#decided = new Map(decided.map((rung) => [keyOf(rung), rung]));
  }

  /** @throws PlanError for a file that is none. */
  static async read(folder: string, groups: readonly PlannedGroup[]): Promise<Rungs> {
    return new Rungs(folder, groups, await readRungs(folder));
  }

  find(group: PlannedGroup, steps: number): Rung | undefined {
    return this.#decided.get(keyOf({ at: group.at, steps }));
  }

  /** Keeps a decision, in the order of the plan and of the steps, whenever it was made. */
  async add(rung: Rung): Promise<void> {
    this.#decided.set(keyOf(rung), rung);
    const sorted = rungsInOrder(this.#decided.values(), this.#groups);
    await writeFileWhole(sweepFiles.rungs(this.#folder), `${JSON.stringify(sorted, null, 2)}\n`);
  }
}

/** The decisions that a sweep's folder has; none where it has no file of them. @throws PlanError for a file that is none. */
export async function readRungs(folder: string): Promise<readonly Rung[]> {
  const path = sweepFiles.rungs(folder);
  let text = "[]";
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") {
      throw new PlanError(`cannot read ${path}: ${reasonOf(error)}`);
    }
  }
  const rungs = parseJsonIfAny(text);
  if (!Array.isArray(rungs) || !rungs.every(isRung)) {
    throw new PlanError(`${path} is damaged: it must be what halving has decided; remove it to decide again`);
  }
  return rungs;
}

/** Decisions in the order of the plan's groups and of the steps, whenever they were made. */
export function rungsInOrder(rungs: Iterable<Rung>, groups: readonly PlannedGroup[]): readonly Rung[] {
  const places = new Map(groups.map(({ at }, place) => [settingsKey(at), place]));
  const place = ({ at }: Rung) => places.get(settingsKey(at)) ?? groups.length;
  return [...rungs].sort((a, b) => place(a) - place(b) || a.steps - b.steps);
}

/** Tells decisions apart. */
export function keyOf({ at, steps }: Pick<Rung, "at" | "steps">): string {
  return `${steps} ${settingsKey(at)}`;
}

function isRung(value: unknown): value is Rung {
  const { at, steps, kept, dropped } = (value ?? {}) as Partial<Rung>;
  const isRanked = (list: unknown) =>
    Array.isArray(list) && list.every((one) => typeof one?.at === "object" && one.at !== null);
  return (
    typeof at === "object" && at !== null && Number.isInteger(steps) && isRanked(kept) && isRanked(dropped)
  );
}
