import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { EvidenceDocument, RunDocument, TrainabilityDocument } from "../../src/network/index.js";
import { claim97Percent, predict97Percent } from "../../src/reproduce/claim-97-percent.js";
import { FinishedJobs } from "../../src/reproduce/finished-jobs.js";
import { planJobs } from "../../src/reproduce/plan.js";
import { claimTable2, TABLE_2_RUNS } from "../../src/reproduce/table-2.js";
import { exampleDocuments } from "../plot/documents.js";

describe("claim 1", () => {
  const [paper, unitInput] = [predict97Percent(0), predict97Percent(1)];

  it("agrees for the paper's input, and names both", () => {
    const { verdict, numbers } = claim97Percent(paper, unitInput);
    expect(verdict.status).toBe("agrees");
    expect(numbers[0].value).toBeCloseTo(0.9701986941264328, 13);
    expect(numbers[2].value).toBeCloseTo(0.9852685030864532, 13);
  });

  it("differs when the number does", () => {
    expect(claim97Percent(unitInput, paper).verdict.status).toBe("differs");
  });
});

describe("claim 5", () => {
  const run = (outcome: RunDocument["outcome"], steps = 150): RunDocument => ({
    kind: "run",
    model: "wrn-100-0.5",
    scheme: "batchnorm",
    depth: 48,
    parameters: 1,
    batch: 64,
    learningRate: 0.125,
    seed: 0,
    imageSize: 16,
    outcome,
    reason: "",
    steps,
    loss: { first: 2.4, last: 2 },
    lossCurve: [],
    testAccuracy: null,
    testImages: 0,
    imagesPerSecond: { median: 1, min: 1, max: 1 },
    profile: { before: [], after: [] },
    dataChecksums: {},
  });
  const trainability = (outcomes: RunDocument["outcome"][], steps?: number): TrainabilityDocument => ({
    kind: "trainability",
    runs: outcomes.map((outcome) => run(outcome, steps)),
  });

  it("agrees with Table 2's pattern, stalled or diverged alike", () => {
    const { verdict } = claimTable2(trainability(["trained", "trained", "trained", "diverged", "stalled"]));
    expect(verdict.status).toBe("agrees");
  });

  it("says plainly which scheme does not fit", () => {
    const { verdict } = claimTable2(trainability(["trained", "stalled", "trained", "trained", "stalled"]));
    expect(verdict.status).toBe("differs");
    expect(verdict.reason).toMatch(/does not show for SkipInit 1\/√d .*SkipInit 1 \(/);
  });

  it("does not judge a handful of steps", () => {
    const outcomes = TABLE_2_RUNS.map(() => "stalled" as const);
    expect(claimTable2(trainability(outcomes, 12)).verdict.status).toBe("inconclusive");
  });
});

describe("FinishedJobs", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "respath-finished-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const [job, other] = planJobs({ quick: true, seed: 0 });
  const document = exampleDocuments()[job.kind] as EvidenceDocument;

  it("finds what was kept for the same settings, and nothing else", async () => {
    const finished = new FinishedJobs(folder);
    expect(await finished.find(job)).toBeUndefined();
    await finished.keep(job, document);
    expect(await new FinishedJobs(folder).find(job)).toEqual(JSON.parse(JSON.stringify(document)));
    expect(await finished.find(other)).toBeUndefined();
    const changed = planJobs({ quick: true, seed: 1 }).find(({ name }) => name === job.name)!;
    expect(await finished.find(changed)).toBeUndefined();
  });

  it("does not take a broken file for a result, and leaves nothing behind", async () => {
    const finished = new FinishedJobs(folder);
    await finished.keep(job, document);
    const [file] = await readdir(join(folder, ".unfinished"));
    await writeFile(join(folder, ".unfinished", file), '{"kind":');
    expect(await finished.find(job)).toBeUndefined();
    await finished.clear();
    expect(await readdir(folder)).toEqual([]);
  });
});
