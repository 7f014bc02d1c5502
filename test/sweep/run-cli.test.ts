import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { SweepPlanDocument, SweepSettings, SweptCommand } from "../../src/network/documents/sweep.js";
import { jobFiles } from "../../src/sweep/run/sweep-folder.js";
import { expectRefused, respath, root } from "../cli/run.js";
import { makeFolder, redAndBlue } from "../data/small-folder.js";
import { temporaryFolder } from "../helpers/temporary-folder.js";
import { idOf } from "./fake-sweep.js";
import {
  HAS_PROC,
  jobFolder,
  linesOf,
  processesOf,
  sampling,
  seeds,
  startSweep,
  training,
  WAITING,
  writePlan,
} from "./real-sweep.js";

const folder = temporaryFolder("sweep-cli");
let images: string;
beforeAll(async () => {
  images = await makeFolder(await redAndBlue(20));
});
afterAll(() => rmSync(images, { recursive: true, force: true }));

/** Writes a plan with a job for each seed, and gives its path. */
const planFile = (name: string, command: SweptCommand, fixed: SweepSettings, count: number) =>
  writePlan({ path: join(folder, `${name}.json`), command, fixed, jobs: seeds(count) });
/** What a job has found but for the machine, the time and the paths. */
function resultIn(out: string, number: number): unknown {
  const text = readFileSync(jobFiles.result(jobFolder(out, number)), "utf8");
  const { provenance: _, imagesPerSecond: __, ...result } = JSON.parse(text);
  return result;
}

describe.concurrent("respath sweep run", () => {
  it("trains, and after a SIGKILL goes on to what it would have found", async () => {
    const plan = planFile("killed", "train", training(images, 80), 2);
    const [whole, killed] = [join(folder, "whole"), join(folder, "killed")];
    const { child, ended } = startSweep(plan, killed);
    await vi.waitFor(() => expect(linesOf(killed, 1)).toBeGreaterThan(10), WAITING);
    child.kill("SIGKILL");
    // One of its jobs is killed as well; the other one is left to notice.
    const [job] = processesOf(jobFolder(killed, 1));
    if (job !== undefined) process.kill(job, "SIGKILL");
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

  it.runIf(HAS_PROC)(
    "tries again a job whose process is killed, and its log says so",
    async () => {
      const plan = planFile("shot", "train", training(images, 300), 1);
      const out = join(folder, "shot");
      const { ended } = startSweep(plan, out);
      await vi.waitFor(() => expect(linesOf(out, 1)).toBeGreaterThan(2), WAITING);
      for (const pid of processesOf(out)) process.kill(pid, "SIGKILL");
      expect(await ended).toMatchObject({ code: 0 });
      expect(readFileSync(jobFiles.log(jobFolder(out, 1)), "utf8")).toMatch(/^ended by SIGKILL\n--- /m);
    },
    60_000,
  );

  it("samples, whatever the threads, and says which jobs failed", async () => {
    const plan = planFile("sampled", "sample", sampling(12), 2);
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
    expect({ reason, tries }).toEqual({ reason: expect.stringContaining("networks.jsonl"), tries: 1 });
  }, 60_000);

  it("tries a job that always fails three times, reports it with its log, and does the rest", async () => {
    const damaged = join(folder, "damaged");
    cpSync(images, damaged, { recursive: true });
    for (const name of readdirSync(damaged, { recursive: true }) as string[]) {
      if (name.endsWith(".png")) writeFileSync(join(damaged, name), "no picture");
    }
    const { data: _, ...fixed } = training(images, 4);
    const jobs = [{ data: damaged }, { data: images }];
    const plan = writePlan({ path: join(folder, "fails.json"), command: "train", fixed, jobs });
    const out = join(folder, "fails");
    const { code, stdout, stderr } = await respath(["sweep", "run", plan, "--out", out]);
    const log = jobFiles.log(jobFolder(out, 1));
    expect({ code, stdout }).toEqual({ code: 1, stdout: `2 jobs in ${out}: 1 done, 1 failed\n` });
    expect(stderr.split("\n").at(-2)).toContain(`1 of 2 jobs failed; what it said: ${log}; `);
    expect(readFileSync(log, "utf8").match(/cannot be decoded/g)).toHaveLength(3);
    expect(JSON.parse(readFileSync(jobFiles.failed(jobFolder(out, 1)), "utf8"))).toEqual({
      ...{ tries: 3, exitCode: 1 },
      reason: expect.stringContaining("cannot be decoded"),
    });
  }, 60_000);

  it.each(["train", "sample"] as const)(
    "finds what it finds while the clock is set again and again: %s",
    async (command) => {
      const plan = planFile(
        `clock-${command}`,
        command,
        command === "train" ? training(images, 8) : sampling(4),
        2,
      );
      const [jumping, steady] = [join(folder, `jumping-${command}`), join(folder, `steady-${command}`)];
      const clock = pathToFileURL(join(root, "test/helpers/jumping-clock.mjs")).href;
      const { ended } = startSweep(plan, jumping, ["--import", clock]);
      expect(await ended).toMatchObject({ code: 0 });
      expect(await respath(["sweep", "run", plan, "--out", steady])).toMatchObject({ code: 0 });
      const merged = async (out: string) => {
        expect(await respath(["sweep", "merge", out, "-o", `${out}.json`])).toMatchObject({ code: 0 });
        return readFileSync(`${out}.json`, "utf8");
      };
      expect(await merged(jumping)).toBe(await merged(steady));
    },
    60_000,
  );

  it("refuses what it cannot run, in one line, and makes no folder", async () => {
    const out = join(folder, "refused");
    const plan = planFile("good", "sample", sampling(12), 2);
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
    expect(existsSync(out)).toBe(false);
    expectRefused(await respath(["sweep", "rum"]), /^respath: sweep has no action "rum"; did you mean run\?/);
  }, 60_000);

  it("refuses another plan in a folder, and leaves what is there", async () => {
    const [one, other] = [4, 5].map((trials) => planFile(`trials-${trials}`, "sample", sampling(trials), 1));
    const out = join(folder, "of-one");
    expect(await respath(["sweep", "run", one!, "--out", out])).toMatchObject({ code: 0 });
    const files = () => (readdirSync(out, { recursive: true }) as string[]).sort();
    const before = files();
    expectRefused(
      await respath(["sweep", "run", other!, "--out", out]),
      `respath: ${out} has the runs of another plan (${join(out, "plan.json")}): give this one another folder`,
    );
    expect(files()).toEqual(before);
  }, 60_000);
});
