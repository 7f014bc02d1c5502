import { mkdirSync, writeFileSync } from "node:fs";
import { parse } from "csv-parse/sync";
import { beforeEach, describe, expect, it } from "vitest";
import type { SweepPlanDocument } from "../../../src/network/documents/sweep.js";
import type { RunDocument } from "../../../src/network/documents.js";
import { mergeSweep } from "../../../src/sweep/merge/merge-sweep.js";
import { mergedRungs } from "../../../src/sweep/merge/merged-rungs.js";
import { sweepCsv } from "../../../src/sweep/merge/sweep-csv.js";
import { jobFiles, sweepFiles } from "../../../src/sweep/run/sweep-folder.js";
import { temporaryFolders } from "../../helpers/temporary-folder.js";
import { runDocument } from "../../plot/documents.js";
import { idOf, planOf } from "../fake-sweep.js";

const newFolder = temporaryFolders("merge");
let folders: string[];
beforeEach(() => {
  folders = [newFolder(), newFolder()];
});

/** Test accuracies by scheme and rate, a seed each; null: diverged. */
const FOUND = {
  batchnorm: { 0.1: [0.8, 0.82, 0.81], 0.2: [0.83, 0.8, 0.84], 0.4: [0.6, 0.61, 0.62] },
  skipinit: { 0.1: [0.7, 0.71, 0.72], 0.2: [0.75, 0.76, 0.74], 0.4: [null, null, 0.5] },
} as const;
const RATES = [0.1, 0.2, 0.4] as const;
const CELLS = (["batchnorm", "skipinit"] as const).flatMap((scheme) =>
  RATES.flatMap((lr) => [0, 1, 2].map((seed) => ({ at: { scheme, lr, seed } }))),
);
const plan = planOf({ jobs: CELLS });

function resultOf(number: number, changes: Partial<RunDocument> = {}): RunDocument {
  const { scheme, lr, seed } = CELLS[number - 1].at;
  const accuracy = FOUND[scheme][lr][seed];
  return {
    ...runDocument({ scheme, depth: 6 }),
    outcome: accuracy === null ? "diverged" : "trained",
    testAccuracy: accuracy,
    loss: {
      first: 2.3,
      last: 1,
      ...(accuracy === null ? {} : { judged: { mean: 1 - accuracy, se: 0.01, steps: 20 } }),
    },
    ...changes,
  };
}

/** Leaves the results of some jobs in a folder, as they would be after a run there. */
function done(folder: string, numbers: readonly number[], changes: Partial<RunDocument> = {}): void {
  for (const number of numbers) {
    const place = sweepFiles.job(folder, idOf(number));
    mkdirSync(place, { recursive: true });
    writeFileSync(jobFiles.result(place), JSON.stringify(resultOf(number, changes)));
  }
}

const all = CELLS.map((_, index) => index + 1);
const merged = (of: SweepPlanDocument, from: readonly string[]) => mergeSweep({ plan: of, folders: from });

