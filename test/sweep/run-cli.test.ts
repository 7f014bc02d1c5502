import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { SweepPlanDocument, SweepSettings, SweptCommand } from "../../src/network/documents/sweep.js";
import { sealed } from "../../src/sweep/plan/plan-sweep.js";
import { jobFiles, sweepFiles } from "../../src/sweep/run/sweep-folder.js";
import { VERSION } from "../../src/system/provenance.js";
import { expectRefused, main, respath, root } from "../cli/run.js";
import { makeFolder, redAndBlue } from "../data/small-folder.js";
import { temporaryFolder } from "../helpers/temporary-folder.js";
import { idOf } from "./fake-sweep.js";

const folder = temporaryFolder("sweep-cli");
let images: string;
beforeAll(async () => {
  images = await makeFolder(await redAndBlue(20));
});
const children: ChildProcess[] = [];
afterAll(() => {
  for (const child of children) child.kill("SIGKILL");
  rmSync(images, { recursive: true, force: true });
});

/** Writes a plan with a job for each seed, and gives its path. */
function planFile(name: string, command: SweptCommand, fixed: SweepSettings, seeds: number): string {
  const path = join(folder, `${name}.json`);
  const jobs = Array.from({ length: seeds }, (_, seed) => ({ id: idOf(seed + 1), at: { seed } }));
  const plan = {
    kind: "sweep-plan",
    format: 1,
    respath: VERSION,
    command,
    fixed,
    axes: ["seed"],
    jobs,
  } as const;
  writeFileSync(path, JSON.stringify(sealed(plan), null, 2));
  return path;
}

const training = (steps: number): SweepSettings => ({
  ...{ model: "wrn-10-0.25", scheme: "skipinit", batch: 16, "image-size": 8, lr: 0.05, steps },
  ...{ data: images, backend: "wasm", augment: false },
});
const sampling = { scheme: "batchnorm", depth: 60, width: 24, batch: 16, trials: 12 };

const jobFolder = (out: string, number: number) => sweepFiles.job(out, idOf(number));

/** What a job has found but for the machine, the time and the paths. */
function resultIn(out: string, number: number): unknown {
  const text = readFileSync(jobFiles.result(jobFolder(out, number)), "utf8");
  const { provenance: _, imagesPerSecond: __, ...result } = JSON.parse(text);
  return result;
}

/** A sweep whose end and whose files can be waited for. */
function start(plan: string, out: string) {
  const child = spawn(process.execPath, [main, "sweep", "run", plan, "--out", out, "--workers", "2"], {
    cwd: root,
  });
  children.push(child);
  let stderr = "";
  child.stderr.on("data", (chunk) => {
    stderr += chunk;
  });
  const ended = new Promise<{ code: number | null; stderr: string }>((resolve) =>
    child.on("close", (code) => resolve({ code, stderr })),
  );
  return { child, ended };
}

/** Steps that the first job has in its metrics. */
const stepsIn = (out: string, number: number) => {
  const path = join(jobFiles.run(jobFolder(out, number)), "metrics.jsonl");
  return existsSync(path) ? readFileSync(path, "utf8").split("\n").length - 1 : 0;
};
const waiting = { timeout: 20_000, interval: 20 };

/** Processes that train below a folder, by their command lines, where the system lists them. */
function processesOf(out: string): string[] {
  if (!existsSync("/proc/self")) return [];
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(`--out=${out}`);
      } catch {
        return false;
      }
    });
}

