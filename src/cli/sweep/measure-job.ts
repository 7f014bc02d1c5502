import type { ChildProcess } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { SweepSettings, SweptCommand } from "../../network/documents/sweep.js";
import { commandLine } from "./command-line.js";
import { startOwn } from "./own-process.js";

export interface MeasureJobOptions {
  readonly command: SweptCommand;
  readonly settings: SweepSettings;
  /** Milliseconds: it is ended then. */
  readonly within: number;
  readonly signal: AbortSignal;
}

/** How long a job's beginning took, in seconds of a core. */
export interface MeasuredJob {
  /** Before its first step or network: the process, the data, the plan. */
  readonly start: number;
  /** For a step or a network. */
  readonly unit: number;
  /** All of it, where it came to its end. */
  readonly whole?: number;
}

/** Enough of a job to know its pace: so many seconds after its first step or network, and so many of them. */
const ENOUGH = { seconds: 2, units: 4 };
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
    const args = [...commandLine(command, settings), "--workers=1", `--out=${out}`, "--json"];
    const started = performance.now();
    child = startOwn({ args, stdio: "ignore", signal });
    const ended = endOf(child);
    const lines = command === "train" ? join(out, "metrics.jsonl") : out;
    const clock = await clockOf(child, started);
    return await watch({ ...options, started, ended, clock, linesAt: () => unitsIn(lines, command) });
  } finally {
    child?.kill("SIGKILL");
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

interface Ended {
  readonly isWell: boolean;
}

/** Of the system's count of a process's time. */
const TICKS_A_SECOND = 100;

/**
 * The seconds that a process has had a core, which do not depend on what else the machine does; where the system does not say (other than
 * Linux), those since it began.
 */
async function clockOf(child: ChildProcess, started: number): Promise<() => Promise<number>> {
  const path = `/proc/${child.pid}/stat`;
  const passed = () => (performance.now() - started) / 1000;
  const ticks = async () => {
    const text = await readFile(path, "utf8").catch(() => undefined);
    // The name of the program, in brackets, may have spaces; user and system time are the 14th and 15th field.
    const fields = text?.slice(text.lastIndexOf(")") + 2).split(" ");
    return fields && (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND;
  };
  if ((await ticks()) === undefined) return async () => passed();
  let last = 0;
  return async () => {
    last = (await ticks()) ?? last;
    return last;
  };
}

/** How the process ended; an error of it is its end. */
function endOf(child: ChildProcess): () => Ended | undefined {
  let ended: Ended | undefined;
  const end = (isWell: boolean) => {
    ended ??= { isWell };
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
  /** In milliseconds. */
  readonly started: number;
  readonly ended: () => Ended | undefined;
  readonly clock: () => Promise<number>;
  readonly linesAt: () => Promise<number>;
}

/** So many steps or networks were done by then. */
interface Seen {
  /** Seconds. */
  readonly at: number;
  readonly units: number;
}

async function watch(options: WatchOptions): Promise<MeasuredJob | undefined> {
  const { within, signal, started, ended, clock, linesAt } = options;
  const seen: Seen[] = [];
  for (;;) {
    const end = ended();
    const [at, units] = [await clock(), await linesAt()];
    if (units > (seen.at(-1)?.units ?? 0)) seen.push({ at, units });
    const isEnough =
      seen.length > 0 && at - seen[0].at > ENOUGH.seconds && units - seen[0].units >= ENOUGH.units;
    if (end || isEnough || performance.now() - started > within || signal.aborted) {
      signal.throwIfAborted();
      return end && !end.isWell ? undefined : paceOf(seen, end && at);
    }
    await delay(LOOK_EVERY);
  }
}

/** The pace is that of the second half of what was seen: the first steps of a process are slower, as their code is compiled. */
function paceOf(seen: readonly Seen[], whole: number | undefined): MeasuredJob | undefined {
  if (seen.length < 2) return undefined;
  const last = seen[seen.length - 1];
  const middle = seen[Math.floor((seen.length - 1) / 2)];
  const unit = (last.at - middle.at) / (last.units - middle.units);
  // What the first steps took beyond that pace is a part of the start.
  const start = Math.max(0, last.at - last.units * unit);
  return { start, unit, ...(whole === undefined ? {} : { whole }) };
}
