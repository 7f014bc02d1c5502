// Goes on breaking: the tests of test/robustness/ at their long sizes, round after round, each with the next seed, until the time is
// over, Ctrl-C, or the first failure, whose seed repeats it.
//
//   npm run fuzz -- [--minutes N] [--seed S] [--only documents|names|streams|disks|kills] [--out FILE]
//
// --out: what was done, counted by the tests themselves, as JSON.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

const ROOMS = {
  documents: "documents",
  names: "hostile-names",
  streams: "streams",
  disks: "full-disk",
  kills: "kills",
};
const { values: given } = parseArgs({
  options: {
    minutes: { type: "string" },
    seed: { type: "string", default: "1" },
    only: { type: "string" },
    out: { type: "string" },
  },
});
const minutes = given.minutes === undefined ? Number.POSITIVE_INFINITY : Number(given.minutes);
const first = Number(given.seed);
if (
  !(minutes > 0) ||
  !Number.isSafeInteger(first) ||
  (given.only !== undefined && !Object.hasOwn(ROOMS, given.only))
) {
  console.error(
    `fuzz: --minutes is a number, --seed a whole one, and --only one of ${Object.keys(ROOMS).join(", ")}`,
  );
  process.exit(2);
}
const files = Object.entries(ROOMS)
  .filter(([name]) => given.only === undefined || name === given.only)
  .map(([, file]) => `test/robustness/${file}.test.ts`);
const vitest = ["node_modules/vitest/vitest.mjs", "run"];
const folder = mkdtempSync(join(tmpdir(), "respath-fuzz-"));
const log = join(folder, "log.jsonl");
writeFileSync(log, "");
const started = Date.now();
const isOver = () => Date.now() - started > minutes * 60_000;

let stop = () => {};
let isStopped = false;
process.once("SIGINT", () => {
  isStopped = true;
  stop();
});

/** The tests of a file: whether they passed, undefined where the time was over before. */
function pass(file, seed) {
  const env = { ...process.env, RESPATH_LONG: "1", RESPATH_SEED: String(seed), RESPATH_FUZZ_LOG: log };
  const child = spawn(process.execPath, [...vitest, file], { env, stdio: "inherit" });
  stop = () => {
    isStopped = true;
    child.kill("SIGTERM");
  };
  const timer = Number.isFinite(minutes)
    ? setTimeout(stop, minutes * 60_000 - (Date.now() - started))
    : undefined;
  return new Promise((resolve) => {
    child.on("close", (code) => {
      clearTimeout(timer);
      resolve(isStopped ? undefined : code === 0);
    });
  });
}

let [rounds, seed, failed] = [0, first, undefined];
for (; !isStopped && !isOver() && !failed; seed++) {
  console.log(`fuzz: seed ${seed}`);
  for (const file of files) {
    if (isStopped || isOver()) break;
    if ((await pass(file, seed)) === false)
      failed = `RESPATH_LONG=1 RESPATH_SEED=${seed} node ${[...vitest, file].join(" ")}`;
    if (failed) break;
  }
  if (!isStopped && !isOver() && !failed) rounds++;
}
const done = {};
for (const line of readFileSync(log, "utf8").split("\n").slice(0, -1)) {
  for (const [what, count] of Object.entries(JSON.parse(line))) done[what] = (done[what] ?? 0) + count;
}
const result = {
  command: `npm run fuzz -- ${process.argv.slice(2).join(" ")}`.trim(),
  node: process.version,
  machine: { cpu: cpus()[0]?.model ?? "unknown", cores: availableParallelism() },
  minutes: Number(((Date.now() - started) / 60_000).toFixed(1)),
  seeds: { first, last: seed - 1 },
  wholeRounds: rounds,
  failed: failed ?? null,
  done,
};
console.log(`fuzz: ${JSON.stringify(result)}`);
if (given.out !== undefined) writeFileSync(given.out, `${JSON.stringify(result, null, 2)}\n`);
rmSync(folder, { recursive: true, force: true });
if (failed) {
  console.error(`fuzz: ${failed} repeats it`);
  process.exitCode = 1;
}
