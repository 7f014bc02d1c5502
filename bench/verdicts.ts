/**
 * How often verdicts are wrong, and how often they are found, by simulation: normal numbers, whole curves of 50 blocks by the rule
 * of respath and by others on the same numbers, log-normal numbers, and the number of trials that a verdict names.
 *
 *     tsx bench/verdicts.ts [--repeats 10000] [--seed 0] [--out results/bench/verdicts.json]
 *
 * The judge is that of src/compare, the curves' sums those of src/montecarlo/sample; what is drawn follows from the seed. Where a
 * bound holds, numbers are drawn as often as is asked for and curves a quarter as often; of other rates a tenth of that shows the power.
 * Each rate has its standard error. Two processes share the work, of ten minutes.
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { simulateCurves } from "./verdicts/curves.js";
import { simulateLogNormal } from "./verdicts/log-normal.js";
import { simulateNumbers } from "./verdicts/numbers.js";
import { CONFIDENCE, type PartOptions, TRIALS } from "./verdicts/rates.js";
import { simulateSettled } from "./verdicts/settled.js";

const PARTS = {
  numbers: simulateNumbers,
  curves: simulateCurves,
  logNormal: simulateLogNormal,
  trialsNeeded: simulateSettled,
} satisfies Record<string, (options: PartOptions) => readonly object[]>;
type Part = keyof typeof PARTS;
/** Which process does what. */
const SHARES: readonly (readonly Part[])[] = [["curves"], ["numbers", "logNormal", "trialsNeeded"]];

const { values } = parseArgs({
  options: {
    repeats: { type: "string", default: "10000" },
    seed: { type: "string", default: "0" },
    out: { type: "string", default: "results/bench/verdicts.json" },
    parts: { type: "string" },
  },
});
const options: PartOptions = { repeats: Number(values.repeats), seed: Number(values.seed) };

if (values.parts) {
  const parts = values.parts.split(",") as Part[];
  process.send?.(Object.fromEntries(parts.map((part) => [part, PARTS[part](options)])));
} else {
  const results = await Promise.all(SHARES.map(inAProcess));
  write(Object.assign({}, ...results));
}

async function inAProcess(parts: readonly Part[]): Promise<Partial<Record<Part, readonly object[]>>> {
  const { repeats, seed } = values;
  const child = fork(fileURLToPath(import.meta.url), [
    ...["--parts", parts.join(), "--repeats", repeats, "--seed", seed],
  ]);
  const ended = once(child, "exit");
  const [result] = await Promise.race([once(child, "message"), ended.then(([code]) => failed(parts, code))]);
  await ended;
  return result;
}

function failed(parts: readonly Part[], code: unknown): never {
  throw new Error(`${parts.join(" and ")} ended with code ${code} and no result`);
}

function write(results: Record<Part, readonly object[]>): void {
  const header = {
    kind: "bench",
    name: "verdicts",
    measured: new Date().toISOString(),
    node: process.version,
    respath: JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")).version,
    confidence: CONFIDENCE,
    ...options,
    trials: TRIALS,
  };
  // A line each, which a difference shows by itself.
  const parts = (Object.keys(PARTS) as Part[]).map((part) => {
    const rows = results[part].map((row) => `    ${JSON.stringify(row)}`);
    return `  ${JSON.stringify(part)}: [\n${rows.join(",\n")}\n  ]`;
  });
  const lines = Object.entries(header).map(
    ([key, value]) => `  ${JSON.stringify(key)}: ${JSON.stringify(value)}`,
  );
  writeFileSync(values.out, `{\n${[...lines, ...parts].join(",\n")}\n}\n`);
}
