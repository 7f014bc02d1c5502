import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeFolder, redAndBlue } from "../data/small-folder.js";
import { temporaryFolder } from "../helpers/temporary-folder.js";
import { respath } from "./run.js";

const folder = temporaryFolder("places");
let images: string;
beforeAll(async () => {
  images = await makeFolder(await redAndBlue(20));
});
afterAll(async () => {
  await rm(images, { recursive: true, force: true });
});

const TRAIN =
  "train --model wrn-10-0.25 --scheme batchnorm --batch 16 --image-size 8 --steps 2 --test-images 4 --data IMAGES";
const wordsOf = (line: string) =>
  line.split(" ").map((word) => word.replace("FOLDER", folder).replace("IMAGES", images));
const cache = () => ({ env: { RESPATH_CACHE: join(folder, "cache"), RESPATH_CIFAR10_SOURCES: "npm" } });

describe("a file in a folder that is not there is refused before any work, and no folder is made", () => {
  it.each([
    "paths --scheme sqrt2 --depth 5 --plot FOLDER/no/such/a.svg",
    "paths --scheme sqrt2 --depth 5 -o FOLDER/no/such/a.svg",
    "variance --scheme sqrt2 --depth 5 -o=FOLDER/no/such/a.svg",
    "compare --depth 5 -o FOLDER/no/such/a.html",
    "design --depth 100 --within 5 --probability 0.9 -o FOLDER/no/such/a.png",
    "sample --scheme sqrt2 --depth 5 --no-paths -o FOLDER/no/such/a.png",
    "sample --scheme sqrt2 --depth 5 --out FOLDER/no/such/a.jsonl",
    "sample --scheme sqrt2 --depth 5 --out FOLDER/a.jsonl --plot FOLDER/no/such/a.svg",
    "validate --out FOLDER/report -o FOLDER/no/such/a.png",
    "plot FOLDER/absent.json -o FOLDER/no/such/a.svg",
    `${TRAIN} --plot FOLDER/no/such/a.svg`,
    `${TRAIN} --out FOLDER/run --save-weights FOLDER/no/such/a.safetensors`,
    `${TRAIN} --out FOLDER/run --save-best FOLDER/no/such/a.safetensors`,
  ])("%s", async (line) => {
    const { code, stdout, stderr } = await respath(wordsOf(line), cache());
    expect(stderr).toMatch(
      new RegExp(
        `^respath: cannot write ${folder}/no/such/a.*: there is no folder ${folder}/no/such; of this path only ${folder} exists\n$`,
      ),
    );
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(await readdir(folder)).toEqual([]);
  });

  it("nor is a whole tree made for data", async () => {
    const { code, stdout, stderr } = await respath(wordsOf("data cifar10 --dir FOLDER/no/such/dir"), cache());
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(
      /^respath: cannot write to .*: of this path only .* exists; make the rest first\n$/,
    );
    expect(await readdir(folder)).toEqual([]);
  });

  it("but one of the folder that the command makes is there by then", async () => {
    const run = `${TRAIN} --out FOLDER/runs/a --plot FOLDER/runs/a/run.svg --save-best FOLDER/runs/a/best.safetensors`;
    expect(await respath(wordsOf(run))).toMatchObject({ code: 0 });
    expect((await readdir(join(folder, "runs", "a"))).sort()).toEqual([
      "best.safetensors",
      "metrics.jsonl",
      "run.json",
      "run.svg",
    ]);
    const tree = await respath(wordsOf(`${TRAIN} --out FOLDER/no/such/runs/a`));
    expect(tree).toMatchObject({ code: 2, stdout: "" });
    expect(tree.stderr).toMatch(/of this path only .* exists; make the rest first\n$/);
    expect((await readdir(folder)).sort()).toEqual(["runs"]);
    await rm(join(folder, "runs"), { recursive: true });
  });
});

describe("-o -", () => {
  const line = "paths --scheme batchnorm --depth 20 --within 5";

  it("prints the specification on stdout, and the text on stderr", async () => {
    const { code, stdout, stderr } = await respath(`${line} -o -`.split(" "));
    expect(code).toBe(0);
    expect(JSON.parse(stdout).$schema).toBe("https://vega.github.io/schema/vega-lite/v5.json");
    expect(stderr).toMatch(/^BatchNorm, 20 blocks/);
    const { stdout: json } = await respath(`${line} --json`.split(" "));
    const { stdout: drawn } = await respath(["plot", "-", "-o", "-"], { stdin: json });
    expect(JSON.parse(drawn)).toEqual(JSON.parse(stdout));
    // A hyphen alone makes yargs parse the rest of such a line as well.
    expect((await respath(`${line} --plot - --no-debug`.split(" "))).stdout).toBe(stdout);
  });

  it.each([`${line} -o - --json`, `${line} --json --plot=- --no-debug`])("refuses %s", async (both) => {
    const { code, stdout, stderr } = await respath(both.split(" "));
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/^respath: --plot - and --json would both go to standard output; .*\n$/);
  });
});

