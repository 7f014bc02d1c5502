/*
 * How long a training step of wrn-16-1 takes under each scheme, and a probe, against BatchNorm's step.
 *
 *   node --import tsx bench/schemes.ts --rounds 6 --out results/bench/schemes.json
 *
 * 64 images of 32×32 on one thread. Each round takes a few steps under every scheme in turn, so that they share whatever else the
 * machine does; processor time a step, medians and ranges over the rounds.
 */
import { writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { parseArgs } from "node:util";
import { median } from "simple-statistics";
import { probeNetwork, type TrainSettings } from "../src/train/index.js";
import { startWorkload } from "./train/workload.js";

const { values: options } = parseArgs({
  options: {
    model: { type: "string", default: "wrn-16-1" },
    batch: { type: "string", default: "64" },
    rounds: { type: "string", default: "6" },
    steps: { type: "string", default: "4" },
    out: { type: "string" },
  },
});
const [batch, rounds, steps] = [options.batch, options.rounds, options.steps].map(Number);

type Design = Pick<TrainSettings, "scheme" | "normPosition" | "convBiases" | "dropout">;
const DESIGNS: Readonly<Record<string, Design>> = {
  batchnorm: { scheme: "batchnorm" },
  "batchnorm, position first": { scheme: "batchnorm", normPosition: "first" },
  "batchnorm, position last": { scheme: "batchnorm", normPosition: "last" },
  "batchnorm, position merge": { scheme: "batchnorm", normPosition: "merge" },
  layernorm: { scheme: "layernorm" },
  groupnorm: { scheme: "groupnorm" },
  skipinit: { scheme: "skipinit" },
  "skipinit, biases and dropout": { scheme: "skipinit", convBiases: true, dropout: 0.2 },
  fixup: { scheme: "fixup" },
  nfnet: { scheme: "nfnet" },
  layerscale: { scheme: "layerscale" },
  "stochastic-depth": { scheme: "stochastic-depth" },
};

const workloads = [];
for (const [name, design] of Object.entries(DESIGNS)) {
  const workload = await startWorkload({
    model: options.model,
    ...design,
    batch,
    imageSize: 32,
    threads: 1,
  });
  await workload.step();
  const milliseconds: number[] = [];
  workloads.push({ name, step: workload.step, milliseconds });
  if (name === "batchnorm" || name === "skipinit") {
    const { network } = workload;
    const probe = () => probeNetwork({ network, batch: workload.input });
    workloads.push({ name: `probe, ${name}`, step: probe, milliseconds: [] as number[] });
  }
}
for (let round = 0; round < rounds; round++) {
  for (const { step, milliseconds } of workloads) {
    const before = process.cpuUsage();
    for (let taken = 0; taken < steps; taken++) await step();
    const { user, system } = process.cpuUsage(before);
    milliseconds.push((user + system) / 1e3 / steps);
  }
}

const summary = (values: readonly number[]) =>
  [median([...values]), Math.min(...values), Math.max(...values)].map((value) =>
    Number(value.toPrecision(3)),
  );
const [reference] = workloads;
const document = {
  measured: new Date().toISOString(),
  machine: `${cpus().length} × ${cpus()[0]?.model.trim() ?? "unknown"}`,
  load: Number(loadavg()[0].toFixed(1)),
  node: process.version,
  model: options.model,
  batch,
  rounds,
  stepsARound: steps,
  columns: "median, least and most over the rounds; times those of batchnorm in the same round",
  rows: workloads.map(({ name, milliseconds }) => ({
    name,
    milliseconds: summary(milliseconds),
    timesBatchnorm: summary(milliseconds.map((value, round) => value / reference.milliseconds[round])),
  })),
};
for (const { name, milliseconds, timesBatchnorm } of document.rows) {
  const [middle, low, high] = timesBatchnorm;
  console.log(`${name.padEnd(30)} ${milliseconds[0]} ms a step, ${middle} × (${low} to ${high})`);
}
if (options.out) writeFileSync(options.out, `${JSON.stringify(document, null, 2)}\n`);