describe.concurrent("respath sweep run", () => {
  it("trains, and after a SIGKILL goes on to what it would have found", async () => {
    const plan = planFile("killed", "train", training(80), 2);
    const [whole, killed] = [join(folder, "whole"), join(folder, "killed")];
    const { child, ended } = start(plan, killed);
    await vi.waitFor(() => expect(stepsIn(killed, 1)).toBeGreaterThan(10), waiting);
    child.kill("SIGKILL");
    // One of its jobs is killed as well; the other one is left to notice.
    const [job] = processesOf(jobFolder(killed, 1));
    if (job !== undefined) process.kill(Number(job), "SIGKILL");
    await ended;
    expect(existsSync(jobFiles.result(jobFolder(killed, 1)))).toBe(false);
    const again = await respath(["sweep", "run", plan, "--out", killed]);
    expect(again).toMatchObject({ code: 0, stdout: `2 jobs in ${killed}: 2 done\n` });
    expect(readFileSync(jobFiles.log(jobFolder(killed, 1)), "utf8")).toMatch(
      /going on from \S+ after step \d+/,
    );
    await respath(["sweep", "run", plan, "--out", whole, "--workers", "1"]);
    for (const number of [1, 2]) expect(resultIn(killed, number)).toEqual(resultIn(whole, number));
    expect(resultIn(whole, 1)).toMatchObject({ kind: "run", seed: 0, steps: 80 });
    expect(processesOf(killed)).toEqual([]);
  }, 60_000);

  it("samples, whatever the threads, and says which jobs failed", async () => {
    const plan = planFile("sampled", "sample", { ...sampling }, 2);
    const [one, four] = [join(folder, "one"), join(folder, "four")];
    expect(await respath(["sweep", "run", plan, "--out", one, "--workers", "1"])).toMatchObject({ code: 0 });
    await respath(["sweep", "run", plan, "--out", four, "--workers", "4"]);
    for (const number of [1, 2]) expect(resultIn(four, number)).toEqual(resultIn(one, number));
    // A journal of other networks is in the way of one.
    rmSync(jobFiles.result(jobFolder(one, 1)));
    writeFileSync(jobFiles.networks(jobFolder(one, 1)), '{"kind":"nothing"}\n');
    const failed = await respath(["sweep", "run", plan, "--out", one]);
    const log = jobFiles.log(jobFolder(one, 1));
    expect(failed).toMatchObject({ code: 1, stdout: `2 jobs in ${one}: 1 done, 1 failed\n` });
    expect(failed.stderr.split("\n").at(-2)).toBe(
      `respath: 1 of 2 jobs failed; what it said: ${log}; the same command tries it again`,
    );
    expect(readFileSync(log, "utf8")).toContain("networks.jsonl");
    const { reason, tries } = JSON.parse(readFileSync(jobFiles.failed(jobFolder(one, 1)), "utf8"));
    expect({ reason, tries }).toEqual({ reason: expect.stringContaining("networks.jsonl"), tries: 3 });
  }, 60_000);

  it("stops at SIGINT with checkpoints, exit 130 and one line; twice at once, and goes on all the same", async () => {
    const plan = planFile("interrupted", "train", training(1_000_000), 3);
    const out = join(folder, "interrupted");
    const first = start(plan, out);
    const least = () => Math.min(stepsIn(out, 1), stepsIn(out, 2));
    await vi.waitFor(() => expect(least()).toBeGreaterThan(2), waiting);
    first.child.kill("SIGINT");
    const { code, stderr } = await first.ended;
    expect(code).toBe(130);
    expect(stderr.split("\n").at(-2)).toBe(
      "respath: the sweep was interrupted, 0 of 3 jobs done; the same command goes on",
    );
    const steps = [1, 2].map((number) => stepsIn(out, number));
    for (const number of [1, 2]) {
      expect(readdirSync(jobFiles.run(jobFolder(out, number))).sort()).toEqual([
        "checkpoint.safetensors",
        "metrics.jsonl",
      ]);
    }
    expect(readdirSync(out).sort()).toEqual(["jobs", "plan.json"]);
    const second = start(plan, out);
    // What was done by the first is not done again.
    await vi.waitFor(() => expect(stepsIn(out, 1)).toBeGreaterThan(steps[0]! + 2), waiting);
    second.child.kill("SIGINT");
    second.child.kill("SIGINT");
    second.child.kill("SIGTERM");
    expect([130, 143]).toContain((await second.ended).code);
    await vi.waitFor(() => expect(processesOf(out)).toEqual([]), waiting);
  }, 60_000);

  it("says in one line that the disk is full, and goes on when it is not any more", async () => {
    const plan = planFile("full", "sample", { ...sampling, trials: 4 }, 1);
    const out = join(folder, "full");
    const env = { SMALL_DISK_BYTES: "3000" };
    const disk = pathToFileURL(join(root, "test/robustness/small-disk.mjs")).href;
    const full = await new Promise<{ code: number | null; stderr: string }>((resolve) => {
      const args = ["--import", disk, main, "sweep", "run", plan, "--out", out];
      const child = spawn(process.execPath, args, { cwd: root, env: { ...process.env, ...env } });
      let stderr = "";
      child.stderr.on("data", (chunk) => {
        stderr += chunk;
      });
      child.on("close", (code) => resolve({ code, stderr }));
    });
    expect(full.code).toBe(1);
    expect(full.stderr.split("\n").at(-2)).toMatch(/^respath: cannot write \S+: the disk is full$/);
    expect(full.stderr).not.toMatch(/^\s+at /m);
    expect(existsSync(jobFiles.result(jobFolder(out, 1)))).toBe(false);
    expect(await respath(["sweep", "run", plan, "--out", out])).toMatchObject({ code: 0 });
  }, 60_000);

  it("refuses what it cannot run, in one line, and makes no folder", async () => {
    const out = join(folder, "refused");
    const plan = planFile("good", "sample", { ...sampling }, 2);
    const edited = join(folder, "edited.json");
    const { jobs, ...rest } = JSON.parse(readFileSync(plan, "utf8")) as SweepPlanDocument;
    writeFileSync(edited, JSON.stringify({ ...rest, jobs: jobs.slice(1) }));
    const run = (...args: string[]) => respath(["sweep", "run", ...args]);
    const cases: [string[], RegExp][] = [
      [[edited, "--out", out], /^respath: \S+edited\.json was edited after it was planned/],
      [
        [join(folder, "none.json"), "--out", out],
        /^respath: cannot read \S+none\.json: no such file or folder$/m,
      ],
      [[plan], /^respath: .*--out/],
      [["--out", out], /^respath: sweep run needs a plan, such as plan\.json/],
      [[plan, "--out", out, "--shard", "3/2"], /^respath: --shard must be a part of the whole, such as 2\/5/],
      [[plan, "--out", out, "--only", "7"], /^respath: the plan has no job "7"$/m],
      [
        [plan, "--out", out, "--shard", "1/2", "--only", idOf(1)],
        /^respath: give --shard or --only, not both/,
      ],
      [[plan, "--out", join(out, "a/b/c")], /^respath: cannot write to .*: of this path only \S+ exists/],
    ];
    for (const [args, message] of cases) expectRefused(await run(...args), message);
    expectRefused(await respath(["sweep", "rum"]), /^respath: sweep has no action "rum"; did you mean run\?/);
    expect(existsSync(out)).toBe(false);
    mkdirSync(out);
  }, 60_000);
});