describe("a run that is there", () => {
  it("is refused in one line, unless --overwrite, which is said in the help", async () => {
    const run = `${TRAIN} --out FOLDER/run`;
    expect(await respath(wordsOf(run))).toMatchObject({ code: 0 });
    const before = await readFile(join(folder, "run", "run.json"), "utf8");
    const refused = await respath(wordsOf(run));
    expect(refused).toMatchObject({ code: 2, stdout: "" });
    expect(refused.stderr).toMatch(
      /^respath: .*run has a run in it \(metrics\.jsonl, run\.json\): --overwrite replaces it once .*\n$/,
    );
    expect(await readFile(join(folder, "run", "run.json"), "utf8")).toBe(before);
    const both = await respath(wordsOf(`${run} --overwrite --resume`));
    expect(both).toMatchObject({ code: 2, stdout: "" });
    expect(both.stderr).toMatch(
      /^respath: give --resume, .* or --overwrite, .*, not both; try `respath train --help`\n$/,
    );
    expect(await respath(wordsOf(`${run} --overwrite`))).toMatchObject({ code: 0 });
    expect(await readFile(join(folder, "run", "run.json"), "utf8")).not.toBe(before);
  });

  it("is another machine's until --break-lock", async () => {
    const lock = join(folder, "run", ".respath.lock");
    const owner = {
      kind: "respath-lock",
      id: "1f",
      host: "elsewhere",
      pid: 7,
      since: "2026-01-02T03:04:05Z",
    };
    await writeFile(lock, JSON.stringify(owner));
    const run = `${TRAIN} --out FOLDER/run --overwrite`;
    const refused = await respath(wordsOf(run));
    expect(refused).toMatchObject({ code: 2, stdout: "" });
    expect(refused.stderr).toMatch(/in use by process 7 on elsewhere \(since .*\), .* give --break-lock\n$/);
    const taken = await respath(wordsOf(`${run} --break-lock`));
    expect(taken).toMatchObject({ code: 0 });
    expect(taken.stderr).toMatch(/^taking over .*run from process 7 on elsewhere/m);
    expect(await readdir(join(folder, "run"))).not.toContain(".respath.lock");
  });
});

describe("respath validate --out", () => {
  it("does not write over files that are not a report's", async () => {
    const report = join(folder, "site");
    await mkdir(report);
    for (const name of ["index.html", "overview.svg", "notes.txt"]) {
      await writeFile(join(report, name), "mine");
    }
    const { code, stdout, stderr } = await respath(["validate", "--quick", "--out", report], cache());
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/^respath: .*site has files that .* \(index\.html, overview\.svg\), .*\n$/);
    expect((await readdir(report)).sort()).toEqual(["index.html", "notes.txt", "overview.svg"]);
  });
});

describe("a picture in the place of other files of the line is refused before any work", () => {
  it.each([
    "sample --scheme sqrt2 --depth 5 --trials 2 --out FOLDER/a.svg -o FOLDER/../FOLDER_NAME/a.svg",
    "plot FOLDER/a.vl.json -o FOLDER/a.vl.json",
    "paths --profile FOLDER/a.vl.json -o FOLDER/a.vl.json",
    `${TRAIN} --out FOLDER/a.svg -o FOLDER/a.svg`,
    `${TRAIN} --save-weights FOLDER/a.svg -o FOLDER/a.svg`,
    "validate --out FOLDER -o FOLDER/index.html",
    "validate --out FOLDER -o FOLDER/overview.png",
  ])("%s", async (line) => {
    const words = wordsOf(line.replace("FOLDER_NAME", basename(folder)));
    const before = await readdir(folder);
    const { code, stdout, stderr } = await respath(
      words.map((word) => word.replace("FOLDER", folder)),
      cache(),
    );
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/^respath: --plot .* (would replace|is one of the report's own).*\n$/);
    expect(await readdir(folder)).toEqual(before);
  });
});
