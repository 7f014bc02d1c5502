import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll } from "vitest";
import type { SweepSettings, SweptCommand } from "../../src/network/documents/sweep.js";
import { sealed } from "../../src/sweep/plan/plan-sweep.js";
import { jobFiles, sweepFiles } from "../../src/sweep/run/sweep-folder.js";
import { VERSION } from "../../src/system/provenance.js";
import { main, root } from "../cli/run.js";
import { idOf } from "./fake-sweep.js";

export interface PlanFile {
  readonly path: string;
  readonly command: SweptCommand;
  readonly fixed: SweepSettings;
  /** What each job has besides. */
  readonly jobs: readonly SweepSettings[];
}

/** Writes a plan whose jobs are numbered, and gives its path. */
export function writePlan({ path, command, fixed, jobs }: PlanFile): string {
  const plan = sealed({
    ...{ kind: "sweep-plan", format: 1, respath: VERSION, command, fixed },
    axes: [...new Set(jobs.flatMap((job) => Object.keys(job)))],
    jobs: jobs.map((at, index) => ({ id: idOf(index + 1), at })),
  });
  writeFileSync(path, JSON.stringify(plan, null, 2));
  return path;
}

/** As many jobs as that, which differ in their seeds. */
export const seeds = (count: number) => Array.from({ length: count }, (_, seed) => ({ seed }));

/** Tiny training runs of so many steps. */
export const training = (images: string, steps: number): SweepSettings => ({
  ...{ model: "wrn-10-0.25", scheme: "skipinit", batch: 16, "image-size": 8, lr: 0.05, steps },
  ...{ data: images, backend: "wasm", augment: false },
});

/** Samples of so many tiny networks. */
export const sampling = (trials: number): SweepSettings => ({
  ...{ scheme: "batchnorm", depth: 60, width: 24, batch: 16, trials },
});

export const jobFolder = (out: string, number: number) => sweepFiles.job(out, idOf(number));

const started = new Map<ChildProcess, string>();
afterAll(() => {
  for (const [child, out] of started) {
    child.kill("SIGKILL");
    // A frozen one would not notice.
    for (const pid of processesOf(out)) process.kill(pid, "SIGKILL");
  }
});

/** A `sweep run` on two cores whose end can be waited for. */
export function startSweep(plan: string, out: string, node: readonly string[] = []) {
  const child = spawn(
    process.execPath,
    [...node, main, "sweep", "run", plan, "--out", out, "--workers", "2"],
    {
      cwd: root,
    },
  );
  started.set(child, out);
  let stderr = "";
  child.stderr.on("data", (chunk) => {
    stderr += chunk;
  });
  const ended = new Promise<{ code: number | null; stderr: string }>((resolve) =>
    child.on("close", (code) => resolve({ code, stderr })),
  );
  return { child, ended };
}

/** Steps or networks that a job has written. */
export function linesOf(out: string, number: number): number {
  const folder = jobFolder(out, number);
  const paths = [join(jobFiles.run(folder), "metrics.jsonl"), jobFiles.networks(folder)];
  const path = paths.find((one) => existsSync(one));
  return path === undefined ? 0 : readFileSync(path, "utf8").split("\n").length - 1;
}

/** For vi.waitFor. */
export const WAITING = { timeout: 30_000, interval: 20 };

/** Whether the system lists its processes in files. */
export const HAS_PROC = existsSync("/proc/self/status");

/** The numbers of the processes that do jobs below a folder, where the system lists them. */
export function processesOf(out: string): number[] {
  if (!HAS_PROC) return [];
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => textOf(`/proc/${pid}/cmdline`).includes(`--out=${out}`))
    .map(Number);
}

/** Whether SIGSTOP has reached a process. */
export function isFrozen(pid: number): boolean {
  return /^State:\s*T/m.test(textOf(`/proc/${pid}/status`));
}

/** Whether a frozen process has been sent SIGTERM. */
export function isAskedToStop(pid: number): boolean {
  const [, pending = "0"] = /^ShdPnd:\s*(\w+)$/m.exec(textOf(`/proc/${pid}/status`)) ?? [];
  return ((BigInt(`0x${pending}`) >> 14n) & 1n) === 1n;
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    // It has ended.
    return "";
  }
}
