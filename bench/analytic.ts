/**
 * Path-length laws against numpy, scipy and mpmath: time to build a law and ask it for pmf, cdf and sf at one k (warm),
 * and the worst relative error over the reference fixture.
 *
 *     tsx bench/analytic.ts [--rounds 3] [--python python3] [--out results/bench/analytic.json]
 *
 * Rounds alternate between respath and the peers (bench/peers/analytic.py, one process a round); times are medians.
 * Without python3, numpy, scipy and mpmath the peers are left out, with a line that says so.
 */
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import {
  binomialLaw,
  fastPoissonBinomialLaw,
  harmonicLaw,
  type PathLengthDistribution,
  poissonBinomialLaw,
  poissonLaw,
} from "../src/analytic/laws/index.js";
import { type Entry, PROFILES, readFixture } from "../test/analytic/laws/fixtures.js";

interface Row {
  readonly row: string;
  readonly law: string;
  readonly entries: readonly Entry[];
}
interface Result {
  readonly row: string;
  readonly method: string;
  readonly seconds: number;
  readonly worstRelativeError: number | null;
}
interface FixtureRow {
  readonly depth: number;
  readonly offset: number;
  readonly probability: number;
  readonly mean?: number;
  readonly profile: string;
  readonly entries: readonly Entry[];
}

const DEPTHS = [100, 1e4, 1e9, 1e15, 1e100];
const OWN = "respath";

const { values: options } = parseArgs({
  options: {
    rounds: { type: "string", default: "3" },
    python: { type: "string", default: "python3" },
    out: { type: "string" },
  },
});
const rounds = Number(options.rounds);

const builders = new Map<string, () => PathLengthDistribution>();
const rows: Row[] = [];

function add(
  law: string,
  row: string,
  entries: readonly Entry[],
  build: () => PathLengthDistribution,
  more = {},
): void {
  rows.push({ law, row, entries, ...more });
  builders.set(row, build);
}

for (const fixture of readFixture<FixtureRow>("harmonic")) {
  const { depth, offset, entries } = fixture;
  if (!DEPTHS.includes(depth) || ![0, 1].includes(offset)) continue;
  const name = `harmonic c=${offset} d=${depth.toExponential(0)}`;
  add("harmonic", name, entries, () => harmonicLaw(fixture), { depth, offset });
}
for (const fixture of readFixture<FixtureRow>("binomial")) {
  const { depth, probability, mean, entries } = fixture;
  if (mean !== undefined) {
    add("poisson", `Poisson mean=${mean}`, entries, () => poissonLaw({ mean }), { mean });
  } else if ([1e4, 1e9, 1e15].includes(depth) && [0.3, 1e-9, 0.999].includes(probability)) {
    const name = `binomial q=${probability} d=${depth.toExponential(0)}`;
    add("binomial", name, entries, () => binomialLaw(fixture), { depth, probability });
  }
}
for (const { profile, depth, entries } of readFixture<FixtureRow>("poisson-binomial")) {
  if (depth < 1000) continue;
  const q = PROFILES[profile](depth);
  add("general", `general ${profile} d=${depth}`, entries, () => poissonBinomialLaw(q), { profile, depth });
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

function secondsOf(run: () => unknown): number {
  let runs = 0;
  const start = performance.now();
  for (;;) {
    run();
    runs++;
    const elapsed = performance.now() - start;
    if (elapsed >= 50) return elapsed / runs / 1000;
  }
}

function worstError(law: PathLengthDistribution, entries: readonly Entry[]): number {
  let worst = 0;
  for (const [k, ...references] of entries) {
    for (const [index, value] of [law.pmf(k), law.cdf(k), law.sf(k)].entries()) {
      const reference = Number(references[index]);
      if (reference >= 1e-300) worst = Math.max(worst, Math.abs(value - reference) / reference);
    }
  }
  return worst;
}

function ownRound(): Result[] {
  const results = rows.map(({ row, entries }) => {
    const build = builders.get(row)!;
    const k = entries[Math.floor(entries.length / 2)][0];
    const seconds = secondsOf(() => {
      const law = build();
      return law.pmf(k) + law.cdf(k) + law.sf(k);
    });
    return { row, method: OWN, seconds, worstRelativeError: worstError(build(), entries) };
  });
  const wide = Float64Array.from({ length: 1e6 }, (_, index) => 1 / (index + 2));
  const law = { method: OWN, worstRelativeError: null };
  return [
    ...results,
    {
      ...law,
      row: "general 1/(i+1) d=1000000, k ≤ 64",
      seconds: secondsOf(() => poissonBinomialLaw(wide, { most: 64 }).cdf(15)),
    },
    {
      ...law,
      row: "general lcg d=100000, fast mode",
      seconds: secondsOf(() => fastPoissonBinomialLaw(uniform).cdf(5e4)),
    },
  ];
}
const uniform = PROFILES.lcg(100_000);

function peerRound(): { versions: Record<string, string>; results: Result[] } | null {
  const script = fileURLToPath(new URL("./peers/analytic.py", import.meta.url));
  const run = spawnSync(options.python, [script], {
    input: JSON.stringify(rows),
    encoding: "utf8",
    maxBuffer: 1e8,
  });
  if (run.status !== 0) {
    console.error(`peers left out: ${(run.error?.message ?? run.stderr).trim().split("\n").at(-1)}`);
    return null;
  }
  return JSON.parse(run.stdout);
}

// One round that is not counted, for the compiler.
ownRound();
const all: Result[] = [];
let versions: Record<string, string> = {};
for (let round = 0; round < rounds; round++) {
  all.push(...ownRound());
  const peers = peerRound();
  if (peers) {
    versions = peers.versions;
    all.push(...peers.results);
  }
}

const grouped = new Map<string, Result[]>();
for (const result of all) {
  const key = `${result.row}\n${result.method}`;
  grouped.set(key, [...(grouped.get(key) ?? []), result]);
}
const table = [...grouped.values()]
  .map((results) => ({ ...results[0], seconds: median(results.map((result) => result.seconds)) }))
  .sort((a, b) => a.row.localeCompare(b.row));

const header = {
  measured: new Date().toISOString(),
  machine: `${cpus().length} × ${cpus()[0]?.model ?? "unknown"}`,
  node: process.version,
  respath: JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")).version,
  ...versions,
  rounds,
};
console.log(
  Object.entries(header)
    .map(([key, value]) => `${key} ${value}`)
    .join(" · "),
);
for (const { row, method, seconds, worstRelativeError } of table) {
  const time = `${(seconds * 1000).toPrecision(3)} ms`;
  const error = worstRelativeError === null ? "–" : worstRelativeError.toExponential(1);
  console.log(`${row.padEnd(36)} ${method.padEnd(44)} ${time.padStart(12)} ${error.padStart(9)}`);
}
if (options.out) {
  writeFileSync(
    options.out,
    `${JSON.stringify({ kind: "bench", name: "analytic", ...header, rows: table }, null, 2)}\n`,
  );
}
