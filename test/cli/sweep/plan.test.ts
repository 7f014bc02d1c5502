import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { check } from "../../../src/network/checks/compiled/sweep-plan.js";
import type { SweepPlanDocument } from "../../../src/network/documents/sweep.js";
import { planSum } from "../../../src/sweep/plan/plan-sweep.js";
import { jobFiles, sweepFiles } from "../../../src/sweep/run/sweep-folder.js";
import { expectRefused, respath, root } from "../run.js";

const folder = mkdtempSync(join(tmpdir(), "respath-sweep-plan-"));
const at = (name: string) => join(folder, name);
const spec = at("sweep.yaml");
const GRID =
  "command: sample\nfixed: {scheme: batchnorm, trials: 3}\ngrid:\n  depth: [4, 8]\n  seed: {from: 0, to: 2}\n";
const readPlan = (name: string) => JSON.parse(readFileSync(at(name), "utf8")) as SweepPlanDocument;

beforeAll(() => writeFileSync(spec, GRID));
afterAll(() => rmSync(folder, { recursive: true }));

describe("respath sweep plan", () => {
  it("writes a plan, the same each time, and says what is in it", async () => {
    const first = await respath(["sweep", "plan", spec, "--no-calibrate", "-o", at("plan.json")]);
    expect(first).toEqual({
      code: 0,
      stdout: "sweep of respath sample over depth, seed: 6 jobs, 2 cells, 3 seeds\n",
      stderr: `wrote ${at("plan.json")}\n`,
    });
    const plan = readPlan("plan.json");
    expect(check(plan)).toBe(true);
    expect(plan.sha256).toBe(planSum(plan));
    expect(plan.jobs.map((job) => job.at)).toEqual(
      [4, 8].flatMap((depth) => [0, 1, 2].map((seed) => ({ depth, seed }))),
    );
    const { stdout } = await respath(["sweep", "plan", "-", "--no-calibrate", "--json"], { stdin: GRID });
    expect(stdout).toBe(readFileSync(at("plan.json"), "utf8"));
  });

  it("counts what is done in folders of sweeps", async () => {
    const { jobs } = readPlan("plan.json");
    for (const [index, { id }] of jobs.entries()) {
      const job = sweepFiles.job(at(`run-${index % 2}`), id);
      mkdirSync(job, { recursive: true });
      if (index < 3) writeFileSync(jobFiles.result(job), "{}");
    }
    const { stdout } = await respath([
      "sweep",
      "plan",
      spec,
      "--no-calibrate",
      "--done",
      at("run-0"),
      at("run-1"),
    ]);
    expect(stdout).toMatch("  3 done already, 3 to do\n");
  });

  it("foresees time and memory of every job, and leaves nothing behind", async () => {
    const { code, stdout, stderr } = await respath(["sweep", "plan", spec, "-o", at("timed.json")], {
      env: { TMPDIR: folder },
    });
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/ on this machine's \d+ cores?, one job a core \(/);
    expect(stdout).toMatch(/ of memory for the largest job, /);
    const { jobs, ...plan } = readPlan("timed.json");
    expect(check({ ...plan, jobs })).toBe(true);
    expect(plan.sha256).toBe(planSum({ ...plan, jobs }));
    expect(jobs.every(({ seconds = 0, bytes = 0 }) => seconds > 0 && bytes > 1e8)).toBe(true);
    // Its ids and their order are those of a plan that is not timed.
    expect(jobs.map(({ id }) => id)).toEqual(readPlan("plan.json").jobs.map(({ id }) => id));
  });

  it("warns of a condition that holds for nothing", async () => {
    writeFileSync(at("idle.yaml"), `${GRID}when:\n  - if: {depth: 5}\n    set: {width: 8}\n`);
    const { stderr } = await respath(["sweep", "plan", at("idle.yaml"), "--no-calibrate"]);
    expect(stderr).toBe(`${at("idle.yaml")} line 7: when[0] holds for no job\n`);
  });

  it.each([
    ["grid: [", /^respath: .*bad.yaml line 1: /],
    [`${GRID}  width: [8, x]\n`, /bad.yaml line 6: grid.width must be a whole number of at least 1, not "x"/],
    [`${GRID}  out: [a]\n`, /bad.yaml line 6: grid.out is not for a sweep: each job has a folder of its own/],
    [
      `${GRID}  batch: [1]\n`,
      /bad.yaml: 3 jobs with depth 4, batch 1 cannot be run: --batch must be at least 2/,
    ],
    [
      `${GRID}  longest: {from: 1, to: 999999}\n`,
      /bad.yaml line 3: the grid must be at most 1000000 jobs, not 5999994 jobs/,
    ],
  ])("refuses %j in one line, and writes nothing", async (text, message) => {
    writeFileSync(at("bad.yaml"), text);
    expectRefused(await respath(["sweep", "plan", at("bad.yaml"), "-o", at("bad.json")]), message);
    expect(existsSync(at("bad.json"))).toBe(false);
  });

  it("refuses lines that are none", async () => {
    expectRefused(await respath(["sweep"]), "sweep needs an action");
    expectRefused(await respath(["sweep", "paln", spec]), 'sweep has no action "paln"; did you mean plan?');
    expectRefused(await respath(["sweep", "plan"]), "sweep plan needs the file of a grid");
    expectRefused(
      await respath(["sweep", "plan", spec, "--jsn"]),
      "there is no option --jsn; did you mean --json?",
    );
    expectRefused(await respath(["sweep", "plan", spec, "-o", at("no/where/p.json")]), "cannot write");
  });

  it("plans the examples", async () => {
    for (const [name, count] of [
      ["sweep.yaml", 12],
      ["sweep-sample.yaml", 12],
    ] as const) {
      const { stdout } = await respath([
        "sweep",
        "plan",
        join(root, "examples", name),
        "--no-calibrate",
        "--json",
      ]);
      expect(JSON.parse(stdout).jobs).toHaveLength(count);
    }
  });
});
