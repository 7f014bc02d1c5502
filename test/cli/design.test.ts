import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../helpers/temporary-folder.js";
import { runDocument } from "../plot/documents.js";
import { expectRefused, respath } from "./run.js";

const folder = temporaryFolder("design");
const file = (name: string, text: string) => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

/** Runs a line of words. */
const run = (line: string, options: { stdin?: string | Uint8Array } = {}) =>
  respath(line.split(" "), options);
const json = async (line: string, options: { stdin?: string | Uint8Array } = {}) => {
  const { code, stdout, stderr } = await run(`${line} --json`, options);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return JSON.parse(stdout);
};

const csv = file("measured.csv", "block,skip,branch\n1,1,1\n2,2,1\n3,3,1\n");

describe("respath paths --profile", () => {
  // q = 1/2, 1/3, 1/4: P(K = 0) = 1/4.
  it("gives the law of measured variances", async () => {
    const document = await json(`paths --profile ${csv} --within 0,1`);
    expect(document).toMatchObject({ kind: "measured-path-lengths", source: csv, depth: 3, skip: [1, 2, 3] });
    expect(document.within["0"]).toBeCloseTo(0.25, 14);
    expect(document.mean).toBeCloseTo(13 / 12, 14);
    expect(document.provenance.arguments).toMatchObject({ profile: csv, within: [0, 1] });
    const { stdout } = await run(`paths --profile ${csv} --within 0`);
    expect(stdout).toMatch(/3 blocks, measured\n.*\n {2}mean 1.08333/);
    expect(stdout).toContain("P(K ≤ 0) = 25 %");
  });

  it("takes respath's own results from a pipe, and draws the law", async () => {
    const profile = await run("variance --scheme batchnorm --depth 3 --json");
    const picture = join(folder, "law.svg");
    const document = await respath(["paths", "--profile", "-", "--plot", picture, "--json"], {
      stdin: profile.stdout,
    });
    expect(JSON.parse(document.stdout).mean).toBeCloseTo(13 / 12, 14);
    expect(readFileSync(picture, "utf8")).toContain("standard input, 3 residual blocks, predicted");
    const { stdout } = await run("paths --profile -", { stdin: profile.stdout });
    expect(stdout).toMatch(/^standard input, 3 blocks, predicted\n/);
    for (const text of [document.stdout, readFileSync(picture, "utf8"), stdout]) {
      expect(text).not.toContain("measured");
    }
    // Its document is drawn as well.
    const again = await run("plot -", { stdin: document.stdout });
    expect(again.stdout).toContain("standard input, 3 residual blocks, predicted");
  });

  it.each(["utf16le", "utf8"] as const)(
    "reads results that were saved by PowerShell, in %s",
    async (encoding) => {
      const profile = await run("variance --scheme batchnorm --depth 3 --json");
      const saved = Buffer.from(`\uFEFF${profile.stdout.replaceAll("\n", "\r\n")}`, encoding);
      const path = join(folder, `${encoding}.json`);
      writeFileSync(path, saved);
      expect((await json(`paths --profile ${path}`)).mean).toBeCloseTo(13 / 12, 14);
      expect((await json("paths --profile -", { stdin: saved })).mean).toBeCloseTo(13 / 12, 14);
      for (const [result, stdin] of [[path], ["-", saved]] as const) {
        const { code, stderr, stdout } = await run(`plot ${result}`, { stdin });
        expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
        expect(JSON.parse(stdout)).toHaveProperty("$schema");
      }
    },
  );

  it("takes a run before and after training", async () => {
    const profile = (skip: number) => [{ block: 1, stage: 1, transition: false, skip, branch: 1 }];
    const run = { ...runDocument({ depth: 1 }), profile: { before: profile(1), after: profile(3) } };
    const path = file("run.json", JSON.stringify(run));
    expect((await json(`paths --profile ${path}`)).mean).toBeCloseTo(0.5, 14);
    expect(await json(`paths --profile ${path} --time after`)).toMatchObject({ mean: 0.25, time: "after" });
  });
});

describe("respath design", () => {
  it("finds the largest α, and shows it among the schemes", async () => {
    const { stdout, code } = await run("design --depth 1000 --within 15 --probability 0.97");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^The largest uniform α is 0.0973617, which is 3.07885\/√d\.\n/);
    expect(stdout).toContain("total variance growth (1 + α²)^d = 12514.6");
    for (const name of ["SkipInit 0.0973617", "BatchNorm", "divide by √2", "unnormalised", "Fixup"]) {
      expect(stdout).toContain(`\n  ${name} `);
    }
  });

  it("solves for depth and probability", async () => {
    expect(await json("design --solve depth --alpha 1 --within 1 --probability 0.75")).toMatchObject({
      depth: 2,
    });
    const document = await json("design --solve probability --alpha 1 --within 1 --depth 2");
    expect(document).toMatchObject({ kind: "design", probability: 0.75, comparison: { depth: 2 } });
  });

  it("answers in one line where there is nothing to find", async () => {
    const { stdout } = await run("design --solve depth --alpha 3 --within 0 --probability 0.97");
    expect(stdout).toBe("No depth will do: one block alone has P(K ≤ 0) = 0.1, below 0.97.\n");
  });

  it("is drawn from its document", async () => {
    const { stdout } = await run("design --depth 50 --within 5 --probability 0.9 --json");
    const picture = await respath(["plot", "-"], { stdin: stdout });
    expect(picture.code).toBe(0);
    expect(JSON.stringify(JSON.parse(picture.stdout))).toContain("k = 5");
  });
});

