/*
 * The training step against PyTorch's, both alive at once and taking turns: forward, backward and update on random
 * images, WRN-16-1, -16-2, -16-4 and -100-1 with BatchNorm and with SkipInit, on one thread and on all cores.
 *
 *   npm run bench:train -- [--rounds 5] [--seconds 2] [--models wrn-16-1:128,wrn-100-1:32] [--schemes batchnorm]
 *                          [--threads 1] [--python /usr/bin/python3] [--node /usr/bin/node]
 *                          [--out results/bench/train.json]
 *
 * A round is about --seconds of steps on one side and then as many on the other; the side that begins changes with the
 * round. Printed are the median images a second, the ratio of the medians with its range over the rounds, the GFLOP/s
 * of the convolutions and their part of the core's peak (the faster of the two sides' matrix products of 1024×1024
 * floats on one thread, times the threads), and the peak resident memory. PyTorch gets the faster of its two memory
 * layouts and of its two forms of SGD, tried first (bench/peers/train_torch.py).
 *
 * respath's side runs in --node, the Node.js that runs this file if absent; the document says which. Below Node 24 its
 * kernels are of 128 bits.
 *
 * With --out the document is written there, and its picture beside it. Without a Python that has torch the peer is left
 * out, with a line that says so.
 */
import { spawnSync } from "node:child_process";
import { availableParallelism, cpus, loadavg } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { median } from "simple-statistics";
import { writePlot } from "../src/plot/render.js";
import { VERSION } from "../src/system/provenance.js";
import { writeFileWhole } from "../src/system/write-file.js";
import { operationsAnImage } from "../src/train/network/operations.js";
import { planModel } from "../src/train/plan/train-plan.js";
import type { Range, SideResult, TrainBench, TrainBenchRow } from "./train/document.js";
import { picture } from "./train/picture.js";
import { type Side, startSide } from "./train/side.js";

const { values: options } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    seconds: { type: "string", default: "2" },
    models: { type: "string", default: "wrn-16-1:128,wrn-16-2:64,wrn-16-4:32,wrn-100-1:32" },
    schemes: { type: "string", default: "batchnorm,skipinit" },
    threads: { type: "string", default: `1,${availableParallelism()}` },
    "image-size": { type: "string", default: "32" },
    python: { type: "string", default: "/usr/bin/python3" },
    node: { type: "string", default: process.execPath },
    out: { type: "string" },
  },
});
const [rounds, secondsARound, imageSize] = [options.rounds, options.seconds, options["image-size"]].map(
  Number,
);

interface Setting {
  readonly model: string;
  readonly scheme: string;
  readonly batch: number;
  readonly threads: number;
}

const settings = [...new Set(options.threads.split(",").map(Number))].flatMap((threads) =>
  options.models.split(",").flatMap((entry) => {
    const [model, batch] = entry.split(":");
    return options.schemes
      .split(",")
      .map((scheme): Setting => ({ model, scheme, batch: Number(batch), threads }));
  }),
);
const hasTorch = torchIsThere();

function torchIsThere(): boolean {
  const { status, error } = spawnSync(options.python, ["-c", "import torch"], { stdio: "ignore" });
  if (status !== 0) {
    const why = error
      ? `there is no ${options.python}`
      : `${options.python} has no torch (Debian: python3-torch)`;
    console.error(`PyTorch is left out: ${why}`);
  }
  return status === 0;
}

/** Of the Node.js that respath's side runs in. @throws Error when it does not start. */
function versionOfNode(): string {
  const { stdout, status, error } = spawnSync(options.node, ["--version"], { encoding: "utf8" });
  if (status !== 0) throw error ?? new Error(`${options.node} --version failed`);
  return stdout.trim();
}

function argumentsOf({ model, scheme, batch, threads }: Setting): string[] {
  const settings = { model, scheme, batch, threads, "image-size": imageSize };
  return Object.entries(settings).flatMap(([name, value]) => [`--${name}`, `${value}`]);
}

function startOwn(setting: Setting): Promise<Side> {
  const script = fileURLToPath(new URL("./train/own.ts", import.meta.url));
  return startSide(options.node, ["--import", "tsx", script, ...argumentsOf(setting)]);
}

function startTorch(setting: Setting): Promise<Side> {
  const script = fileURLToPath(new URL("./peers/train_torch.py", import.meta.url));
  return startSide(options.python, ["-B", script, ...argumentsOf(setting)]);
}

/** A side, and what its rounds gave. */
class Contestant {
  readonly #side: Side;
  readonly #batch: number;
  readonly speeds: number[] = [];
  #steps = 1;
  #peak = 0;

  constructor(side: Side, batch: number) {
    this.#side = side;
    this.#batch = batch;
  }

  /** Finds how many steps a round takes. */
  async calibrate(): Promise<void> {
    const { seconds } = await this.#side.ask("1");
    this.#steps = Math.max(1, Math.round(secondsARound / seconds));
  }

