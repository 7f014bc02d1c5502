import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { alikeJobs } from "../../../src/sweep/plan/alike-jobs.js";
import { checkJobs } from "../../../src/sweep/plan/check-jobs.js";
import { checkSpec } from "../../../src/sweep/plan/check-spec.js";
import { planSum, planSweep } from "../../../src/sweep/plan/plan-sweep.js";
import { readSpec } from "../../../src/sweep/spec/read-spec.js";
import type { SweepSpec } from "../../../src/sweep/spec/sweep-spec.js";
import { vocabulary } from "./vocabulary.js";

const planOf = (spec: Omit<SweepSpec, "command">) =>
  planSweep({ spec: { command: "train", ...spec }, vocabulary: vocabulary(), version: "1.2.3" });
const idsOf = (spec: Omit<SweepSpec, "command">) => planOf(spec).plan.jobs.map(({ id }) => id);

describe("the ids of jobs", () => {
  it("are the first digits of the SHA-256 of command and parsed values by name", () => {
    const text = '["train",[["depth",20],["lr",0.1],["word","deep"]]]';
    const id = createHash("sha256").update(text).digest("hex").slice(0, 16);
    expect(idsOf({ fixed: { word: "Deep" }, grid: { lr: [0.1], depth: ["20"] } })).toEqual([id]);
  });

  it("do not depend on how and where a value is written", () => {
    const ids = idsOf({ grid: { lr: [0.1, 1000], depth: [3] } });
    expect(idsOf({ fixed: { depth: "3" }, grid: { lr: ["1e-1", "1e3"] } })).toEqual(ids);
    expect(idsOf({ grid: { depth: [3], lr: [5] }, when: [{ if: {}, grid: { lr: [0.1, 1000] } }] })).toEqual(
      ids,
    );
    expect(new Set([...ids, ...idsOf({ grid: { lr: [0.1], depth: [4] } })]).size).toBe(3);
  });

  it("are there once: cells that are the same job are left out", () => {
    const { plan, repeated } = planOf({ grid: { lr: [0.1, "0.10", 1] } });
    expect([plan.jobs.map(({ at }) => at), repeated]).toEqual([[{ lr: 0.1 }, { lr: 1 }], 1]);
  });
});

it("a plan says its own sum", () => {
  const { plan } = planOf({ grid: { lr: [0.1] } });
  expect(plan).toMatchObject({ kind: "sweep-plan", respath: "1.2.3", axes: ["lr"], sha256: planSum(plan) });
  const { sha256, ...rest } = plan;
  expect(sha256).toBe(createHash("sha256").update(JSON.stringify(rest)).digest("hex"));
});

describe("names and values are refused with their lines", () => {
  const GRID = "command: train\nfixed: {depth: 3}\ngrid:\n";
  it.each([
    [`${GRID}  lr: [1,\n    x]\n`, 'line 5: grid.lr must be a number, not "x"'],
    [`${GRID}  lrr: [1]\n`, "line 4: grid.lrr is no option of respath train; did you mean lr?"],
    [`${GRID}  out: [a]\n`, "line 4: grid.out is not for a sweep: it has one"],
    [`${GRID}  lr: []\n`, "line 4: grid.lr must be a list of one value or more, not []"],
    [
      `${GRID}  lr: {from: 2, to: 1}\n`,
      "line 4: grid.lr must be a range of 1 to 1000000 values, not from 2 to 1 by 1",
    ],
    ["command: train\nfixed:\n  depth: x\ngrid: {}\n", 'line 3: fixed.depth must be a number, not "x"'],
    [
      `${GRID}  lr: [1]\nwhen:\n- if: {word: a}\n`,
      "line 6: when[0].if.word must be an option that `fixed`, `grid` or a condition above sets",
    ],
    [
      `${GRID}  lr: [1]\nwhen:\n- if: {lr: 1}\n  set:\n    sed: 1\n`,
      "line 8: when[0].set.sed is no option of respath train; did you mean seed?",
    ],
    [
      `${GRID}  lr: [1]\nwhen:\n- if: {lr: 1}\n  grid:\n    seed: [a]\n`,
      'line 8: when[0].grid.seed must be a number, not "a"',
    ],
    [`${GRID}  lr: [1]\ngiveUp: {diverged: 2}\n`, "line 5: giveUp needs seeds: an axis `seed`"],
    [
      `${GRID}  lr: [1]\nhalving:\n  steps:\n  - 10\n  - 10\n  keep: 0.5\n  along: [lr]\n`,
      "line 8: halving.steps must be more than 10, as steps ascend",
    ],
    [
      `${GRID}  lr: [1]\nhalving: {steps: [1], keep: 0.5, along: [word]}\n`,
      'line 5: halving.along must be an axis of the grid but the seed, not "word"',
    ],
  ])("%j", (text, message) => {
    expect(() => checkSpec(readSpec(text, "s.yaml"), vocabulary())).toThrow(
      expect.objectContaining({ message: `s.yaml ${message}` }),
    );
  });

  it("but not what is right", () => {
    const text = `${GRID}  lr: [1]\nwhen:\n- if: {depth: 3}\n  set: {word: a}\n- if: {word: a}\n  grid: {seed: [1]}\ngiveUp: {diverged: 1}\n`;
    expect(() => checkSpec(readSpec(text, "s.yaml"), vocabulary())).not.toThrow();
  });
});

describe("whether settings go together", () => {
  const { plan } = planOf({ fixed: { word: "deep" }, grid: { depth: [10, 1000], lr: [1, 2], seed: [0, 1] } });

  it("is asked once of jobs that differ in seed and rate alone", () => {
    expect(alikeJobs(plan).map(({ settings, jobs }) => [settings["depth"], jobs.length])).toEqual([
      [10, 4],
      [1000, 4],
    ]);
  });

  it("is asked once whatever the order their settings stand in", () => {
    const jobs = [
      { id: "0", at: { depth: 10, word: "deep", seed: 0 } },
      { id: "1", at: { seed: 1, word: "deep", depth: 10 } },
    ];
    expect(alikeJobs({ fixed: {}, jobs })).toEqual([{ settings: jobs[0].at, jobs }]);
  });

  it("is refused with the settings", async () => {
    await expect(
      checkJobs({ plan, vocabulary: vocabulary(), source: "s.yaml", within: 1e4 }),
    ).rejects.toThrow("s.yaml: 4 jobs with depth 1000 cannot be run: too deep");
  });

  it("is left to the jobs where there is no time", async () => {
    const words = vocabulary();
    expect(await checkJobs({ plan, vocabulary: words, source: "s.yaml", within: -1 })).toBe(8);
    expect(words.checked).toEqual([]);
  });
});
