import type { ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { OutputError } from "../../network/errors.js";
import { parseJsonIfAny } from "../../network/parse-json.js";
import type { Attempt, Execute, Execution } from "../../sweep/run/execution.js";
import { resultOf } from "../../sweep/run/job-result.js";
import { jobFiles } from "../../sweep/run/sweep-folder.js";
import type { LockChoices } from "../../system/lock.js";
import { writeFileWhole } from "../../system/write-file.js";
import { jobArguments } from "./job-arguments.js";
import { JobLog } from "./job-log.js";
import { startOwn } from "./own-process.js";

/** How a child process has ended. */
interface Ended {
  readonly code: number | null;
  readonly killedBy: NodeJS.Signals | null;
  readonly stdout: string;
  /** The last line that it has said. */
  readonly last: string;
}

interface ExecuteOptions extends Pick<LockChoices, "breakLock"> {
  readonly main?: string;
}

type ChildExecution = Execution & Pick<LockChoices, "breakLock">;

/** Seconds that are waited for a process of an earlier attempt, which stops after its current step, from try to try. */
const WAITS = [1, 2, 4, 8, 16, 32, 64];

/**
 * Does attempts at jobs by processes of a command line, each of which throws OutputError where the disk is full or the job's folder cannot
 * be written to.
 *
 * @param options.main its file; this process's own if absent.
 * @param options.breakLock whether a job is taken from a process of another machine.
 */
export function executeBy({ main = process.argv[1]!, breakLock }: ExecuteOptions = {}): Execute {
  return async (asked) => {
    const execution = { ...asked, breakLock };
    for (const wait of WAITS) {
      const attempt = await tryOnce(main, execution);
      const isLocked = attempt.status === "failed" && / is in use by process /.test(attempt.reason);
      if (!isLocked) return attempt;
      await sleep(1000 * wait, undefined, { signal: execution.signal }).catch(() => {});
      if (execution.signal.aborted) return { status: "stopped" };
    }
    return tryOnce(main, execution);
  };
}

async function tryOnce(main: string, execution: ChildExecution): Promise<Attempt> {
  const { plan, job, folder, signal, stopAt } = execution;
  if (signal.aborted) return { status: "stopped" };
  const { code, killedBy, stdout, last } = await runChild(main, execution);
  if (code === 0 && stdout === "" && stopAt !== undefined) return { status: "stopped" };
  if (code === 0) {
    if (!resultOf(parseJsonIfAny(stdout), plan, job)) {
      return { status: "failed", exitCode: 0, reason: "it has printed no result" };
    }
    await writeFileWhole(jobFiles.result(folder), stdout);
    return { status: "done" };
  }
  if (signal.aborted || code === 130 || code === 143) return { status: "stopped" };
  const said = last.replace(/^respath: /, "");
  // The next ones would fail for the same reason.
  const [full] = /^cannot write [^;]*: the disk is full/.exec(said) ?? [];
  if (full !== undefined) throw new OutputError(full);
  const reason = killedBy ? `it was killed by ${killedBy}` : said || "it has said nothing";
  return { status: "failed", exitCode: code, reason };
}

/** Processes that end with this one. */
const children = new Set<ChildProcess>();
let isListening = false;

/** A process of its own group: a signal from the terminal is ours to pass on. It stops by itself when the channel to us is gone. */
function startChild(main: string, args: readonly string[]) {
  if (!isListening) {
    isListening = true;
    process.on("exit", () => {
      for (const child of children) child.kill("SIGKILL");
    });
  }
  const child = startOwn({
    ...{ main, args },
    detached: true,
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    windowsHide: true,
  });
  children.add(child);
  return child;
}

async function runChild(main: string, execution: ChildExecution): Promise<Ended> {
  const { folder, threads, signal, onProgress } = execution;
  const on = `${threads} ${threads === 1 ? "thread" : "threads"}`;
  const log = await JobLog.open(jobFiles.log(folder), `--- ${new Date().toISOString()}, ${on}`);
  const child = startChild(main, jobArguments(execution));
  const stop = () => child.kill("SIGTERM");
  signal.addEventListener("abort", stop);
  if (signal.aborted) stop();
  const parts: Buffer[] = [];
  child.stdout!.on("data", (part: Buffer) => parts.push(part));
  createInterface({ input: child.stderr! }).on("line", (line) => {
    const [, percent] = /^\w+: (\d+) %, /.exec(line) ?? [];
    if (percent === undefined) log.add(line);
    else onProgress?.(Number(percent) / 100);
  });
  const ended = await new Promise<Pick<Ended, "code" | "killedBy">>((resolve) => {
    child.on("error", (error) => {
      log.add(error.message);
      if (child.pid === undefined) resolve({ code: null, killedBy: null });
    });
    child.on("close", (code, killedBy) => resolve({ code, killedBy }));
  });
  signal.removeEventListener("abort", stop);
  children.delete(child);
  const { last } = log;
  // It may have had no time to say anything itself.
  if (ended.killedBy !== null) log.add(`ended by ${ended.killedBy}`);
  log.close();
  return { ...ended, stdout: Buffer.concat(parts).toString(), last };
}