describe("respath compare", () => {
  it("prints a table with a line a scheme", async () => {
    const { stdout } = await run(
      "compare --schemes batchnorm,skipinit,sqrt2,unnormalized,fixup --depth 1000",
    );
    const lines = stdout.trimEnd().split("\n");
    expect(lines).toHaveLength(7);
    expect(lines[1].split(/ {2,}/)).toEqual([
      "scheme",
      "total variance",
      "mean length",
      "97 % quantile",
      "c = s_0/b",
      "gradient first/last",
      "float32 overflow at block",
    ]);
    expect(lines[2].split(/ {2,}/)).toEqual(["BatchNorm", "1001", "6.48647", "11", "1", "1000", "none"]);
    expect(lines[5].split(/ {2,}/).slice(0, 2)).toEqual(["unnormalised", "1.072e301"]);
    expect(lines[5]).toMatch(/variance 128, activations 256$/);
  });

  it("takes branch scales, and prints one document that plot draws", async () => {
    const line = await respath([
      "compare",
      "--schemes",
      "skipinit=min(1, 2/i),skipinit=0.5",
      "--depth",
      "9",
      "--within",
      "3",
      "--json",
    ]);
    const document = JSON.parse(line.stdout);
    expect(document.schemes.map(({ alpha }: { alpha: string }) => alpha)).toEqual(["min(1, 2/i)", "0.5"]);
    expect(document.provenance.arguments.depth).toBe(9);
    const picture = join(folder, "compare.png");
    const { code, stdout } = await respath(["plot", "-", "-o", picture], { stdin: line.stdout });
    expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
    expect(readFileSync(picture).subarray(1, 4).toString()).toBe("PNG");
  });
});

describe("bad input: one line on stderr, exit 2, nothing on stdout", () => {
  const bad = file("bad.csv", "block,skip,branch\n1,1,1\n2,-1,1\n");
  const zeros = file("zeros.json", '{"blocks":[{"block":1,"skip":0,"branch":0}]}');
  const predicted = file("predicted.json", '{"kind":"variance-profile","skip":[1],"branch":[1]}');
  const other = file("other.json", '{"kind":"validation"}');
  it.each([
    [`paths --profile ${bad}`, /bad\.csv, row 3, column skip: must be a variance, .* not -1/],
    [`paths --profile ${zeros}`, /zeros\.json, blocks\[0\], column skip and branch: must not both be 0/],
    [`paths --profile ${other}`, /"validation" document has no variance profile/],
    [`paths --profile ${folder}/none.json`, /--profile .*none\.json cannot be read: no such file/],
    [`paths --profile ${folder}`, /cannot be read: it is a folder/],
    [`paths --profile ${csv} --depth 3`, /--profile brings its own network; leave out --depth/],
    [`paths --profile ${csv} --scheme sqrt2 --activation relu`, /leave out --scheme, --activation/],
    [`paths --profile ${csv} --time during`, /--time must be one of before, after/],
    [`paths --profile ${csv} --within x`, /--within must be/],
    ["paths --scheme sqrt2 --depth 3 --time after", /--time says which profile of a run/],
    [`paths --profile ${csv} --time after`, /measured\.csv: has one profile only: --time is for a run/],
    [`paths --profile ${zeros} --time before`, /zeros\.json: has one profile only: --time is for a run/],
    [
      `paths --profile ${predicted} --time after`,
      /predicted\.json: has one profile only: --time is for a run/,
    ],
    ["design", /--within is missing/],
    ["design --within 1", /--depth and --probability must be given to solve for alpha/],
    ["design --within 1 --depth 3 --probability 0.5 --alpha 1", /--alpha is what is solved for/],
    ["design --solve depth --within 1 --probability 0.5", /--alpha must be given to solve for depth/],
    ["design --solve width --within 1", /--solve must be one of alpha, depth, probability/],
    ["design --within -1 --depth 3 --probability 0.5", /--within/],
    ["design --within 1 --depth 1e16 --probability 0.5", /--depth must be a whole number from 1 to/],
    [
      "design --within 1 --depth 3 --probability 97",
      /--probability must be a number from 1e-200 to 1, or 0, not "97"/,
    ],
    ["design --within 1 --depth 3 --probability 97%", /--probability must be/],
    [
      "design --solve depth --within 1 --probability 0.5 --alpha=-1",
      /--alpha must be a number from 0 to 1e150/,
    ],
    [
      "design --solve depth --alpha 0 --within 1 --probability 1 --plot x.png",
      /--plot has nothing to draw: Every depth/,
    ],
    ["compare", /--depth is missing/],
    ["compare --depth 0", /--depth must be a whole number/],
    ["compare --depth 3 --schemes batchnom", /--schemes must be one of .*did you mean "batchnorm"/],
    ["compare --depth 3 --schemes batchnorm,", /--schemes must be names separated by commas/],
    ["compare --depth 3 --schemes skipinit=", /--schemes must be names separated by commas/],
    ["compare --depth 3 --schemes skipinit=1/", /--schemes alpha must be an expression/],
    ["compare --depth 3 --schemes batchnorm=1", /--alpha must be absent for batchnorm|alpha/],
    ["compare --depth 3 --within 1.5", /--within must be a whole number/],
    ["compare --depth 3 --convention papr", /--convention must be one of/],
  ])("%s", async (line, message) => {
    expectRefused(await run(line), message);
  });
});
