/*
 * The sampler against the same estimator in NumPy (with its BLAS) and in PyTorch, on all cores: the wall time until the
 * standard error is a given one.
 *
 *   npm run bench:montecarlo -- [--rounds 3] [--seconds 4] [--cases 1000x64x100,128x64x10000:24]
 *                               [--python /usr/bin/python3] [--out results/bench/montecarlo.json]
 *
 * A case is width × batch × depth, and `:longest` where the paths are resolved up to that length. Linear networks with
 * BatchNorm; the value is what bench/peers/sample_networks.py says. respath runs one trial a core. A peer runs in the
 * faster of two ways, tried first: a process a core with one thread each, or one process with a thread for each core.
 *
 * All sides take turns, --rounds times, each with at least --seconds of trials. They draw from one distribution, so the
 * standard deviation of a trial's value is pooled over all sides, and the time to a standard error of s is
 * (deviation/s)² over the trials a second. Each side's mean is held against those of the others: a bench of estimators that
 * disagree would mean nothing.
 */
import { spawnSync } from "node:child_process";
import { availableParallelism, cpus, loadavg } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { max, mean, median, min, sampleVariance } from "simple-statistics";
import { VERSION } from "../src/system/provenance.js";
import { writeFileWhole } from "../src/system/write-file.js";
import { type Side, startSide } from "./train/side.js";

const { values: options } = parseArgs({
  options: {
    rounds: { type: "string", default: "3" },
    seconds: { type: "string", default: "4" },
    cases: { type: "string", default: "1000x64x100,128x64x1000,128x64x10000:24" },
    python: { type: "string", default: "/usr/bin/python3" },
    out: { type: "string" },
  },
});
const [rounds, secondsARound] = [options.rounds, options.seconds].map(Number);
const cores = availableParallelism();
const PEERS = ["numpy", "torch"] as const;

interface Case {
  readonly width: number;
  readonly batch: number;
  readonly depth: number;
  readonly longest?: number;
}

/** How a side is run: so many processes at once. */
interface Way {
  readonly name: string;
  readonly processes: number;
  readonly start: (one: Case) => Promise<Side>;
}

const source = (path: string) => fileURLToPath(new URL(path, import.meta.url));

