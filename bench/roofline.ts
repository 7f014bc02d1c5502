/*
 * Where the time of a training step goes, held against what the core can do: every call of a kernel in real training
 * steps on one thread is timed, and the calls that do the same are added up.
 *
 *   npm run bench:roofline -- [--rounds 7] [--seconds 3] [--models wrn-16-1:128,wrn-100-1:32] [--schemes batchnorm]
 *                             [--exact] [--out results/bench/roofline.json]
 *
 * A round is about --seconds of steps. A call's time is the median over all steps of the same call, the rest the sum of the
 * medians of what lies between the calls; shares are of the sum of all that. GFLOP/s count the operations that are carried
 * out, and in brackets those of plain sums of products, which is what Winograd's way is credited with. GB/s count each
 * operand of a call once. The two roofs, measured between the rounds, are multiply-adds on registers and additions
 * of arrays, as large together as the operands of the call are: a small one may be answered from a cache. "Binds"
 * is the roof that would be reached first, and how much of it is reached. See docs/training-speed.md.
 */
import { cpus, loadavg } from "node:os";
import { parseArgs } from "node:util";
import { median } from "simple-statistics";
import { VERSION } from "../src/system/provenance.js";
import { writeFileWhole } from "../src/system/write-file.js";
import { startTensors } from "../src/tensor/index.js";
import { kernels, setExactConvolutions } from "../src/tensor/kernels/index.js";
import { groupsOf, rowsOf, typicalStep } from "./roofline/analyse.js";
import type { Roofline, RooflineStep, Roofs } from "./roofline/document.js";
import { type RecordedStep, recordStep } from "./roofline/recorder.js";
import { RoofMeter } from "./roofline/roofs.js";
import { linesOf, linesOfRoofs, summaryOf } from "./roofline/table.js";
import { startWorkload } from "./train/workload.js";

const { values: options } = parseArgs({
  options: {
    rounds: { type: "string", default: "7" },
    seconds: { type: "string", default: "3" },
    models: { type: "string", default: "wrn-16-1:128,wrn-16-2:64,wrn-16-4:32,wrn-100-1:32" },
    schemes: { type: "string", default: "batchnorm,skipinit" },
    "image-size": { type: "string", default: "32" },
    exact: { type: "boolean", default: false },
    out: { type: "string" },
  },
});
const [rounds, secondsARound, imageSize] = [options.rounds, options.seconds, options["image-size"]].map(
  Number,
);

interface Measured {
  readonly model: string;
  readonly scheme: string;
  readonly batch: number;
  readonly load: number;
  readonly steps: readonly RecordedStep[];
}

await startTensors("wasm");
setExactConvolutions(options.exact);
const module = kernels();
if (!module) throw new Error("none of the WebAssembly kernels runs here: there is nothing to time");
const { build } = module;
const meter = new RoofMeter(module);
const load = loadavg();
const measured: Measured[] = [];
for (const entry of options.models.split(",")) {
  const [model, batch] = entry.split(":");
  for (const scheme of options.schemes.split(",")) {
    console.error(`${model} at batch ${batch}, ${scheme}`);
    measured.push(await measure(model, scheme, Number(batch)));
  }
}
const document: Roofline = {
  kind: "bench",
  name: "roofline",
  measured: new Date().toISOString(),
  machine: `${cpus().length} × ${cpus()[0]?.model.trim() ?? "unknown"}`,
  load: load.map((one) => Number(one.toFixed(1))),
  node: process.version,
  respath: VERSION,
  kernels: build,
  exact: options.exact,
  rounds,
  secondsARound,
  imageSize,
  roofs: meter.roofs,
  steps: measured.map((one) => analysed(one, meter.roofs)),
};
console.log(linesOfRoofs(document).join("\n"));
for (const step of document.steps) console.log(linesOf(step).join("\n"));
console.log(["", ...summaryOf(document.steps), ""].join("\n"));
if (options.out !== undefined) {
  await writeFileWhole(options.out, `${JSON.stringify(document, null, 1)}\n`);
  console.log(`wrote ${options.out}`);
}

async function measure(model: string, scheme: string, batch: number): Promise<Measured> {
  const workload = await startWorkload({ model, scheme, batch, imageSize, threads: 1 });
  // The first steps compile and let the heap grow.
  for (let step = 0; step < 3; step++) workload.step();
  const { milliseconds } = recordStep(workload.step);
  const stepsARound = Math.max(1, Math.round((1000 * secondsARound) / milliseconds));
  const [loadNow] = loadavg();
  const steps: RecordedStep[] = [];
  for (let round = 0; round < rounds; round++) {
    meter.measure();
    for (let step = 0; step < stepsARound; step++) steps.push(recordStep(workload.step));
  }
  await workload.close();
  return { model, scheme, batch, load: Number(loadNow.toFixed(1)), steps };
}

function analysed({ steps, ...setting }: Measured, roofs: Roofs): RooflineStep {
  const typical = typicalStep(steps);
  const milliseconds = median(steps.map((step) => step.milliseconds));
  return {
    ...setting,
    steps: steps.length,
    milliseconds,
    imagesPerSecond: (1000 * setting.batch) / milliseconds,
    rows: rowsOf(typical, roofs),
    groups: groupsOf(typical, roofs),
    rest: { milliseconds: typical.rest, share: typical.rest / typical.milliseconds },
  };
}
