/*
 * How long a command takes to start and answer, against `node -e 0` in the same Node.
 *
 *   node --import tsx bench/startup.ts --rounds 40 --node /usr/bin/node --out results/bench/startup.json
 *
 * Each round runs every line once, in turn, so that they share whatever else the machine does; figures are medians over
 * the rounds with the quartiles. Needs a built dist/. The first run of each is not counted: it fills the disk cache and
 * Node's compile cache.
 */
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { quantileSorted } from "simple-statistics";

const { values: options } = parseArgs({
  options: {
    rounds: { type: "string", default: "40" },
    node: { type: "string", default: process.execPath },
    out: { type: "string" },
  },
});
const rounds = Number(options.rounds);
const main = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));

/** What `respath` is asked; nothing is the bare start of Node. */
const LINES = [
  "",
  "paths --scheme batchnorm --depth 10000 --within 15",
  "paths --scheme batchnorm --depth 10000 --within 15 --json",
  "paths --scheme sqrt2 --depth 50",
  "variance --scheme unnormalized --depth 100",
  "paths --help",
];

function millisecondsOf(line: string): number {
  const args = line === "" ? ["-e", "0"] : [main, ...line.split(" ")];
  const started = performance.now();
  const { status, stderr } = spawnSync(options.node, args, { encoding: "utf8" });
  const milliseconds = performance.now() - started;
  if (status !== 0) throw new Error(`${args.join(" ")} failed: ${stderr}`);
  return milliseconds;
}

for (const line of LINES) millisecondsOf(line);
const samples = LINES.map((): number[] => []);
for (let round = 0; round < rounds; round++) {
  for (const [index, line] of LINES.entries()) samples[index].push(millisecondsOf(line));
}

const summary = (values: readonly number[]) => {
  const sorted = [...values].sort((a, b) => a - b);
  const [median, low, high] = [0.5, 0.25, 0.75].map((p) => Number(quantileSorted(sorted, p).toPrecision(4)));
  return { median, quartiles: [low, high] };
};
const rows = LINES.map((line, index) => ({
  line: line === "" ? "node -e 0" : `respath ${line}`,
  milliseconds: summary(samples[index]),
  // Of the same round, so that a slow moment of the machine counts for both.
  timesBareNode: summary(samples[index].map((value, round) => value / samples[0][round])),
}));

const header = {
  measured: new Date().toISOString(),
  machine: `${cpus().length} × ${cpus()[0]?.model.trim() ?? "unknown"}`,
  load: loadavg().map((load) => Number(load.toFixed(1))),
  node: spawnSync(options.node, ["--version"], { encoding: "utf8" }).stdout.trim(),
  respath: JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")).version,
  rounds,
};
console.log(
  Object.entries(header)
    .map(([key, value]) => `${key} ${value}`)
    .join(" · "),
);
for (const { line, milliseconds, timesBareNode } of rows) {
  const { median, quartiles } = timesBareNode;
  console.log(
    `${line.padEnd(66)} ${String(milliseconds.median).padStart(6)} ms  ${median} × (${quartiles.join(" to ")})`,
  );
}
if (options.out) {
  writeFileSync(
    options.out,
    `${JSON.stringify({ kind: "bench", name: "startup", ...header, rows }, null, 2)}\n`,
  );
}
