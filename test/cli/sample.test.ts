import { execFile, spawn } from "node:child_process";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { Lock } from "../../src/system/lock.js";
import { temporaryFolders } from "../helpers/temporary-folder.js";
import { main, respath, root } from "./run.js";

const newFolder = temporaryFolders("sample");
let folder: string;
beforeEach(() => {
  folder = newFolder();
});

const SMALL = "sample --scheme batchnorm --depth 8 --width 16 --batch 8 --within 2".split(" ");

/** What the document says, without what made it. */
function resultOf(stdout: string): Record<string, unknown> {
  const { provenance, ...result } = JSON.parse(stdout);
  return result;
}

const networksIn = async (path: string) =>
  Math.max(0, (await readFile(path, "utf8").catch(() => "")).split("\n").length - 2);

describe("respath sample --out", () => {
  it("loses nothing but the trials in flight to kill -9, and then ends as if nothing had happened", async () => {
    // Some 50 ms a network, of which many follow the kill.
    const args = "sample --scheme batchnorm --depth 120 --width 48 --trials 16 --within 5 --json".split(" ");
    let [path, owner, kept] = ["", 0, 16];
    // On a busy machine the kill may come too late, after the last network: then once more.
    for (let attempt = 1; kept === 16 && attempt <= 20; attempt++) {
      path = join(folder, `run-${attempt}.jsonl`);
      const child = spawn(process.execPath, [main, ...args, "--workers", "2", "--out", path], { cwd: root });
      owner = child.pid!;
      const closed = new Promise((resolve) => child.on("close", resolve));
      while ((await networksIn(path)) < 3 && child.exitCode === null) {
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      child.kill("SIGKILL");
      await closed;
      kept = await networksIn(path);
      expect(kept).toBeGreaterThanOrEqual(3);
    }
    expect(kept).toBeLessThan(16);
    const [resumed, uninterrupted] = await Promise.all([
      respath([...args, "--workers", "2", "--out", path]),
      respath([...args, "--workers", "1"]),
    ]);
    expect(resumed.code).toBe(0);
    expect(resumed.stderr).toMatch(new RegExp(`^taking over ${path} from process ${owner} on `, "m"));
    expect(resultOf(resumed.stdout)).toEqual(resultOf(uninterrupted.stdout));
    expect(await networksIn(path)).toBe(16);
  });

  it.skipIf(process.platform === "win32")(
    "says in one line that the disk is full, and keeps what is there",
    async () => {
      const path = join(folder, "run.jsonl");
      const args = [...SMALL, "--trials", "30", "--json"];
      // A file can grow to 20 kB here, about 12 networks.
      const limited = `trap '' XFSZ; ulimit -f 20; exec "$@"`;
      const { code, stderr } = await new Promise<{ code: unknown; stderr: string }>((resolve) =>
        execFile(
          "bash",
          ["-c", limited, "bash", process.execPath, main, ...args, "--out", path],
          { cwd: root },
          (error, _stdout, text) => resolve({ code: error?.code, stderr: text }),
        ),
      );
      expect(code).toBe(1);
      // An older Node says first which kernels it cannot run.
      expect(stderr.replace(/^respath: the \w+ kernels are not used.*\n/, "")).toMatch(
        /^respath: cannot write .*run\.jsonl: .*the networks in it are kept.*\n$/,
      );
      expect((await readFile(path, "utf8")).endsWith("\n")).toBe(true);
      expect(await networksIn(path)).toBeGreaterThan(3);
      const [resumed, uninterrupted] = await Promise.all([respath([...args, "--out", path]), respath(args)]);
      expect(resultOf(resumed.stdout)).toEqual(resultOf(uninterrupted.stdout));
    },
  );

  it("keeps a second process out while it runs, and makes no folder", async () => {
    const path = join(folder, "run.jsonl");
    const args = [...SMALL, "--trials", "3", "--out", path, "--json"];
    const lock = await Lock.ofFile(path);
    const refused = await respath(args);
    expect(refused).toMatchObject({ code: 2, stdout: "" });
    expect(refused.stderr).toMatch(
      new RegExp(`^respath: ${path} is in use by process ${process.pid} on .*\n$`),
    );
    lock.release();
    const done = await respath(args);
    expect(done).toMatchObject({ code: 0 });
    expect(await readdir(folder)).toEqual(["run.jsonl"]);
    const missing = await respath([...SMALL, "--out", join(folder, "no", "such", "run.jsonl")]);
    expect(missing).toMatchObject({ code: 2, stdout: "" });
    expect(missing.stderr).toMatch(
      new RegExp(`there is no folder .*such; of this path only ${folder} exists\n$`),
    );
    expect(await readdir(folder)).toEqual(["run.jsonl"]);
  });

  it("does not write over another command's files", async () => {
    for (const [name, text] of Object.entries({
      "metrics.jsonl": '{"step":1,"epoch":0.1,"loss":2.3}\n',
      "probe.jsonl": '{"kind":"probe"}\n',
      "report.json": '{"kind":"validation"}',
    })) {
      const path = join(folder, name);
      await writeFile(path, text);
      const { code, stderr } = await respath([...SMALL, "--out", path]);
      expect(code).toBe(2);
      expect(stderr).toMatch(/must be a new file, or a journal that this command began/);
      expect(await readFile(path, "utf8")).toBe(text);
    }
  });

  it("refuses a path below a file, and a journal of other networks, with exit 2", async () => {
    const file = join(folder, "file");
    await writeFile(file, "");
    const below = await respath([...SMALL, "--out", join(file, "run.jsonl")]);
    expect(below).toMatchObject({ code: 2, stdout: "" });
    expect(below.stderr).toMatch(/^respath: cannot (read|write) .*\n$/);
    await respath([...SMALL, "--trials", "1", "--out", file]);
    const other = await respath([...SMALL, "--seed", "1", "--out", file]);
    expect(other).toMatchObject({ code: 2, stdout: "" });
    expect(other.stderr).toMatch(/its --seed is 0, and here it is 1/);
  });
});

describe("respath sample", () => {
  it("stops at a precision, with its running estimate on stderr", async () => {
    const { stdout, stderr } = await respath([...SMALL, "--precision", "0.02", "--json"]);
    const sample = JSON.parse(stdout);
    expect(sample.precision).toEqual({ quantity: "P(K ≤ 2)", asked: 0.02, reached: true });
    expect(sample.within["2"].se).toBeLessThanOrEqual(0.02);
    expect(sample.within["2"]).toMatchObject({ p: expect.any(Number), pCorrected: expect.any(Number) });
    expect(stderr).toMatch(
      new RegExp(`P\\(K ≤ 2\\) 0\\.\\d+ ± 0\\.0\\d+ after ${sample.trials} networks\\n$`),
    );
  });

  it("shows the margin and a verdict of each number, and the numbers of several widths with their limit", async () => {
    const one = await respath([...SMALL, "--trials", "3"]);
    expect(one.stdout).toMatch(/sampled +theory +margin +z +corrected p +verdict/);
    const several =
      "sample --scheme batchnorm --depth 8 --batch 8 --within 2 --trials 4 --widths 8,16,32".split(" ");
    const { stdout } = await respath(several);
    // A number at one size is not judged: it has no margin and no verdict.
    expect(stdout).toMatch(/mean length, width 8 +\S+ ± \S+ +\S+ +- +-?\d+\.\d +\S+ +-$/m);
    expect(stdout).toMatch(/P\(K ≤ 2\), width → ∞ /);
    expect(stdout).toMatch(/moves by \(-?\d.* ± .*\)\/width; χ² of the line .* for 1 degree of freedom/);
    const picture = join(folder, "widths.svg");
    const { stdout: json } = await respath([...several, "--json", "--plot", picture]);
    expect(JSON.parse(json)).toMatchObject({
      kind: "sample-extrapolation",
      along: "width",
      sizes: [8, 16, 32],
    });
    expect(await readFile(picture, "utf8")).toContain("<svg");
  });

  it("names the input's variance as the other commands do", async () => {
    const { stdout } = await respath([...SMALL, "--trials", "3", "--input-variance", "4"]);
    expect(stdout).toContain("linear branches, input variance s_0 = 4, batch 8");
  });

  it("measures variances alone", async () => {
    const { stdout } = await respath(
      "sample --scheme batchnorm --depth 9 --width 64 --batch 8 --no-paths --json".split(" "),
    );
    expect(JSON.parse(stdout)).toMatchObject({ kind: "variance-sample", sampler: "gram", trials: 8 });
  });

  it("sends a gradient back", async () => {
    const args = "sample --scheme unnormalized --depth 9 --width 32 --batch 8 --backward".split(" ");
    const { stdout } = await respath([...args, "--json"]);
    expect(JSON.parse(stdout)).toMatchObject({
      kind: "backward-sample",
      meanLength: { theory: 4.5 },
      trials: 8,
    });
    expect((await respath(args)).stdout).toMatch(/squared gradient norm \/ its prediction +\d/);
  });

  it("has its options under headings in the help", async () => {
    const { stdout } = await respath(["sample", "--help"]);
    for (const heading of [
      "Network:",
      "Size:",
      "What is measured:",
      "How many networks:",
      "How it runs:",
      "Output:",
    ]) {
      expect(stdout).toContain(`\n${heading}\n`);
    }
    expect(stdout).not.toMatch(/\[object|undefined/);
  });

  it.each([
    ["--widths 8,16 --batches 8,16", /give --widths or --batches/],
    ["--widths 8,16 --width 8", /give --widths or one width/],
    ["--widths 8", /--widths must be two different whole numbers or more/],
    ["--batches 8,8", /--batches must be two different/],
    ["--no-paths --at-block 3", /--at-block is about path lengths/],
    ["--backward --no-paths", /--backward splits the gradient by path length/],
    ["--backward --activation tanh", /--activation must be linear or relu for gradients/],
    ["--images cifar10", /--images cifar10 needs --convolutional/],
    ["--convolutional --images cifar10 --image-size 7", /--image-size must be one of 32, 16, 8/],
    ["--precision 0.01 --trials 5", /--trials must be absent with --precision/],
    ["--longest 1", /--longest must be at least [5-8] \(/],
    ["--normalizer group --groups 7 --width 16", /groups/],
    ["--activation swish", /--activation must be one of linear, relu, tanh, gelu/],
    ["--batch 100000000 --width 10000", /--batch must be at most \d+/],
  ])("refuses %s in one line", async (line, message) => {
    const args = ["sample", "--scheme", "batchnorm", "--depth", "8", ...line.split(" ")];
    const { code, stdout, stderr } = await respath(args);
    expect(stderr).toMatch(message);
    expect({ code, stdout, lines: stderr.trimEnd().split("\n").length }).toEqual({
      code: 2,
      stdout: "",
      lines: 1,
    });
  });
});
