import { describe, expect, it } from "vitest";
import { predictVarianceProfile, resolveScheme } from "../../src/analytic/index.js";
import { ProfileError, parseMeasuredProfile } from "../../src/network/measured-profile/index.js";
import { variances } from "../../src/network/variance-profile.js";
import {
  convolutionalSampleDocument,
  imageSampleDocument,
  runDocument,
  sampleDocument,
  varianceSampleDocument,
} from "../plot/documents.js";

const parse = (text: string, time?: "before" | "after") =>
  parseMeasuredProfile(text, { source: "m", ...(time ? { time } : {}) });
const json = (value: unknown, time?: "before" | "after") => parse(JSON.stringify(value), time);

function refusal(text: string): ProfileError {
  try {
    parse(text);
  } catch (error) {
    expect(error).toBeInstanceOf(ProfileError);
    return error as ProfileError;
  }
  throw new Error(`accepted: ${text}`);
}

describe("a measured profile", () => {
  const expected = { origin: "measured", skip: [1, 2.5, 0], branch: [0.5, 0, 1e-3] };

  it.each([
    ["CSV", "block,skip,branch\n1,1,0.5\n2,2.5,0\n3,0,1e-3\n"],
    ["CSV in another order, with names", 'name,Branch,block,skip\n"b, ""x""",0,2,2.5\nc,1e-3,3,0\na,.5,1,1'],
    ["CSV of another system", "\uFEFF\r\nblock, skip, branch\r\n1, 1, 0.5\r\n\r\n2, 2.5, 0\r\n3, 0, 1e-3"],
    [
      "JSON",
      '{"blocks":[{"block":1,"skip":1,"branch":0.5},{"block":2,"skip":2.5,"branch":0},{"block":3,"skip":0,"branch":0.001}]}',
    ],
    [
      "JSON in another order",
      ' {"source":"NaN","depth":3,"blocks":[{"block":3,"skip":0,"branch":0.001,"name":"z"},{"block":1,"skip":1,"branch":0.5},{"block":2,"skip":2.5,"branch":0}]}',
    ],
  ])("is read from %s", (_what, text) => {
    expect(parse(text)).toEqual(expected);
  });

  it.each([
    ["", "m: is empty"],
    ["block,skip\n1,2", "m, row 1, column branch: is missing; the header is block,skip,branch"],
    ["block,skip,branch,skip\n", "m, row 1, column skip: is there twice"],
    ["block,skip,branch,depth\n", "m, row 1, column depth: is not known"],
    ["block,skip,branch\n", "m: has no rows"],
    ["block,skip,branch\n1,1", "m, row 2: must have 3 fields (block,skip,branch), not 2"],
    ["block,skip,branch\n1,1,1\n\n2,1,1,", "m, row 4: must have 3 fields (block,skip,branch), not 4"],
    [
      "block,skip,branch\n1,1,1\n2,-1,1",
      "m, row 3, column skip: must be a variance, a finite number of at least 0, not -1",
    ],
    [
      "block,skip,branch\n1,1,1\n2,1,inf",
      'm, row 3, column branch: must be a variance, a finite number of at least 0, not "inf"',
    ],
    [
      "block,skip,branch\n1,1,Infinity",
      "m, row 2, column branch: must be a variance, a finite number of at least 0, not Infinity",
    ],
    [
      "block,skip,branch\n1,nan,1",
      'm, row 2, column skip: must be a variance, a finite number of at least 0, not "nan"',
    ],
    [
      "block,skip,branch\n1,,1",
      'm, row 2, column skip: must be a variance, a finite number of at least 0, not ""',
    ],
    ["block,skip,branch\n1,0,0", "m, row 2, column skip and branch: must not both be 0"],
    [
      "block,skip,branch\n1,1e308,1e308",
      "m, row 2, column skip and branch: must not both be 0, and must add up within float64",
    ],
    ["block,skip,branch\n0,1,1", "m, row 2, column block: must be a whole number of at least 1, not 0"],
    ["block,skip,branch\n1.5,1,1", "m, row 2, column block: must be a whole number of at least 1, not 1.5"],
    ["block,skip,branch\n1,1,1\n1,1,1", "m, row 3, column block: block 1 is there already (row 2)"],
    ["block,skip,branch\n1,1,1\n3,1,1", "m, column block: block 2 is missing; 2 rows are the blocks 1 to 2"],
    ["block,skip,branch\n9,1,1", "m, column block: block 1 is missing; one row is block 1"],
    ['{"blocks":', "m: is not JSON ("],
    ["[1]", "m: must be an object, not [1]"],
    ["{}", "m, column blocks: is missing"],
    ['{"blocks":[]}', "m, column blocks: must be a list of at least one, not []"],
    ['{"blocks":3}', "m, column blocks: must be a list of at least one, not 3"],
    [
      '{"block":[]}',
      'm, column block: is not one of $schema, format, source, depth, blocks (did you mean "blocks"?)',
    ],
    [
      '{"blocks":[{"block":1,"skip":1,"branch":1}],"unit":1}',
      "m, column unit: is not one of $schema, format, source, depth, blocks",
    ],
    ['{"blocks":[{"block":1,"skip":1}]}', "m, blocks[0], column branch: is missing"],
    [
      '{"blocks":[{"block":1,"skip":1,"branch":1,"alpha":2}]}',
      "m, blocks[0], column alpha: is not one of block, skip, branch, name",
    ],
    [
      '{"blocks":[{"block":1,"skip":1,"branch":1},{"block":2,"skip":"1","branch":1}]}',
      'm, blocks[1], column skip: must be a number of at least 0, not "1"',
    ],
    [
      '{"blocks":[{"block":1,"skip":1,"branch":-2}]}',
      "m, blocks[0], column branch: must be a number of at least 0, not -2",
    ],
    [
      '{"blocks":[{"block":1,"skip":1,"branch":NaN}]}',
      'm, blocks[0], column branch: must be a number of at least 0, not "NaN"',
    ],
    [
      '{"blocks":[{"block":1,"skip":-Infinity,"branch":1}]}',
      'm, blocks[0], column skip: must be a number of at least 0, not "-Infinity"',
    ],
    [
      '{"blocks":[{"block":1,"skip":1e999,"branch":1}]}',
      "m, blocks[0], column skip: must be a number of at least 0, not Infinity",
    ],
    [
      '{"blocks":[{"block":1,"skip":null,"branch":1}]}',
      "m, blocks[0], column skip: must be a number of at least 0, not null",
    ],
    ['{"blocks":[null]}', "m, blocks[0]: must be an object, not null"],
    [
      '{"blocks":[{"block":1,"skip":0,"branch":0}]}',
      "m, blocks[0], column skip and branch: must not both be 0",
    ],
    [
      '{"blocks":[{"block":2,"skip":1,"branch":0},{"block":2,"skip":1,"branch":0}]}',
      "m, blocks[1], column block: block 2 is there already (blocks[0])",
    ],
    [
      '{"depth":2,"blocks":[{"block":1,"skip":1,"branch":0}]}',
      "m, column depth: must be the number of blocks listed, 1, not 2",
    ],
    [
      '{"kind":"validation"}',
      'm: a "validation" document has no variance profile; give one of variance-profile, sample',
    ],
    ['{"kind":"run"}', "m, column profile: is missing"],
    ['{"kind":"run","profile":{}}', "m, column profile.before: is missing"],
    ['{"kind":"sample","skip":{"mean":[1]}}', "m, column branch.mean: is missing"],
    [
      '{"kind":"sample","attribution":"second-moment","skip":{"mean":[1]},"branch":{"mean":[1]}}',
      "m, column skipSecondMoment.mean: is missing",
    ],
    [
      '{"kind":"variance-profile","skip":[1,2],"branch":[1]}',
      "m, column branch: must be a list of 2, by skip, not [1]",
    ],
    [
      '{"kind":"run","depth":2,"profile":{"before":[{"block":1,"skip":1,"branch":1}]}}',
      "m, column profile.before: must be a list of 2, by depth, not",
    ],
    [
      '{"kind":"run","profile":{"before":[{"block":1,"skip":1,"branch":"1"}]}}',
      'm, profile.before[0], column branch: must be a number of at least 0 or null, not "1"',
    ],
    [
      JSON.stringify({ ...sampleDocument(), branch: { mean: [1], se: [1] } }),
      "m, column branch.mean: must be a list of 100, by depth, not [1]",
    ],
    [
      JSON.stringify({ ...runDocument(), profile: { before: [], after: [] } }),
      "m, column profile.before: must be a list of at least one, not []",
    ],
    [
      JSON.stringify({
        ...predictVarianceProfile({ scheme: resolveScheme("sqrt2"), depth: 2 }),
        skip: [1, null],
      }),
      "m, block 2, column skip: must be a variance, a finite number of at least 0, not null",
    ],
    [
      '{"format":99,"blocks":[]}',
      "m: was written by a newer version of respath (format 99; this one reads 1): update respath",
    ],
    [
      '{"kind":"sample","format":99}',
      "m: was written by a newer version of respath (format 99; this one reads 3): update respath",
    ],
    [
      '{"kind":"sample","depth":0,"skip":{"mean":[1]},"branch":{"mean":[1]}}',
      "m, column depth: must be a whole number of at least 1, not 0",
    ],
    [
      '{"kind":"sample","format":2,"network":{"depth":0},"skip":{"mean":[1]},"branch":{"mean":[1]}}',
      "m, column network.depth: must be a whole number of at least 1, not 0",
    ],
    [
      `{"blocks":${"[".repeat(100_000)}${"]".repeat(100_000)}}`,
      "m: is not JSON (it has more than 100 lists and objects in each other)",
    ],
  ])("is refused in one line, by row and column: %s", (text, message) => {
    const error = refusal(text);
    expect(error.message.startsWith(message), error.message).toBe(true);
    expect(error.message).not.toContain("\n");
    expect(error.exitCode).toBe(2);
  });
});

