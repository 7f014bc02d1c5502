import { spawn, spawnSync } from "node:child_process";
import { closeSync, existsSync, openSync } from "node:fs";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { COMMANDS } from "../../src/cli/commands/index.js";
import { hasCifar10 } from "../cli/real-cifar10.js";
import { type Finished, main, root } from "../cli/run.js";
import { makeFolder, redAndBlue } from "../data/small-folder.js";
import { newPathsIn, temporaryFolder } from "../helpers/temporary-folder.js";
import { count } from "./fuzz.js";

/** What becomes of a stream: it is read; it is a file on a full disk; its reader has gone before anything is written. */
type Fate = "read" | "full" | "unread";

const FULL = "/dev/full";
const folder = temporaryFolder("streams");
const newPath = newPathsIn(folder);
let images: string;
beforeAll(async () => {
  images = await makeFolder(await redAndBlue(20));
  await writeFile(join(folder, "profile.csv"), "block,skip,branch\n1,1,1\n2,2,1\n");
});
afterAll(() => rm(images, { recursive: true, force: true }));

interface Streams {
  readonly stdout?: Fate;
  readonly stderr?: Fate;
  readonly env?: NodeJS.ProcessEnv;
}

/** Runs the built command line with streams that fail; of those that do, nothing is returned. */
function run(line: string, { stdout = "read", stderr = "read", env }: Streams): Promise<Finished> {
  const full = openSync(FULL, "w");
  const args = line.split(" ").map((word) => word.replace("FOLDER", folder).replace("IMAGES", images));
  const child = spawn(process.execPath, [main, ...args], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ["ignore", stdout === "full" ? full : "pipe", stderr === "full" ? full : "pipe"],
  });
  closeSync(full);
  if (stdout === "unread") child.stdout?.destroy();
  if (stderr === "unread") child.stderr?.destroy();
  const said = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name]?.on("data", (chunk) => {
      said[name] += chunk;
    });
  }
  count({ streams: Number(stdout !== "read") + Number(stderr !== "read") });
  return new Promise((resolve) => child.on("close", (code) => resolve({ code: Number(code), ...said })));
}

const SAMPLE =
  "sample --scheme batchnorm --depth 4 --width 8 --batch 4 --trials 8 --no-paths --workers 2 --json";
const TRAIN =
  "train --model wrn-10-0.25 --backend wasm --scheme batchnorm --batch 16 --image-size 8 --steps 3 --test-images 4 --test-every 1 --data IMAGES";

/** A line of every command that prints a result. */
const RESULTS: Readonly<Record<string, readonly string[]>> = {
  paths: [
    "paths --scheme sqrt2 --depth 5",
    "paths --scheme sqrt2 --depth 5 --json",
    "paths --scheme sqrt2 --depth 5 -o -",
    "paths --profile FOLDER/profile.csv",
  ],
  variance: ["variance --scheme sqrt2 --depth 5"],
  schemes: ["schemes", "schemes --json"],
  compare: ["compare --depth 5"],
  design: ["design --depth 100 --within 5 --probability 0.9"],
  sample: [SAMPLE],
  train: [`${TRAIN} --out FOLDER/run --overwrite --probe every=1`, `${TRAIN} --summary`],
  plot: ["plot FOLDER/document.json"],
  sweep: [
    "sweep plan examples/sweep-sample.yaml --no-calibrate",
    "sweep plan examples/sweep-sample.yaml --no-calibrate --json",
  ],
  ...(hasCifar10("the streams of `data`") ? { data: ["data cifar10"] } : {}),
};
const NAMES = Object.keys(COMMANDS);
const LINES = [
  "--help",
  "--version",
  "help",
  "paths --version",
  ...NAMES.map((name) => `${name} --help`),
  ...Object.values(RESULTS).flat(),
];

if (!existsSync(FULL)) console.log(`skipping the tests of streams: there is no ${FULL}`);

