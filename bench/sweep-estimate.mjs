// Plans a grid and runs its jobs one after the other, each on one core, to compare what they take with what was foreseen: seconds of a
// core, as bash counts them, and those that passed, which are more where the machine has other work. From the repository: node bench/sweep-estimate.mjs examples/sweep.yaml > results/sweeps/estimate-train.json
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";

const [spec] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), "respath-estimate-"));

function respath(...args) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["dist/cli/main.js", ...args], {
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  if (status !== 0) throw new Error(stderr);
  return stdout;
}

/** Seconds that pass while a command runs, and those of a core. */
function timesOf(...args) {
  const script = 'TIMEFORMAT="%R %U %S"; time "$@" >/dev/null 2>&1';
  const line = ["-c", script, "bash", process.execPath, "dist/cli/main.js", ...args];
  const { status, stderr } = spawnSync("bash", line, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${args.join(" ")} ended with ${status}`);
  const [passed, user, system] = stderr.trim().split(" ").map(Number);
  return [passed, round(user + system)];
}

const load = { before: loadavg()[0] };
const plan = JSON.parse(respath("sweep", "plan", spec, "--json"));
const jobs = plan.jobs.map(({ id, at, seconds, bytes }, index) => {
  const settings = Object.entries({ ...plan.fixed, ...at }).map(([name, value]) => {
    if (typeof value === "boolean") return value ? `--${name}` : `--no-${name}`;
    return `--${name}=${value}`;
  });
  const out = join(folder, String(index));
  const [passed, took] = timesOf(plan.command, ...settings, "--workers=1", `--out=${out}`, "--json");
  return { id, at, foreseen: seconds, took, ratio: round(seconds / took), passed, bytes };
});
rmSync(folder, { recursive: true });
const sum = (name) => round(jobs.reduce((total, job) => total + job[name], 0));
const [foreseen, took, passed] = ["foreseen", "took", "passed"].map(sum);
const summary = { spec, foreseen, took, passed, ratio: round(foreseen / took), worst: worstOf(jobs) };
console.log(JSON.stringify({ ...summary, load: { ...load, after: loadavg()[0] }, jobs }, null, 1));

/** The ratio that is furthest from 1. */
function worstOf(all) {
  const distance = ({ ratio }) => Math.abs(Math.log(ratio));
  return all.reduce((worst, job) => (distance(job) > distance(worst) ? job : worst)).ratio;
}

function round(value) {
  return Number(value.toPrecision(3));
}
