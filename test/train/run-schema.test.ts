import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import { describe, expect, it } from "vitest";
import { asImageSource } from "../../src/data/index.js";
import { sentenceOf } from "../../src/network/checks/complaint.js";
import { inconsistencyOfRun } from "../../src/network/documents/run.js";
import type { RunDocument } from "../../src/network/documents.js";
import { train } from "../../src/train/index.js";
import { easyImages } from "./images.js";

const root = join(import.meta.dirname, "../..");
const read = (path: string) => JSON.parse(readFileSync(join(root, path), "utf8"));

const validate = new Ajv({ allErrors: true, allowUnionTypes: true }).compile(
  read("docs/schemas/run.schema.json"),
);
/** What the schema finds, and what does not go together. */
const complaints = (document: unknown): string[] => {
  if (!validate(document)) {
    return (validate.errors ?? []).map(
      ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
    );
  }
  const inconsistency = inconsistencyOfRun(document as RunDocument);
  return inconsistency ? [sentenceOf(inconsistency)] : [];
};

const data = { train: easyImages(64), test: easyImages(20, 1), checksums: { "a.bin": "0" } };
const settings = {
  model: "wrn-10-0.25",
  scheme: "batchnorm",
  steps: 4,
  batch: 16,
  learningRate: 0.05,
  imageSize: 8,
  data,
};
/** A run as it is in run.json. */
const written = async (more: object): Promise<RunDocument> =>
  JSON.parse(JSON.stringify(await train({ ...settings, ...more })));

describe("run.schema.json", () => {
  it("lets a later version write more", async () => {
    expect(complaints({ ...(await written({ steps: 1, testImages: 0 })), colour: "red" })).toEqual([]);
  });

  it.each([
    ["as short as it can be", { steps: 1, testImages: 0 }],
    ["with tests on the way", { testEvery: { steps: 2 }, data: { ...data, name: "easy" } }],
    ["that diverges", { scheme: "unnormalized", learningRate: 1e30, testEvery: { steps: 1 } }],
    [
      "of another design, with an image that was not one",
      {
        scheme: "groupnorm",
        activation: "linear",
        normGroups: 2,
        convBiases: true,
        dropout: 0.1,
        data: { ...data, train: { ...asImageSource(data.train), badImages: ["a.png"] } },
      },
    ],
    ["of Fixup", { scheme: "fixup", fixup: "1,3" }],
    [
      "with a whole recipe",
      {
        scheme: "skipinit",
        alpha: "0.5",
        schedule: "cosine",
        warmup: { epochs: 0.25 },
        nesterov: true,
        clipNorm: 1,
        labelSmoothing: 0.1,
        augment: false,
        ghostBatch: 8,
        workers: 1,
      },
    ],
  ])("accepts a run %s", async (_what, more) => {
    expect(complaints(await written(more))).toEqual([]);
  });

  it("accepts the committed runs", () => {
    const { runs } = read("results/validation/report.json").documents["table-2"];
    expect(runs).toHaveLength(5);
    for (const run of runs) expect(complaints(run)).toEqual([]);
  });

  it("refuses what is none", async () => {
    const run = await written({ testEvery: { steps: 2 } });
    const [first] = run.profile.after;
    const wrong: [object, RegExp][] = [
      [{ kind: "sample" }, /\/kind must be equal to constant/],
      [{ format: 2 }, /\/format must be equal to constant/],
      [{ outcome: "learned" }, /\/outcome must be equal to one of/],
      [{ outcomeStep: 0 }, /\/outcomeStep must be >= 1/],
      [{ testAccuracy: 1.2 }, /\/testAccuracy must be <= 1/],
      [{ testAccuracy: undefined }, /must have required property 'testAccuracy'/],
      [{ bestTestStep: undefined }, /bestTestStep is missing/],
      [{ loss: { first: 2, last: null } }, /outcome must be diverged, where the last loss is not finite/],
      [{ lossCurve: [2.3, "NaN"] }, /\/lossCurve\/1 must be number/],
      [{ steps: 3 }, /lossCurve must be a list of 3, by steps/],
      [{ weightsSha256: "abc" }, /\/weightsSha256 must match pattern/],
      [{ warmup: {} }, /\/warmup must have required property 'epochs'/],
      [
        { profile: { ...run.profile, after: [{ ...first, skip: -1 }] } },
        /\/profile\/after\/0\/skip must be >= 0/,
      ],
      [{ profile: { ...run.profile, after: [first] } }, /profile.after must be a list of \d, by depth/],
    ];
    for (const [change, complaint] of wrong) {
      expect(complaints(JSON.parse(JSON.stringify({ ...run, ...change }))).join("\n")).toMatch(complaint);
    }
  });
});
