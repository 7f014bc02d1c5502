/*
 * What sweeps of many jobs cost: planning them, handing them out, and merging what they have found.
 *
 *   node --import tsx bench/sweep-scale.ts --jobs 1000,10000,100000 --workers 0,1,10,100,1000 --out results/bench/sweep-scale.json
 *
 * The jobs sleep a sampled time on a clock that jumps (sweep-scale/fate.ts); 1 % are taken for lost in the middle and done twice, 1 % fail
 * once, 0.1 % always. The plan is made by `sweep plan`, handed out by the queue in memory to workers on up to eight machines with folders
 * of their own (0: by `sweep run`'s own code to two cores), and merged by `sweep merge`. Each job's result is the document of a real run
 * that is trained first, with its loss and accuracy changed. All merged documents of a plan must be the same to the byte. Each step is a
 * process of its own: seconds that pass, seconds of a core, and the most memory it had. Needs a built dist/, and disk for two results a job.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";

const { values: given } = parseArgs({
  options: {
    jobs: { type: "string", default: "1000,10000,100000" },
    workers: { type: "string", default: "0,1,10,100,1000" },
    out: { type: "string" },
  },
});
const sizes = given.jobs.split(",").map(Number);
const crowds = given.workers.split(",").map(Number);
const main = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));
const simulator = fileURLToPath(new URL("sweep-scale/simulate.ts", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "respath-scale-"));
const at = (...names: string[]) => join(folder, ...names);
/** Seeds of a cell. */
const SEEDS = 5;

writeFileSync(
  at("usage.mjs"),
  `import { writeFileSync } from "node:fs";
process.on("exit", () => {
  const { user, system } = process.cpuUsage();
  writeFileSync(${JSON.stringify(at("usage.json"))}, JSON.stringify({ cpuSeconds: (user + system) / 1e6, megabytes: process.resourceUsage().maxRSS / 1e3 }));
});`,
);

function respath(...args: readonly string[]) {
  const started = performance.now();
  const { status, stderr } = spawnSync(
    process.execPath,
    ["--import", pathToFileURL(at("usage.mjs")).href, main, ...args],
    { encoding: "utf8", maxBuffer: 1 << 28 },
  );
  const wallSeconds = (performance.now() - started) / 1000;
  if (status !== 0) throw new Error(`${args.join(" ")} ended with ${status}: ${stderr.slice(-2000)}`);
  return rounded({ wallSeconds, ...JSON.parse(readFileSync(at("usage.json"), "utf8")) });
}

/** A real run's document, for all jobs. */
function realResult(): string {
  const settings =
    "--scheme skipinit --model wrn-16-1 --image-size 8 --steps 200 --test-images 200 --test-every 20";
  respath("train", ...settings.split(" "), "--out", at("run"));
  return at("run", "run.json");
}

/** A grid of rates, batch sizes, depths and seeds. */
function specOf(jobs: number): string {
  const cells = jobs / SEEDS;
  const rates = 20;
  const spec = {
    command: "train",
    fixed: { scheme: "skipinit", model: "wrn-16-1", "image-size": 8 },
    grid: {
      steps: { from: 1, to: cells / rates },
      lr: { powers: 2, from: -rates, to: -1 },
      seed: { from: 1, to: SEEDS },
    },
  };
  writeFileSync(at("grid.json"), JSON.stringify(spec));
  return at("grid.json");
}

function rounded<Figures extends Readonly<Record<string, number>>>(figures: Figures): Figures {
  return Object.fromEntries(
    Object.entries(figures).map(([name, value]) => [name, Number(value.toPrecision(4))]),
  ) as Figures;
}

function simulate(jobs: number, workers: number) {
  const own = at(`${jobs}-${workers}`);
  const args = ["--import", "tsx", simulator, "--plan", at("plan.json"), "--result", result];
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [...args, "--workers", String(workers), "--folder", own],
    { encoding: "utf8", maxBuffer: 1 << 28 },
  );
  if (status !== 0) throw new Error(`${workers} workers ended with ${status}: ${stderr.slice(-2000)}`);
  const handedOut = rounded(JSON.parse(stdout));
  const merged = respath("sweep", "merge", join(own, "collected"), "-o", at("merged.json"));
  const sha256 = createHash("sha256")
    .update(readFileSync(at("merged.json")))
    .digest("hex");
  const megabytes = statSync(at("merged.json")).size / 1e6;
  rmSync(own, { recursive: true });
  console.error(`${jobs} jobs, ${workers} workers: ${JSON.stringify({ handedOut, merged })}`);
  return { workers, handedOut, merge: merged, merged: { ...rounded({ megabytes }), sha256 } };
}

const load = { before: loadavg()[0]! };
const result = realResult();
const rows = sizes.map((jobs) => {
  const spec = specOf(jobs);
  const plan = respath("sweep", "plan", spec, "--no-calibrate", "-o", at("plan.json"));
  console.error(`${jobs} jobs planned: ${JSON.stringify(plan)}`);
  const sweeps = crowds.map((workers) => simulate(jobs, workers));
  if (new Set(sweeps.map(({ merged }) => merged.sha256)).size > 1) throw new Error("merged documents differ");
  return { jobs, planMegabytes: statSync(at("plan.json")).size / 1e6, plan, sweeps };
});
const document = {
  kind: "sweep-scale-bench",
  machine: { cpu: cpus()[0]!.model, threads: availableParallelism(), node: process.version },
  load: { ...load, after: loadavg()[0]! },
  resultKilobytes: statSync(result).size / 1e3,
  rows,
};
rmSync(folder, { recursive: true });
const text = `${JSON.stringify(document, null, 1)}\n`;
if (given.out === undefined) console.log(text);
else writeFileSync(given.out, text);
