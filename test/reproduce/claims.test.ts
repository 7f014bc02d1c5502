import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import type {
  EvidenceDocument,
  RunDocument,
  SampleDocument,
  TrainabilityDocument,
} from "../../src/network/index.js";
import { verdictLabel } from "../../src/network/verdict-label.js";
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
    expect(verdictLabel(verdict)).toBe("agrees");
  });

  it("takes what is printed as 97 % for within half a percent of it, and says what is not judged", () => {
    const [printed, quantile, ...others] = claim97Percent(paper, unitInput).numbers;
    const difference = expect.closeTo(0.0001986941264328, 12);
    expect(printed).toMatchObject({ theory: 0.97, margin: 0.005, status: "agrees", printed: "97 %" });
    expect(printed.band).toEqual({ low: difference, high: difference });
    expect(quantile).toMatchObject({ theory: 15, status: "agrees" });
    for (const { notJudged, status } of others) {
      expect(notJudged).toBeTruthy();
      expect(status).toBeUndefined();
    }
    const [other, otherQuantile] = claim97Percent(unitInput, paper).numbers;
    expect([other.status, otherQuantile.status]).toEqual(["differs", "differs"]);
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

  const verdictsOf = (outcomes: RunDocument["outcome"][], steps?: number) => {
    const { verdict, atPaperScale, numbers } = claimTable2(trainability(outcomes, steps));
    return { verdict, atPaperScale: atPaperScale!, rows: numbers };
  };
  const PATTERN: RunDocument["outcome"][] = ["trained", "trained", "trained", "diverged", "stalled"];

  it("agrees with what so few steps can show, and does not judge the network that trains poorly", () => {
    const { verdict, rows } = verdictsOf(PATTERN);
    expect(verdictLabel(verdict)).toBe("agrees");
    expect(rows.map(({ status }) => status)).toEqual(["agrees", "agrees", "agrees", "agrees", undefined]);
    expect(rows[4].notJudged).toBe("150 steps do not tell slow training from none");
    expect(verdict.reason).toBe(
      "in 150 steps BatchNorm, SkipInit 1/√d and SkipInit 0 left chance, SkipInit 1 diverged at step 150, divide by √2 did not leave chance; as far as they go, these are the outcomes of Tables 1 and 2; divide by √2 (88.9 ± 0.4 % in the paper) is not judged: 150 steps do not tell slow training from none",
    );
    const trained = verdictsOf([...PATTERN.slice(0, 4), "trained"]);
    expect(trained.verdict.status).toBe("agrees");
    expect(trained.rows[4].notJudged).toBe("150 steps do not show whether it stays behind the others");
  });

  it("cannot be told of the paper's 200 epochs, but for what diverged", () => {
    const { atPaperScale } = verdictsOf(PATTERN);
    expect(atPaperScale.status).toBe("cannot-tell");
    // 150 · 64 of 50,000 images.
    expect(atPaperScale.reason).toBe(
      "150 steps of batch 64 are 0.19 epochs, the paper's accuracies are those after 200, and test accuracy is not measured here: BatchNorm, SkipInit 1/√d, SkipInit 0 and divide by √2 cannot be judged by that; settled is SkipInit 1, which diverged at step 150 and in the paper cannot be trained",
    );
    const [first, ...others] = PATTERN;
    expect(verdictsOf([first, ...others.slice(0, 3), "diverged"]).atPaperScale.status).toBe("differs");
    const lost = verdictsOf(["diverged", ...others]).atPaperScale;
    expect(lost.status).toBe("differs");
    expect(lost.reason).toMatch(
      /^BatchNorm diverged at step 150; in the paper BatchNorm reaches 94.7 ± 0.1 %; /,
    );
  });

  it.each([
    ["a scheme that trains and diverged", ["trained", "diverged", "trained", "diverged", "stalled"], 1],
    [
      "one that cannot be trained and left chance",
      ["trained", "trained", "trained", "trained", "stalled"],
      3,
    ],
    [
      "dividing by √2, which trains in the paper, diverged",
      ["trained", "trained", "trained", "diverged", "diverged"],
      4,
    ],
  ] as const)("differs where %s", (_, outcomes, index) => {
    const { verdict, rows } = verdictsOf([...outcomes]);
    expect(verdict.status).toBe("differs");
    expect(rows[index].status).toBe("differs");
    expect(verdict.reason).toContain(`in the paper ${TABLE_2_RUNS[index].title} `);
    expect(verdictsOf([...outcomes], 12).verdict.status).toBe("differs");
  });

  it("cannot tell what has stalled from what is slow", () => {
    for (const index of [0, 1, 2, 3]) {
      const { verdict, rows } = verdictsOf(PATTERN.map((one, other) => (other === index ? "stalled" : one)));
      expect(verdict.status).toBe("cannot-tell");
      expect(verdict.reason).toContain("may train slowly");
      expect(rows.map(({ status }) => status === "cannot-tell")).toEqual(
        [0, 1, 2, 3, 4].map((one) => one === index),
      );
    }
  });

  it("agrees with nothing after a handful of steps", () => {
    expect(verdictsOf(PATTERN, 12).verdict.status).toBe("cannot-tell");
    expect(verdictsOf(PATTERN, 99).verdict.status).toBe("cannot-tell");
    expect(verdictsOf(PATTERN, 99).verdict.reason).toContain("a verdict needs at least 100 steps");
    expect(verdictsOf(PATTERN, 100).verdict.status).toBe("agrees");
  });

  it("has each run's loss at the end beside what Tables 1 and 2 print at n = 100", () => {
    const rates = [2 ** -3, 2 ** -3, 2 ** -3, 2 ** -8, 0.3];
    const runs = rates.map((learningRate, index): RunDocument => {
      const loss = { first: 2.4, last: 2 };
      const judged = { mean: 1.5 + index / 10, se: 0.02, steps: 20 };
      const ended = { ...run(PATTERN[index]), learningRate };
      return index === 3 ? { ...ended, loss, outcomeStep: 2 } : { ...ended, loss: { ...loss, judged } };
    });
    const { numbers } = claimTable2({ kind: "trainability", runs });
    const left = { se: 0.02, theory: "below chance, 2.303", status: "agrees" };
    const what = "training loss at the end";
    expect(numbers).toEqual([
      {
        label: `BatchNorm, learning rate 2^−3, left chance: ${what}`,
        ...{ value: 1.5, ...left, printed: "94.7 ± 0.1 % after 200 epochs" },
      },
      {
        label: `SkipInit 1/√d, learning rate 2^−3, left chance: ${what}`,
        ...{ value: 1.6, ...left, printed: "94.2 ± 0.1 % after 200 epochs" },
      },
      {
        label: `SkipInit 0, learning rate 2^−3, left chance: ${what}`,
        ...{ value: 1.7, ...left, printed: "94.2 ± 0.1 % after 200 epochs" },
      },
      {
        label: `SkipInit 1, learning rate 2^−8, diverged at step 2: ${what}`,
        ...{
          value: "not finite at step 2",
          theory: "diverges",
          status: "agrees",
          printed: "cannot be trained",
        },
      },
      {
        label: `divide by √2, learning rate 0.3, did not leave chance: ${what}`,
        ...{ value: 1.9, se: 0.02, printed: "88.9 ± 0.4 % after 200 epochs" },
        notJudged: "150 steps do not tell slow training from none",
      },
    ]);
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
      /^150 steps instead of 200 epochs; one seed a scheme, and one learning rate instead of the best of a grid;/,
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

  it("finds no sample as one was once written, which lacks margins, and none of a newer version", async () => {
    const finished = new FinishedJobs(folder);
    const sampled = planJobs({ quick: true, seed: 0 }).find(({ kind }) => kind === "sample")!;
    const now = exampleDocuments().sample as SampleDocument;
    await finished.keep(sampled, now);
    expect(await finished.find(sampled)).toEqual(now);
    const { network, format, ...rest } = now;
    await finished.keep(sampled, { ...network, ...rest } as unknown as EvidenceDocument);
    expect(await finished.find(sampled)).toBeUndefined();
    await finished.keep(sampled, { ...now, format: format + 1 } as unknown as EvidenceDocument);
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