  async round(): Promise<void> {
    const { seconds, peakBytes } = await this.#side.ask(String(this.#steps));
    this.speeds.push((this.#steps * this.#batch) / seconds);
    this.#peak = peakBytes;
  }

  result(operations: number): SideResult {
    const speed = rangeOf(this.speeds);
    const gflops = (speed.median * operations) / 1e9;
    return { speed, gflops, peakBytes: this.#peak, about: this.#side.about };
  }

  stop(): Promise<void> {
    return this.#side.stop();
  }
}

function rangeOf(values: readonly number[]): Range {
  return { median: median([...values]), low: Math.min(...values), high: Math.max(...values) };
}

async function measure(setting: Setting): Promise<TrainBenchRow> {
  const { model, scheme, batch, threads } = setting;
  const operations = operationsAnImage(planModel({ model, scheme, imageSize }).design.plan, 10).step;
  const torch = hasTorch ? new Contestant(await startTorch(setting), batch) : null;
  const own = new Contestant(await startOwn(setting), batch);
  const contestants = torch ? [own, torch] : [own];
  for (const one of contestants) await one.calibrate();
  const [load] = loadavg();
  for (let round = 0; round < rounds; round++) {
    for (const one of round % 2 === 0 ? contestants : contestants.toReversed()) await one.round();
  }
  for (const one of contestants) await one.stop();
  const [ours, theirs] = [own.result(operations), torch?.result(operations) ?? null];
  const byRound = torch?.speeds.map((speed, round) => own.speeds[round] / speed);
  return {
    model,
    scheme,
    batch,
    threads,
    load: Number(load.toFixed(1)),
    own: ours,
    torch: theirs,
    ratio: byRound ? { ...rangeOf(byRound), median: ours.speed.median / theirs!.speed.median } : null,
  };
}

/** GFLOP/s of a 1024×1024 matrix product on one thread, on either side. */
async function measureSgemm(): Promise<Record<string, number>> {
  const setting = { model: "wrn-10-1", scheme: "skipinit", batch: 512, threads: 1 };
  const found: Record<string, number> = {};
  for (const [name, start] of [["wasm", startOwn] as const, ["PyTorch", startTorch] as const]) {
    if (name === "PyTorch" && !hasTorch) continue;
    const side = await start(setting);
    found[name] = (await side.ask("sgemm")).gflops;
    await side.stop();
  }
  return found;
}

const header = {
  kind: "bench" as const,
  name: "train" as const,
  measured: new Date().toISOString(),
  machine: `${cpus().length} × ${cpus()[0]?.model.trim() ?? "unknown"}`,
  load: loadavg().map((load) => Number(load.toFixed(1))),
  node: versionOfNode(),
  respath: VERSION,
  rounds,
  secondsARound,
  imageSize,
  sgemm: await measureSgemm(),
};
const peak = Math.max(...Object.values(header.sgemm));
console.log(
  [
    `${header.measured} · ${header.machine} · load ${header.load.join(" ")} · Node ${header.node} · respath ${VERSION}`,
    `${rounds} rounds of about ${secondsARound} s · ${imageSize}×${imageSize} · one core's 1024×1024 sgemm: ${Object.entries(
      header.sgemm,
    )
      .map(([name, gflops]) => `${name} ${gflops.toFixed(0)} GFLOP/s`)
      .join(", ")}`,
    "",
    "                                              img/s              ratio           GFLOP/s (of peak)        peak MiB",
    "model      batch scheme     threads       own     torch   median     range        own       torch      own   torch",
  ].join("\n"),
);

warnOfLoad();
const rows: TrainBenchRow[] = [];
for (const setting of settings) {
  const row = await measure(setting);
  rows.push(row);
  console.log(lineOf(row));
}

function warnOfLoad(): void {
  const [load] = loadavg();
  if (load < 0.5) return;
  console.error(
    `load ${load.toFixed(1)}: something else is running. PyTorch's threads wait for one another busily, so that its rows of several threads suffer most; measure them on an idle machine`,
  );
}

function lineOf({ model, batch, scheme, threads, own, torch, ratio }: TrainBenchRow): string {
  const share = (side: SideResult | null) =>
    side ? `${side.gflops.toFixed(1)} (${((100 * side.gflops) / (peak * threads)).toFixed(0)} %)` : "–";
  const memory = (side: SideResult | null) => (side ? (side.peakBytes / 2 ** 20).toFixed(0) : "–");
  return [
    model.padEnd(10),
    String(batch).padStart(5),
    scheme.padEnd(11),
    String(threads).padStart(6),
    own.speed.median.toPrecision(4).padStart(9),
    (torch ? torch.speed.median.toPrecision(4) : "–").padStart(9),
    (ratio ? ratio.median.toFixed(2) : "–").padStart(8),
    (ratio ? `${ratio.low.toFixed(2)} to ${ratio.high.toFixed(2)}` : "–").padStart(13),
    share(own).padStart(13),
    share(torch).padStart(13),
    memory(own).padStart(6),
    memory(torch).padStart(7),
  ].join(" ");
}

const versions = (rows[0]?.torch?.about["versions"] ?? {}) as Record<string, string>;
const bench: TrainBench = { ...header, versions, rows };
console.log(
  `respath: ${rows[0]?.own.about["kernels"]} kernels; ${Object.entries(versions)
    .map(([name, version]) => `${name} ${version}`)
    .join(", ")}`,
);
if (rows.some(({ threads }) => threads > 1)) {
  console.log("on several threads respath normalises a ghost batch a thread, and PyTorch the whole batch");
}
if (options.out !== undefined) {
  await writeFileWhole(options.out, `${JSON.stringify(bench, null, 1)}\n`);
  if (hasTorch) await writePlot(picture(bench), options.out.replace(/(\.json)?$/, ".png"));
  console.log(`wrote ${options.out}`);
}
