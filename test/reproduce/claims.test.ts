import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import type {
  EvidenceDocument,
  RunDocument,
  SampleDocument,
  TrainabilityDocument,
} from "../../src/network/index.js";
import { claim97Percent, predict97Percent } from "../../src/reproduce/claim-97-percent.js";
import { FinishedJobs } from "../../src/reproduce/finished-jobs.js";
import { planJobs } from "../../src/reproduce/plan.js";
import { claimTable2, TABLE_2_RUNS } from "../../src/reproduce/table-2.js";
import { temporaryFolders } from "../helpers/temporary-folder.js";
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

  it("has the quantile and the mean, and says both probabilities", () => {
    const { numbers, verdict, scaledDown, pictures } = claim97Percent(paper, unitInput);
    expect(numbers[1]).toMatchObject({ value: 15, theory: 15 });
    // H_10,000.
    expect(numbers[3].value).toBeCloseTo(9.787606036044382, 10);
    expect(verdict.reason).toContain("P(K ≤ 15) is 97.0199 % and 15 is the 97 % quantile");
    expect(verdict.reason).toContain("with an input of variance 1 it is 98.5269 %");
    expect({ scaledDown, pictures }).toEqual({ scaledDown: [], pictures: ["path-lengths"] });
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
    expect(claimTable2(trainability(outcomes, 99)).verdict.status).toBe("inconclusive");
    expect(claimTable2(trainability(outcomes, 100)).verdict.status).toBe("differs");
  });

  it("has each run's loss at the end beside what Tables 1 and 2 print at n = 100", () => {
    const rates = [2 ** -3, 2 ** -3, 2 ** -3, 2 ** -8, 0.3];
    const runs = rates.map((learningRate, index): RunDocument => {
      const loss = { first: 2.4, last: 2 };
      const judged = { mean: 1.5 + index / 10, se: 0.02, steps: 20 };
      return { ...run("trained"), learningRate, loss: index === 3 ? loss : { ...loss, judged } };
    });
    const { numbers } = claimTable2({ kind: "trainability", runs });
    expect(numbers).toEqual(
      [
        ["BatchNorm, learning rate 2^−3: trained, training loss at the end", 1.5, "94.7 % after 200 epochs"],
        [
          "SkipInit 1/√d, learning rate 2^−3: trained, training loss at the end",
          1.6,
          "94.2 % after 200 epochs",
        ],
        ["SkipInit 0, learning rate 2^−3: trained, training loss at the end", 1.7, "94.2 % after 200 epochs"],
        [
          "SkipInit 1, learning rate 2^−8: trained, training loss at the end",
          "not finite at step 150",
          "cannot be trained after 200 epochs",
        ],
        [
          "divide by √2, learning rate 0.3: trained, training loss at the end",
          1.9,
          "88.9 % (cannot be trained at n = 1000) after 200 epochs",
        ],
      ].map(([label, value, theory], index) => ({
        label,
        value,
        ...(index === 3 ? {} : { se: 0.02 }),
        theory,
      })),
    );
  });

  it("says what is smaller than in the paper", () => {
    const outcomes = TABLE_2_RUNS.map(() => "trained" as const);
    const { id, scaledDown, pictures } = claimTable2(trainability(outcomes));
    expect({ id, pictures }).toEqual({ id: "table-2", pictures: ["table-2"] });
    expect(scaledDown).toHaveLength(3);
    expect(scaledDown[0]).toBe(
      "wrn-100-0.5 on images averaged down to 16×16 instead of 100-2 at 32×32; batch 64",
    );
    expect(scaledDown[1]).toMatch(
      /^150 steps instead of 200 epochs; one learning rate and one seed a scheme;/,
    );
    expect(scaledDown[2]).toContain("SkipInit 1 diverges");
  });
});

describe("FinishedJobs", () => {
  const newFolder = temporaryFolders("finished");
  let folder: string;
  beforeEach(() => {
    folder = newFolder();
  });

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

  it("finds a sample as one was once written, but none of a newer version", async () => {
    const finished = new FinishedJobs(folder);
    const sampled = planJobs({ quick: true, seed: 0 }).find(({ kind }) => kind === "sample")!;
    const now = exampleDocuments().sample as SampleDocument;
    const { network, format: _, ...rest } = now;
    await finished.keep(sampled, { ...network, ...rest } as unknown as EvidenceDocument);
    expect(await finished.find(sampled)).toEqual(now);
    await finished.keep(sampled, { ...now, format: 3 } as unknown as EvidenceDocument);
    expect(await finished.find(sampled)).toBeUndefined();
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
