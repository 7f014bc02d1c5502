import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { SweepSettings, SweptCommand } from "../../network/documents/sweep.js";
import { commandLine } from "./command-line.js";

export interface MeasureJobOptions {
  readonly command: SweptCommand;
  readonly settings: SweepSettings;
  /** Milliseconds: it is ended then. */
  readonly within: number;
  readonly signal: AbortSignal;
}

/** How long a job's beginning took, in seconds. */
export interface MeasuredJob {
  /** Before its first step or network: the process, the data, the plan. */
  readonly start: number;
  /** For a step or a network. */
  readonly unit: number;
  /** All of it, where it came to its end. */
  readonly whole?: number;
}

/** Enough of a job to know its pace: so many milliseconds after its first step or network, and so many of them. */
const ENOUGH = { milliseconds: 2500, units: 4 };
const LOOK_EVERY = 10;

/**
 * Runs a job as the sweep would, on one core and in a folder that is then removed, until its pace is known.
 *
 * @returns undefined where it has not done two steps or networks in that time, or does not run.
 */
export async function measureJob(options: MeasureJobOptions): Promise<MeasuredJob | undefined> {
  const folder = await mkdtemp(join(tmpdir(), "respath-calibration-"));
  let child: ChildProcess | undefined;
  try {
    const { command, settings, signal } = options;
    const out = join(folder, command === "train" ? "run" : "networks.jsonl");
    const line = [...commandLine(command, settings), "--workers=1", `--out=${out}`, "--json"];
    const started = performance.now();
    child = spawn(process.execPath, [...process.execArgv, process.argv[1], ...line], {
      stdio: "ignore",
      signal,
    });
    const ended = endOf(child);
    const lines = command === "train" ? join(out, "metrics.jsonl") : out;
    return await watch({ ...options, started, ended, linesAt: () => unitsIn(lines, command) });
  } finally {
    child?.kill("SIGKILL");
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

interface Ended {
  readonly at: number;
  readonly isWell: boolean;
}

/** When the process ended; an error of it is its end. */
function endOf(child: ChildProcess): () => Ended | undefined {
  let ended: Ended | undefined;
  const end = (isWell: boolean) => {
    ended ??= { at: performance.now(), isWell };
  };
  child.on("exit", (code) => end(code === 0));
  child.on("error", () => end(false));
  return () => ended;
}

/** Steps or networks that a job has written; a journal has a line before them. */
async function unitsIn(path: string, command: SweptCommand): Promise<number> {
  const text = await readFile(path, "utf8").catch(() => "");
  const lines = text.split("\n").length - 1;
  return Math.max(0, command === "train" ? lines : lines - 1);
}

interface WatchOptions extends MeasureJobOptions {
  readonly started: number;
  readonly ended: () => Ended | undefined;
  readonly linesAt: () => Promise<number>;
}

/** The pace is that of the second half of what was seen: the first steps of a process are slower, as their code is compiled. */
async function watch({
  within,
  signal,
  started,
  ended,
  linesAt,
}: WatchOptions): Promise<MeasuredJob | undefined> {
  const seen: { readonly at: number; readonly units: number }[] = [];
  for (;;) {
    const end = ended();
    const units = await linesAt();
    const at = performance.now();
    if (units > (seen.at(-1)?.units ?? 0)) seen.push({ at, units });
    const isEnough =
      seen.length > 0 && at - seen[0].at > ENOUGH.milliseconds && units - seen[0].units >= ENOUGH.units;
    if (end || isEnough || at - started > within || signal.aborted) {
      signal.throwIfAborted();
      return end && !end.isWell ? undefined : paceOf(seen, started, end?.at);
    }
    await delay(LOOK_EVERY);
  }
}

function paceOf(
  seen: readonly { readonly at: number; readonly units: number }[],
  started: number,
  end: number | undefined,
): MeasuredJob | undefined {
  if (seen.length < 2) return undefined;
  const last = seen[seen.length - 1];
  const middle = seen[Math.floor((seen.length - 1) / 2)];
  const unit = (last.at - middle.at) / (last.units - middle.units) / 1000;
  // What the first steps took beyond that pace is a part of the start.
  const start = Math.max(0, (last.at - started) / 1000 - last.units * unit);
  return { start, unit, ...(end === undefined ? {} : { whole: (end - started) / 1000 }) };
}
