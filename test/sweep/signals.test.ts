import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { jobFiles } from "../../src/sweep/run/sweep-folder.js";
import { makeFolder, redAndBlue } from "../data/small-folder.js";
import { temporaryFolder } from "../helpers/temporary-folder.js";
import {
  HAS_PROC,
  isAskedToStop,
  isFrozen,
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

const folder = temporaryFolder("sweep-signals");
let images: string;
beforeAll(async () => {
  images = await makeFolder(await redAndBlue(20));
  return () => rmSync(images, { recursive: true, force: true });
});

const COMMANDS = ["train", "sample"] as const;
/** Jobs that do not end by themselves, two of three at a time. */
function endless(command: (typeof COMMANDS)[number], name: string) {
  const fixed = command === "train" ? training(images, 1_000_000) : sampling(1_000_000);
  const path = writePlan({ path: join(folder, `${name}.json`), command, fixed, jobs: seeds(3) });
  return { path, out: join(folder, name) };
}

/** Waits until both of the jobs that run have done more than so much. */
const bothBeyond = (out: string, [first, second] = [2, 2]) =>
  vi.waitFor(() => {
    expect(linesOf(out, 1)).toBeGreaterThan(first);
    expect(linesOf(out, 2)).toBeGreaterThan(second);
  }, WAITING);

const linesOfBoth = (out: string): [number, number] => [linesOf(out, 1), linesOf(out, 2)];

/** What a job has left that was asked to stop: all that it has done can be gone on with. */
function expectKept(out: string, number: number) {
  const job = jobFolder(out, number);
  const log = readFileSync(jobFiles.log(job), "utf8");
  if (log.includes("sampling")) {
    expect(readdirSync(job).sort()).toEqual(["log.txt", "networks.jsonl"]);
    expect(readFileSync(jobFiles.networks(job), "utf8")).toMatch(/\n$/);
    return;
  }
  expect(readdirSync(jobFiles.run(job)).sort()).toEqual(["checkpoint.safetensors", "metrics.jsonl"]);
  // A further signal may come when it has said so and is as good as gone.
  const said = `stopped after step ${linesOf(out, number)} of [^\n]*\n(ended by SIGTERM\n)?$`;
  expect(log).toMatch(new RegExp(said));
}

describe.concurrent.each(COMMANDS)("a sweep of respath %s", (command) => {
  it("stops at Ctrl-C with checkpoints, exit 130 and one line, and goes on", async () => {
    const { path, out } = endless(command, `once-${command}`);
    const first = startSweep(path, out);
    await bothBeyond(out);
    first.child.kill("SIGINT");
    const { code, stderr } = await first.ended;
    expect(code).toBe(130);
    expect(stderr.split("\n").at(-2)).toBe(
      "respath: the sweep was interrupted, 0 of 3 jobs done; the same command goes on",
    );
    expect(readdirSync(out).sort()).toEqual(["jobs", "plan.json"]);
    for (const number of [1, 2]) expectKept(out, number);
    expect(processesOf(out)).toEqual([]);

    const done = linesOfBoth(out);
    const second = startSweep(path, out);
    await bothBeyond(out, done);
    second.child.kill("SIGTERM");
    expect(await second.ended).toMatchObject({ code: 143 });
    for (const number of [1, 2]) expectKept(out, number);
  }, 120_000);

  it.runIf(HAS_PROC)(
    "ends at once at a second Ctrl-C, and goes on all the same",
    async () => {
      const { path, out } = endless(command, `twice-${command}`);
      const first = startSweep(path, out);
      await bothBeyond(out);
      // They cannot answer, and the sweep waits for them.
      const jobs = processesOf(out);
      for (const pid of jobs) process.kill(pid, "SIGSTOP");
      await vi.waitFor(() => expect(jobs.map(isFrozen)).toEqual([true, true]), WAITING);
      first.child.kill("SIGINT");
      await vi.waitFor(() => expect(jobs.map(isAskedToStop)).toEqual([true, true]), WAITING);
      // Those within half a second of the first count as that.
      const again = setInterval(() => first.child.kill("SIGINT"), 100);
      expect(await first.ended).toMatchObject({ code: 130 });
      clearInterval(again);
      await vi.waitFor(() => expect(processesOf(out)).toEqual([]), WAITING);

      const second = startSweep(path, out);
      await bothBeyond(out, linesOfBoth(out));
      second.child.kill("SIGINT");
      expect(await second.ended).toMatchObject({ code: 130 });
      for (const number of [1, 2]) expectKept(out, number);
    },
    120_000,
  );

  // As Slurm does at the end of an element's time, after its script has passed a warning on.
  it.runIf(HAS_PROC)(
    "writes checkpoints when each of its processes gets SIGTERM, and more than once",
    async () => {
      const { path, out } = endless(command, `all-${command}`);
      const { child, ended } = startSweep(path, out);
      await bothBeyond(out);
      const all = [child.pid!, ...processesOf(out)];
      const again = setInterval(() => {
        for (const pid of all) {
          try {
            process.kill(pid, "SIGTERM");
          } catch {
            // It has ended.
          }
        }
      }, 2);
      // One may come when the process is as good as gone.
      expect([143, null]).toContain((await ended).code);
      clearInterval(again);
      for (const number of [1, 2]) expectKept(out, number);
    },
    120_000,
  );
});
