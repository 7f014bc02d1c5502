/*
 * The trainer on several versions of Node.js, in turn: images a second, whether the weights are the same to the bit, and what the proof
 * of the kernels costs the first time.
 *
 *   node --import tsx bench/nodes.ts --node /path/to/node-24 --node /path/to/node-26 --rounds 5 --out results/bench/nodes.json
 *
 * WRN-16-1 with BatchNorm, batch 128, 15 steps, one thread, on CIFAR-10 from the cache. Figures are medians over the rounds with
 * their range; the round begins with another version each time. Needs a built dist/.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { median } from "simple-statistics";

const { values: options } = parseArgs({
  options: {
    node: { type: "string", multiple: true, default: [process.execPath] },
    rounds: { type: "string", default: "5" },
    out: { type: "string" },
  },
});
const main = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));
const TRAIN =
  "train --model wrn-16-1 --scheme batchnorm --steps 15 --batch 128 --workers 1 --test-images 0 --json";
const SAMPLE = "sample --scheme batchnorm --depth 5 --width 16 --trials 3 --workers 1 --json";

function run(node: string, line: string, environment: Record<string, string> = {}) {
  const started = performance.now();
  const env = { ...process.env, ...environment };
  const { status, stdout, stderr } = spawnSync(node, [main, ...line.split(" ")], { encoding: "utf8", env });
  if (status !== 0) throw new Error(`${node} ${line} failed: ${stderr}`);
  return { seconds: (performance.now() - started) / 1000, document: JSON.parse(stdout) };
}

const summary = (values: readonly number[]) => ({
  median: Number(median([...values]).toPrecision(4)),
  range: [Math.min(...values), Math.max(...values)].map((value) => Number(value.toPrecision(4))),
});

const nodes = options.node;
const found = nodes.map(() => ({
  speed: [] as number[],
  first: [] as number[],
  later: [] as number[],
  weights: new Set<string>(),
}));
for (let round = 0; round < Number(options.rounds); round++) {
  for (let turn = 0; turn < nodes.length; turn++) {
    const index = (turn + round) % nodes.length;
    const [node, of] = [nodes[index], found[index]];
    const { document } = run(node, TRAIN);
    of.speed.push(document.imagesPerSecond.median);
    of.weights.add(document.weightsSha256);
    const cache = mkdtempSync(join(tmpdir(), "respath-nodes-"));
    of.first.push(run(node, SAMPLE, { RESPATH_CACHE: cache }).seconds);
    of.later.push(run(node, SAMPLE, { RESPATH_CACHE: cache }).seconds);
    rmSync(cache, { recursive: true });
  }
}

const rows = nodes.map((node, index) => {
  const { speed, first, later, weights } = found[index];
  return {
    node: spawnSync(node, ["--version"], { encoding: "utf8" }).stdout.trim(),
    imagesPerSecond: summary(speed),
    timesTheFirst: summary(speed.map((value, round) => value / found[0].speed[round])),
    weightsSha256: [...weights],
    firstStartSeconds: summary(first),
    laterStartSeconds: summary(later),
  };
});
const header = {
  measured: new Date().toISOString(),
  machine: `${cpus().length} × ${cpus()[0]?.model.trim() ?? "unknown"}`,
  load: loadavg().map((load) => Number(load.toFixed(1))),
  rounds: Number(options.rounds),
};
for (const row of rows) console.log(JSON.stringify(row));
if (options.out) {
  writeFileSync(
    options.out,
    `${JSON.stringify({ kind: "bench", name: "nodes", ...header, rows }, null, 2)}\n`,
  );
}
