import { spawn, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { slurmScript } from "../../../src/sweep/engines/slurm.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";
import { planOf } from "../fake-sweep.js";

const folder = temporaryFolder("slurm");
const plan = planOf({ jobs: [1, 2, 3].map((seed) => ({ at: { seed }, seconds: 5000, bytes: 2 ** 30 })) });
const paths = { respath: ["respath"], planPath: "/plan.json", results: "/results" };

const directivesOf = (script: string) => script.split("\n").filter((line) => line.startsWith("#SBATCH"));

describe("the script of an array", () => {
  it("asks for what the plan foresees, and more", () => {
    expect(directivesOf(slurmScript(plan, paths))).toEqual([
      "#SBATCH --job-name=respath",
      "#SBATCH --array=0-2",
      "#SBATCH --ntasks=1",
      "#SBATCH --cpus-per-task=1",
      // 2·5000 s + 120 s.
      "#SBATCH --time=02:49:00",
      "#SBATCH --mem=1536M",
      "#SBATCH --requeue",
      "#SBATCH --open-mode=append",
      "#SBATCH --signal=B:USR1@90",
    ]);
  });

  it("keeps to the site's limits and to what was asked for", () => {
    const asked = { ...paths, most: 2, parallel: 1, cpus: 4, time: "1-00:00:00", memory: "8G" };
    expect(directivesOf(slurmScript(plan, asked))).toEqual(
      expect.arrayContaining([
        "#SBATCH --array=0-1%1",
        "#SBATCH --cpus-per-task=4",
        "#SBATCH --time=1-00:00:00",
        "#SBATCH --mem=8G",
      ]),
    );
    const large = planOf({ jobs: Array.from({ length: 1002 }, (_, seed) => ({ at: { seed } })) });
    const directives = directivesOf(slurmScript(large, paths)).join("\n");
    expect(directives).toContain("--array=0-1000\n");
    // It does not say what its jobs take.
    expect(directives).not.toMatch(/--time|--mem/);
  });
});

/** Runs a script as an element would, with a respath and a scontrol that write down what they are told. */
async function element(name: string, options: { code?: number; signal?: NodeJS.Signals; restarts?: number }) {
  const { code, signal, restarts } = options;
  const place = join(folder, `${name} it's "$HOME" \`ls\` \\ %a`);
  mkdirSync(place);
  const told = (what: string) => join(place, what);
  const program = (name: string, text: string) => {
    writeFileSync(told(name), `#!/bin/bash\n${text}`);
    chmodSync(told(name), 0o755);
  };
  program("scontrol", `printf '%s\\n' "$@" > "$(dirname "$0")/requeued"\n`);
  const note = `printf '%s\\n' "$@" > "$(dirname "$0")/arguments"\n`;
  program(
    "respath",
    signal ? `sleep 60 &\ntrap 'kill $!; exit 143' TERM\n${note}wait\n` : `${note}exit ${code}\n`,
  );
  const script = slurmScript(plan, {
    respath: [told("respath")],
    planPath: told("plan.json"),
    results: told("results"),
  });
  writeFileSync(told("array.sh"), script);
  const child = spawn("bash", [told("array.sh")], {
    env: {
      PATH: `${place}:${process.env["PATH"]}`,
      ...{ SLURM_ARRAY_JOB_ID: "17", SLURM_ARRAY_TASK_ID: "1", SLURM_JOB_ID: "17" },
      ...(restarts === undefined ? {} : { SLURM_RESTART_COUNT: String(restarts) }),
    },
  });
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
  const read = (what: string) =>
    existsSync(told(what)) ? readFileSync(told(what), "utf8").trimEnd().split("\n") : undefined;
  await vi.waitFor(() => expect(read("arguments")?.length).toBeGreaterThan(8), 10_000);
  if (signal === "SIGTERM") {
    // Slurm sends it to all processes.
    spawnSync("pkill", ["-TERM", "-P", String(child.pid)]);
  }
  if (signal) child.kill(signal);
  return { code: await ended, arguments: read("arguments"), requeued: read("requeued"), told };
}

describe("an element", () => {
  it("runs its shard, wherever its files are", async () => {
    const { code, arguments: given, requeued, told } = await element("runs", { code: 0 });
    expect(given).toEqual([
      ...["sweep", "shard", told("plan.json"), "--index", "1", "--of", "3"],
      ...["--out", told("results"), "--workers", "1", "--break-lock"],
    ]);
    expect({ code, requeued }).toEqual({ code: 0, requeued: undefined });
  });

  it("passes the warning on, and starts again by its own number", async () => {
    const { code, requeued } = await element("warned", { signal: "SIGUSR1" });
    expect(requeued).toEqual(["requeue", "17_1"]);
    // Of what waited for, or of the signal that has ended the waiting.
    expect([143, 138]).toContain(code);
  });

  it("starts again when its process is killed", async () => {
    expect(await element("killed", { code: 137 })).toMatchObject({
      code: 137,
      requeued: ["requeue", "17_1"],
    });
  });

  it("does not when it is cancelled, when jobs have failed, or when it has done so often", async () => {
    expect(await element("cancelled", { signal: "SIGTERM" })).toMatchObject({
      code: 143,
      requeued: undefined,
    });
    expect(await element("failed", { code: 1 })).toMatchObject({ code: 1, requeued: undefined });
    expect(await element("often", { signal: "SIGUSR1", restarts: 20 })).toMatchObject({
      requeued: undefined,
    });
    expect(await element("less", { signal: "SIGUSR1", restarts: 19 })).toMatchObject({
      requeued: ["requeue", "17_1"],
    });
  });
});