describe("a merged sweep", () => {
  it("is the same however the jobs were split, repeated and ordered", async () => {
    const [whole, other] = folders;
    done(whole, all);
    const expected = JSON.stringify(await merged(plan, [whole]));
    const parts = [newFolder(), newFolder(), newFolder()];
    for (const [index, part] of parts.entries()) {
      // On another machine, at another time, and with one job that two have done.
      const provenance = { ...resultOf(1).provenance, wallSeconds: index } as RunDocument["provenance"];
      done(
        part,
        all.filter((number) => number % 3 === index || number === 5),
        { provenance },
      );
    }
    for (const order of [parts, [...parts].reverse(), [parts[1], other, parts[2], parts[0], parts[1]]]) {
      expect(JSON.stringify(await merged(plan, order))).toBe(expected);
    }
  });

  it("has each cell's runs by seed, and says what is missing, failed or skipped", async () => {
    const [folder] = folders;
    done(folder, all.slice(4));
    const say = (number: number, file: "failed" | "skipped", reason: string) => {
      const place = sweepFiles.job(folder, idOf(number));
      mkdirSync(place, { recursive: true });
      writeFileSync(jobFiles[file](place), JSON.stringify({ reason }));
    };
    say(2, "failed", "out of memory");
    say(3, "skipped", "a rule");
    // It was run before the rule was known.
    done(folder, [3]);
    const { cells } = await merged(plan, folders);
    expect(cells.map(({ at }) => at)).toEqual(
      ["batchnorm", "skipinit"].flatMap((scheme) => RATES.map((lr) => ({ scheme, lr }))),
    );
    expect(cells[0].runs).toEqual([
      { id: idOf(1), seed: 0, status: "missing", measures: {} },
      { id: idOf(2), seed: 1, status: "failed", measures: {}, reason: "out of memory" },
      { id: idOf(3), seed: 2, status: "skipped", measures: {}, reason: "a rule" },
    ]);
    expect(cells[1].runs[2]).toMatchObject({
      ...{ id: idOf(6), seed: 2, status: "done", outcome: "trained" },
      measures: { "test accuracy": 0.84, "training loss": 1 - 0.84 },
      errors: { "training loss": 0.01 },
    });
  });

  it("names the best rate of each scheme and those that cannot be told from it, without rates that diverge", async () => {
    done(folders[0], all);
    const { best } = await merged(plan, folders);
    // Means 0.81, 0.8233, 0.61 (standard errors 0.0058, 0.0120): Welch's t of the first two is 1.0, p = 0.39.
    expect(best?.map(({ at, over, best: value, tied }) => [at, over, value, tied])).toEqual([
      [{ scheme: "batchnorm" }, "lr", 0.2, [0.1, 0.2]],
      [{ scheme: "skipinit" }, "lr", 0.2, [0.2]],
    ]);
    expect(best?.[0].mean).toBeCloseTo((0.83 + 0.8 + 0.84) / 3, 12);
    const least = await mergeSweep({ plan, folders, best: { over: "scheme", measure: "training loss" } });
    expect(least.best?.map(({ at, best: value }) => [at, value])).toEqual([
      [{ lr: 0.1 }, "batchnorm"],
      [{ lr: 0.2 }, "batchnorm"],
      [{ lr: 0.4 }, "batchnorm"],
    ]);
    await expect(mergeSweep({ plan, folders, best: { over: "rate" } })).rejects.toThrow(
      /one of the axes scheme, lr, seed/,
    );
    await expect(mergeSweep({ plan, folders, best: { measure: "f1" } })).rejects.toThrow(
      /measure must be one of/,
    );
  });

  it("gives up what the plan gives up, whoever ran it all the same", async () => {
    const rules = { giveUp: { diverged: 2 } };
    done(folders[0], all);
    done(
      folders[1],
      all.filter((number) => number !== 18),
    );
    const given = planOf({ jobs: CELLS, rules });
    const [with18, without] = await Promise.all([merged(given, [folders[0]]), merged(given, [folders[1]])]);
    expect(with18).toEqual(without);
    expect(with18.cells[5].runs.map(({ status }) => status)).toEqual(["done", "done", "skipped"]);
    expect(with18.rules).toEqual(rules);
  });

  it("has what halving has decided, in the order of the plan and the steps, whoever decided it", async () => {
    const rules = { halving: { steps: [20, 100], keep: 0.5, along: ["lr"] } };
    const given = planOf({ jobs: [...CELLS].reverse(), rules });
    const rung = (scheme: string, steps: number) => ({ at: { scheme }, steps, kept: [], dropped: [] });
    const expected = ["skipinit", "batchnorm"].flatMap((scheme) => [rung(scheme, 20), rung(scheme, 100)]);
    writeFileSync(sweepFiles.rungs(folders[0]), JSON.stringify([expected[3], expected[0], expected[1]]));
    writeFileSync(sweepFiles.rungs(folders[1]), JSON.stringify([expected[2], expected[1]]));
    expect(await mergedRungs(folders, given)).toEqual(expected);
    expect(await mergedRungs([...folders].reverse(), given)).toEqual(expected);
    expect(await mergedRungs([newFolder()], given)).toBeUndefined();
  });

  it("refuses results that contradict each other, or are none", async () => {
    done(folders[0], [1]);
    done(folders[1], [1], { testAccuracy: 0.1 });
    await expect(merged(plan, folders)).rejects.toThrow(/job 0+1 has found one thing in .* and another in /);
    writeFileSync(jobFiles.result(sweepFiles.job(folders[0], idOf(1))), '{"kind":"ru');
    await expect(merged(plan, [folders[0]])).rejects.toThrow(/is no result of job 0+1; remove it/);
    const { provenance } = resultOf(1);
    const made = (lr: number) => ({
      provenance: { ...provenance!, arguments: { learningRate: lr, seed: 0 } },
    });
    done(folders[0], [1], made(0.1));
    expect((await merged(plan, [folders[0]])).cells[0].runs[0].status).toBe("done");
    done(folders[0], [1], made(0.2));
    await expect(merged(plan, [folders[0]])).rejects.toThrow(/is no result of job 0+1; remove it/);
  });

  it("has a tidy table, which reads back", async () => {
    done(folders[0], all);
    const rows = parse(sweepCsv(await merged(plan, folders)), { columns: true }) as Record<string, string>[];
    expect(rows).toHaveLength(18);
    expect(Object.keys(rows[0]).slice(0, 6)).toEqual(["id", "scheme", "lr", "seed", "status", "outcome"]);
    for (const [index, { at }] of CELLS.entries()) {
      const accuracy = FOUND[at.scheme][at.lr][at.seed];
      expect(rows[index]).toMatchObject({ scheme: at.scheme, lr: String(at.lr), seed: String(at.seed) });
      expect(rows[index]["test accuracy"]).toBe(accuracy === null ? "" : String(accuracy));
    }
  });
});