describe.skipIf(!existsSync(FULL))("a stream that fails", () => {
  beforeAll(async () => {
    const { stdout } = await run("paths --scheme sqrt2 --depth 5 --json", {});
    await writeFile(join(folder, "document.json"), stdout);
  });

  it("is tried with every command", () => {
    // `validate` has a test of its own; without the images of CIFAR-10 there is none of `data`, and without a Redis none of `worker`.
    const untried = NAMES.filter((name) => !Object.hasOwn(RESULTS, name));
    expect(["validate", "data", "worker"]).toEqual(expect.arrayContaining(untried));
  });

  it.each(LINES)("standard output on a full disk is one line and exit 1: %s", async (line) => {
    const { code, stderr } = await run(line, { stdout: "full" });
    // What else is there says how far it is, or is the text beside a picture.
    expect(stderr).not.toMatch(/^ +at /m);
    expect(stderr.match(/^respath: .*/gm)).toEqual([
      "respath: cannot write to standard output: the disk is full",
    ]);
    expect(code).toBe(1);
  });

  it.each(LINES)("standard output that nobody reads ends it quietly: %s", async (line) => {
    const { code, stderr } = await run(line, { stdout: "unread" });
    expect(stderr).not.toMatch(/respath:|Error|EPIPE/);
    expect(code).toBe(0);
  });

  it.each(["full", "unread"] as const)(
    "standard error that is %s leaves a complaint's exit code",
    async (stderr) => {
      expect(await run("paths --scheme sqrt2", { stderr })).toEqual({ code: 2, stdout: "", stderr: "" });
      expect(await run("plot FOLDER/absent.json", { stderr })).toMatchObject({ code: 1, stdout: "" });
    },
  );

  it("both streams on a full disk are exit 1", async () => {
    expect(await run("schemes", { stdout: "full", stderr: "full" })).toMatchObject({ code: 1 });
  });

  describe.each(["full", "unread"] as const)("standard error that is %s", (stderr) => {
    it("does not end sampling: the same numbers, and its journal", async () => {
      const expected = JSON.parse((await run(SAMPLE, {})).stdout);
      const out = newPath();
      const { code, stdout } = await run(`${SAMPLE} --out ${out}`, { stderr });
      expect(code).toBe(0);
      const { provenance: _made, ...numbers } = JSON.parse(stdout);
      const { provenance: _otherwise, ...others } = expected;
      expect(numbers).toEqual(others);
      expect((await readFile(out, "utf8")).endsWith("\n")).toBe(true);
    });

    it("does not end training: the same losses, and its files", async () => {
      const [out, other] = [newPath(), newPath()];
      const line = `${TRAIN} --probe every=1 --save-weights FOLDER/${stderr}.safetensors`;
      expect(await run(`${line} --out ${out} -o ${out}/run.svg`, { stderr })).toMatchObject({ code: 0 });
      expect(await run(`${TRAIN} --probe every=1 --out ${other}`, {})).toMatchObject({ code: 0 });
      const documentOf = async (path: string) => JSON.parse(await readFile(join(path, "run.json"), "utf8"));
      const [{ lossCurve, weightsSha256 }, expected] = [await documentOf(out), await documentOf(other)];
      expect(lossCurve).toEqual(expected.lossCurve);
      expect(weightsSha256).toEqual(expected.weightsSha256);
      expect(existsSync(join(folder, `${stderr}.safetensors`))).toBe(true);
      expect(existsSync(join(out, "run.svg"))).toBe(true);
    });

    it("does not end what worker threads write there", async () => {
      const chatter = join(folder, "chatter.mjs");
      await writeFile(
        chatter,
        'import { isMainThread } from "node:worker_threads";\nif (!isMainThread) setInterval(() => console.error("a word"), 1).unref();\n',
      );
      const env = { NODE_OPTIONS: `--import=${chatter}` };
      const { code, stdout } = await run(SAMPLE, { stderr, env });
      expect(code).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({ kind: "variance-sample", trials: 8 });
    });

    it("does not end a picture that is written", async () => {
      const out = `${newPath()}.svg`;
      const { code } = await run(`paths --scheme sqrt2 --depth 5 -o ${out}`, { stderr });
      expect(code).toBe(0);
      expect(await readFile(out, "utf8")).toMatch(/^<svg /);
    });
  });

  const python = spawnSync("python3", ["-c", "import pty"]).status === 0;
  it.skipIf(!python)("a terminal that goes away does not end the bar that is drawn on it", async () => {
    const script = `
import fcntl, os, pty, struct, subprocess, sys, termios
master, slave = pty.openpty()
fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 100, 0, 0))
child = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=slave)
os.close(slave)
drawn = b""
while b"%" not in drawn: drawn += os.read(master, 4096)
os.close(master)
sys.stdout.write(child.stdout.read().decode())
sys.exit(child.wait())
`;
    const line = "sample --scheme batchnorm --depth 50 --width 16 --batch 8 --trials 1000 --no-paths --json";
    const args = ["-c", script, process.execPath, main, ...line.split(" ")];
    const child = spawn("python3", args, { cwd: root, stdio: ["ignore", "pipe", "inherit"] });
    let stdout = "";
    child.stdout.on("data", (chunk) => {
      stdout += chunk;
    });
    const code = await new Promise((resolve) => child.on("close", resolve));
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ trials: 1000 });
  });

  it.skipIf(!hasCifar10("the streams of `validate`"))(
    "a report is whole where neither can be written",
    async () => {
      const out = newPath();
      const line = `validate --quick --workers 2 --out ${out}`;
      expect(await run(line, { stdout: "full", stderr: "full" })).toMatchObject({ code: 1 });
      expect(await readFile(join(out, "index.html"), "utf8")).toMatch(/<\/html>\n$/);
    },
  );
});
