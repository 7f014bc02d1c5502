/*
 * How long command lines take before and after a change: each round runs every line with either build, which comes first in turn.
 *
 *   node --import tsx bench/before-after.ts BEFORE AFTER --rounds 20 [--only TEXT] --out results/bench/before-after.json
 *
 * BEFORE and AFTER are clones that are built; lines run in AFTER. The ratio is that of the geometric means of wall times, with its 95 %
 * interval by Student's t over the rounds. Wants an idle machine, and CIFAR-10 in the cache.
 */
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { mean, sampleStandardDeviation } from "simple-statistics";
import { studentQuantile } from "../src/compare/student-quantile.js";

const RUN = "results/cifar10/batchnorm/run.json";
const ALL_LINES = [
  "--help",
  "sample --help",
  "train --help",
  "paths --scheme batchnorm --depth 100",
  "paths --scheme skipinit --alpha 1/sqrt(d) --depth 1000",
  "variance --architecture wrn-100-2 --scheme batchnorm --json",
  "compare --depth 1000",
  `plot ${RUN}`,
  `paths --profile ${RUN}`,
  "train --model wrn-100-2 --scheme skipinit --summary",
  "sample --scheme batchnorm --depth 50 --width 64 --trials 4 --workers 1",
  "sample --scheme batchnorm --depth 100 --width 128 --batch 64 --trials 16 --workers 1",
  "sample --scheme batchnorm --depth 300 --width 512 --trials 3 --no-paths --workers 1",
  "sample --scheme batchnorm --depth 8 --convolutional --channels 8 --image-size 8 --batch 8 --trials 3 --workers 1",
  "train --model wrn-16-1 --scheme batchnorm --steps 12 --workers 1 --test-images 0 --image-size 16",
];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: "string", default: "20" },
    only: { type: "string", default: "" },
    out: { type: "string" },
  },
});
/** Those that have the text of --only in them. */
const LINES = ALL_LINES.filter((line) => line.includes(values.only));
const [before, after] = positionals.map((clone) => resolve(clone));
const rounds = Number(values.rounds);
if (before === undefined || after === undefined || !(rounds >= 2)) {
  throw new Error("give two built clones, and at least 2 rounds");
}

function secondsOf(clone: string, line: string): number {
  const args = [join(clone, "dist/cli/main.js"), ...line.split(" ")];
  const started = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: after, encoding: "utf8" });
  if (status !== 0) throw new Error(`${args.join(" ")} failed: ${stderr}`);
  return (performance.now() - started) / 1000;
}

for (const line of LINES) for (const clone of [before, after]) secondsOf(clone, line);
const times = LINES.map(() => ({ before: [] as number[], after: [] as number[] }));
for (let round = 0; round < rounds; round++) {
  for (const [index, line] of LINES.entries()) {
    const order = round % 2 === 0 ? (["before", "after"] as const) : (["after", "before"] as const);
    for (const side of order) times[index][side].push(secondsOf(side === "before" ? before : after, line));
  }
}

const rows = LINES.map((line, index) => {
  const logs = times[index].before.map((seconds, round) => Math.log(times[index].after[round] / seconds));
  const half = (studentQuantile(0.05, rounds - 1) * sampleStandardDeviation(logs)) / Math.sqrt(rounds);
  const [ratio, low, high] = [0, -half, half].map((by) => Number(Math.exp(mean(logs) + by).toFixed(3)));
  return { line: `respath ${line}`, ratio, interval95: [low, high], seconds: times[index] };
});
for (const { line, ratio, interval95 } of rows) console.log(`${ratio} (${interval95.join(" to ")})  ${line}`);
if (values.out !== undefined) {
  const machine = { cpu: cpus()[0].model, cores: cpus().length, node: process.version, load: loadavg() };
  writeFileSync(
    values.out,
    `${JSON.stringify({ date: new Date().toISOString(), machine, rounds, rows }, null, 1)}\n`,
  );
}
