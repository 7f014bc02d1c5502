/*
 * Whether memory grows while a network is trained: an hour of steps of a small network, on one thread, on two, and into a run
 * folder with checkpoints, tests and probes, each case in a process of its own, all at the same time.
 *
 *   npm run bench:soak -- [--minutes 60] [--warmup 10] [--every 2000] [--case "one thread,two threads,run folder"]
 *                         [--out results/bench/soak.json]
 *
 * Every --every steps each process says how much memory it has. The document has the series, and for each case how fast the
 * resident memory has grown after the warm-up, with its standard error (soak/slope.ts), and what was live after a full
 * collection then and at the end. The bar is 1 MB (10⁶ bytes) in 10,000 steps. A run keeps two numbers of each step, 0.16 MB in
 * 10,000, and writes about 2.3 MB in 10,000 steps into its folder, which is removed at the end.
 *
 * The processes have a young generation of a fixed size. V8's own choice goes up and down by steps of up to 64 MiB in the course of
 * an hour, to at most 128 MiB in Node 24, whatever the program keeps.
 *
 * What else the machine does matters to the number of steps only. The document is written each minute. Ctrl-C ends the runs, and
 * it has what there is. Exits with 1 when a case is above the bar.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { cpus, loadavg } from "node:os";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { VERSION } from "../src/system/provenance.js";
import { writeFileWhole } from "../src/system/write-file.js";
import type { Live, Sample, SoakBench, SoakCase } from "./soak/document.js";
import { growthBetween, slopeOf, verdictOf } from "./soak/slope.js";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "60" },
    warmup: { type: "string", default: "10" },
    every: { type: "string", default: "2000" },
    case: { type: "string", default: "one thread,two threads,run folder" },
    out: { type: "string", default: "results/bench/soak.json" },
  },
});
const BAR = 1;

/** What a process says (soak/own.ts). */
interface Line extends Partial<Pick<SoakCase, "settings" | "backend" | "kernels">> {
  readonly sample?: Sample;
  readonly live?: Live;
}

/** Megabytes of a semi-space: V8's usual choice for a program that keeps little of what it makes. */
const YOUNG = 16;

/** A case under way. */
interface Soak {
  readonly name: string;
  about: Line;
  readonly samples: Sample[];
  readonly lives: Live[];
}

/** Runs a case to its end. */
async function run(soak: Soak): Promise<void> {
  const script = fileURLToPath(new URL("./soak/own.ts", import.meta.url));
  const { minutes, warmup, every } = values;
  const settings = Object.entries({ case: soak.name, minutes, warmup, every });
  const young = [`--min-semi-space-size=${YOUNG}`, `--max-semi-space-size=${YOUNG}`];
  const child = spawn(
    process.execPath,
    [...young, "--import", "tsx", script, ...settings.flatMap(([option, value]) => [`--${option}`, value])],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  // A terminal's Ctrl-C reaches the processes too; another sender's signal only this one.
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => child.kill(signal));
  const ended = once(child, "close");
  for await (const text of createInterface({ input: child.stdout })) {
    const line: Line = JSON.parse(text);
    if (line.sample) {
      soak.samples.push(line.sample);
      if (line.sample.step % 10_000 === 0) console.log(rowOf(soak.name, line.sample));
    } else if (line.live) soak.lives.push(line.live);
    else soak.about = line;
  }
  const [code] = await ended;
  if (code !== 0) throw new Error(`${soak.name}: ended with ${code}`);
}

/** What a case has found so far. */
function resultOf({ name, about, samples, lives }: Soak): SoakCase {
  const slope = slopeOf(samples.filter(({ seconds }) => seconds >= 60 * Number(values.warmup)));
  const [first, last] = [lives[0], lives[lives.length - 1]];
  return {
    name,
    settings: about.settings ?? {},
    backend: about.backend ?? "none",
    kernels: about.kernels ?? "none",
    steps: Math.max(last?.step ?? 0, samples.at(-1)?.step ?? 0),
    slope,
    verdict: verdictOf(slope, BAR),
    live: lives.length < 2 ? null : { first, last, growth: growthBetween(first, last) },
    samples,
  };
}

function rowOf(name: string, { step, seconds, handles, tensors, ...bytes }: Sample): string {
  const megabytes = [bytes.rss, bytes.heapUsed, bytes.external, bytes.wasmBytes].map((value) =>
    (value / 1e6).toFixed(1).padStart(8),
  );
  return [
    name.padEnd(12),
    String(step).padStart(9),
    (seconds / 60).toFixed(1).padStart(7),
    ...megabytes,
    String(tensors).padStart(8),
    String(handles).padStart(8),
  ].join(" ");
}

function versionOf(name: string): string {
  return JSON.parse(readFileSync(createRequire(import.meta.url).resolve(`${name}/package.json`), "utf8"))
    .version;
}

const packages = ["@tensorflow/tfjs", "@tensorflow/tfjs-backend-wasm"];
const header = {
  kind: "bench" as const,
  name: "soak" as const,
  measured: new Date().toISOString(),
  machine: `${cpus().length} × ${cpus()[0]?.model.trim() ?? "unknown"}`,
  load: loadavg().map((load) => Number(load.toFixed(1))),
  node: process.version,
  respath: VERSION,
  versions: Object.fromEntries(packages.map((name) => [name, versionOf(name)])),
  minutes: Number(values.minutes),
  warmupMinutes: Number(values.warmup),
  bar: BAR,
  youngMegabytes: YOUNG,
};
console.log(`${header.measured} · ${header.machine} · Node ${header.node} · respath ${VERSION}`);
console.log(
  "case              step minutes      rss     heap external     wasm  tensors  handles   (MB, 10⁶ bytes)",
);
const soaks = values.case.split(",").map((name): Soak => ({ name, about: {}, samples: [], lives: [] }));
const write = async (): Promise<SoakBench> => {
  const bench: SoakBench = { ...header, cases: soaks.map(resultOf) };
  await writeFileWhole(values.out, `${JSON.stringify(bench, null, 1)}\n`);
  return bench;
};
const writing = setInterval(write, 60_000);
await Promise.all(soaks.map(run));
clearInterval(writing);
const { cases } = await write();
for (const { name, steps, slope, verdict, live } of cases) {
  const grown = slope
    ? `${slope.value.toFixed(3)} ± ${slope.se.toFixed(3)} MB resident in 10,000 steps after ${values.warmup} minutes`
    : "too few samples after the warm-up for a slope";
  const kept = live ? `, ${live.growth.toFixed(3)} live` : "";
  console.log(`${name}: ${steps} steps, ${grown}${kept}: ${verdict}`);
}
console.log(`wrote ${values.out}`);
if (cases.some(({ verdict }) => verdict === "above")) process.exitCode = 1;