function argumentsOf(one: Case): string[] {
  return Object.entries(one).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name}`, `${value}`],
  );
}

function ownWay(sampler: "direct" | "gram"): Way {
  return {
    name: `respath, ${sampler}`,
    processes: cores,
    start: (one) =>
      startSide(process.execPath, [
        ...["--import", "tsx", source("./montecarlo/own.ts")],
        ...argumentsOf(one),
        ...["--sampler", sampler],
      ]),
  };
}

function peerWay(library: string, processes: number): Way {
  const threads = Math.max(1, Math.floor(cores / processes));
  return {
    name: library,
    processes,
    start: (one) =>
      startSide(options.python, [
        source("./peers/sample_networks.py"),
        ...["--library", library, ...argumentsOf(one), "--threads", `${threads}`],
      ]),
  };
}

/** The processes of a side, and what their trials gave. */
class Contestant {
  readonly name: string;
  readonly values: number[] = [];
  /** Trials a second, by round. */
  readonly speeds: number[] = [];
  peakBytes = 0;
  readonly #sides: readonly Side[];
  #trial = 0;

  private constructor(name: string, sides: readonly Side[]) {
    this.name = name;
    this.#sides = sides;
  }

  static async start(way: Way, one: Case): Promise<Contestant> {
    const sides = await Promise.all(Array.from({ length: way.processes }, () => way.start(one)));
    return new Contestant(way.name, sides);
  }

  get about() {
    return { processes: this.#sides.length, ...this.#sides[0].about };
  }

  /** Trials on all processes until `seconds` have passed, at least one on each. */
  async round(seconds: number): Promise<void> {
    const started = performance.now();
    const elapsed = () => (performance.now() - started) / 1000;
    let trials = 0;
    await Promise.all(
      this.#sides.map(async (side) => {
        do {
          const { value, peakBytes } = await side.ask(String(this.#trial++));
          this.values.push(value);
          this.peakBytes = Math.max(this.peakBytes, peakBytes);
          trials++;
        } while (elapsed() < seconds);
      }),
    );
    this.speeds.push(trials / elapsed());
  }

  async stop(): Promise<void> {
    await Promise.all(this.#sides.map((side) => side.stop()));
  }
}

/** A peer in the faster of its two ways, which one round each decides. */
async function startPeer(library: string, one: Case): Promise<Contestant> {
  const ways = cores > 1 ? [peerWay(library, cores), peerWay(library, 1)] : [peerWay(library, 1)];
  const tried: Contestant[] = [];
  for (const way of ways) {
    const contestant = await Contestant.start(way, one);
    await contestant.round(secondsARound);
    await contestant.stop();
    tried.push(contestant);
  }
  const best = tried.reduce((a, b) => (b.speeds[0] > a.speeds[0] ? b : a));
  return Contestant.start(ways[tried.indexOf(best)], one);
}

function hasPython(library: string): boolean {
  const found = spawnSync(options.python, ["-c", `import ${library}`], { stdio: "ignore" }).status === 0;
  if (!found)
    console.error(`${library} is left out: ${options.python} has none (Debian: python3-${library})`);
  return found;
}

function parseCase(text: string): Case {
  const [size, longest] = text.split(":");
  const [width, batch, depth] = size.split("x").map(Number);
  return { width, batch, depth, ...(longest === undefined ? {} : { longest: Number(longest) }) };
}

async function measure(one: Case) {
  const contestants = [await Contestant.start(ownWay("direct"), one)];
  if (one.longest === undefined) contestants.push(await Contestant.start(ownWay("gram"), one));
  for (const library of PEERS) if (hasPython(library)) contestants.push(await startPeer(library, one));
  const [load] = loadavg();
  for (let round = 0; round < rounds; round++) {
    const order = round % 2 === 0 ? contestants : contestants.toReversed();
    for (const contestant of order) await contestant.round(secondsARound);
  }
  for (const contestant of contestants) await contestant.stop();
  const sides = contestants.map(({ name, about, values, speeds, peakBytes }) => ({
    name,
    about,
    trials: values.length,
    mean: mean(values),
    deviation: values.length > 1 ? Math.sqrt(sampleVariance(values)) : Number.NaN,
    trialsASecond: { median: median(speeds), low: min(speeds), high: max(speeds) },
    peakBytes,
  }));
  const freedom = sides.reduce((sum, { trials }) => sum + trials - 1, 0);
  const squares = sides.reduce(
    (sum, { trials, deviation }) => sum + (trials > 1 ? (trials - 1) * deviation ** 2 : 0),
    0,
  );
  return { ...one, load: Number(load.toFixed(1)), deviation: Math.sqrt(squares / freedom), sides };
}

type Row = Awaited<ReturnType<typeof measure>>;

/** Seconds on all cores until the standard error is a tenth of a trial's standard deviation, and the ratios to respath's best. */
function report(row: Row): string {
  const { width, batch, depth, longest, deviation, load, sides } = row;
  const paths = longest === undefined ? "" : `, paths up to ${longest}`;
  const own = Math.max(
    ...sides.filter(({ name }) => name.startsWith("respath")).map((side) => side.trialsASecond.median),
  );
  const seconds = (trialsASecond: number) => 100 / trialsASecond;
  const wanted = deviation / 10;
  return [
    `width ${width}, batch ${batch}, ${depth} blocks${paths} · one trial ± ${deviation.toPrecision(2)} · load ${load}`,
    ...sides.map(({ name, trials, mean: value, deviation: spread, trialsASecond, peakBytes, about }) =>
      [
        `  ${name.padEnd(16)}`,
        `${value.toFixed(5)} ± ${(spread / Math.sqrt(trials)).toFixed(5)}`,
        `${trialsASecond.median.toPrecision(3).padStart(7)} trials/s (${trialsASecond.low.toPrecision(3)} to ${trialsASecond.high.toPrecision(3)})`,
        `${seconds(trialsASecond.median).toPrecision(3).padStart(7)} s to ± ${wanted.toPrecision(2)}`,
        `respath's best × ${(own / trialsASecond.median).toFixed(2)}`,
        `${(peakBytes / 2 ** 20).toFixed(0)} MiB a process, ${about.processes} at once`,
      ].join("  "),
    ),
  ].join("\n");
}

const header = {
  kind: "bench" as const,
  name: "montecarlo" as const,
  measured: new Date().toISOString(),
  machine: `${cpus().length} × ${cpus()[0]?.model.trim() ?? "unknown"}`,
  node: process.version,
  respath: VERSION,
  rounds,
  secondsARound,
};
console.log(`${header.measured} · ${header.machine} · Node ${header.node} · respath ${VERSION}`);
const rows: Row[] = [];
for (const one of options.cases.split(",").map(parseCase)) {
  const row = await measure(one);
  rows.push(row);
  console.log(report(row));
}
if (options.out !== undefined) {
  await writeFileWhole(options.out, `${JSON.stringify({ ...header, rows }, null, 1)}\n`);
  console.log(`wrote ${options.out}`);
}