describe("result documents as profiles", () => {
  it("a predicted profile, as --json prints it", () => {
    const document = predictVarianceProfile({ scheme: resolveScheme("batchnorm"), depth: 4 });
    expect(json(document)).toMatchObject({ skip: [1, 2, 3, 4], branch: [1, 1, 1, 1] });
  });

  it("a sample, in the moment its path lengths are counted in", () => {
    const document = sampleDocument({ scheme: "batchnorm", depth: 5 });
    expect(json(document).skip).toEqual(document.skip.mean);
    const raw = { ...document, attribution: "second-moment" };
    expect(json(raw).skip).toEqual(document.skipSecondMoment.mean);
    expect(json(raw).branch).toEqual(document.branchSecondMoment.mean);
    expect(document.skip.mean).not.toEqual(document.skipSecondMoment.mean);
  });

  it("a sample of the blocks alone, whose moment it says", () => {
    const document = varianceSampleDocument({ scheme: "batchnorm", depth: 5 });
    expect(json(document)).toMatchObject({ skip: document.skip.mean, branch: document.branch.mean });
    const raw = { ...document, attribution: "second-moment" };
    expect(json(raw).skip).toEqual(document.skipSecondMoment.mean);
    expect(json(raw).branch).toEqual(document.branchSecondMoment?.mean);
    // Older ones do not say it.
    const { attribution: _, ...older } = document;
    expect(() => json(older)).toThrow(/column attribution: is missing/);
    const network = { ...document.network, depth: 2000 };
    const some = { ...document, network, blocks: [1, 500, 1000, 1500, 2000] };
    expect(() => json(some)).toThrow(/column skip.mean: must be a list of 2000, by depth/);
  });

  it("a sample of images, and one from when it had a kind of its own", () => {
    const document = imageSampleDocument(6);
    const profile = { origin: "sampled", skip: document.skip.mean, branch: document.branch.mean };
    expect(json(document)).toMatchObject(profile);
    expect(json(convolutionalSampleDocument(6))).toMatchObject(profile);
  });

  it("a run, before and after training", () => {
    const document = runDocument();
    const { before, after } = document.profile;
    expect(json(document).branch).toEqual(before.map(({ branch }) => branch));
    expect(json(document, "before")).toEqual(json(document));
    expect(variances(json(document, "after")).skip).toEqual(after.map(({ skip }) => skip));
    expect(before).not.toEqual(after);
  });

  it("as much of one as is needed", () => {
    const ofRun = [
      { block: 2, skip: 2, branch: 0.5 },
      { block: 1, skip: 1, branch: 1 },
    ];
    const expected = { skip: [1, 2], branch: [1, 0.5] };
    const series = { skip: { mean: [1, 2] }, branch: { mean: [1, 0.5] } };
    for (const part of [
      { kind: "run", profile: { before: ofRun } },
      { kind: "variance-profile", ...expected },
      { kind: "sample", ...series },
      { kind: "convolutional-sample", ...series },
      {
        kind: "sample",
        attribution: "second-moment",
        skipSecondMoment: series.skip,
        branchSecondMoment: series.branch,
      },
    ]) {
      expect(json(part), part.kind).toMatchObject(expected);
    }
    expect(json({ kind: "run", profile: { after: ofRun } }, "after")).toMatchObject(expected);
  });
});
