import { execFileSync } from "node:child_process";
import { readFileSync, readlinkSync } from "node:fs";

/** A process of this machine, as far as it can be told from an earlier or a later one of the same number. */
export interface RunningProcess {
  /** When it started, as text that is only ever compared; absent where the platform does not say. */
  readonly start?: string;
}

/**
 * Looks for a process.
 *
 * @returns undefined when there is none, or one that has ended and whose parent has not noticed (a zombie).
 */
export function findProcess(pid: number): RunningProcess | undefined {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // Any other error says that it is there, and somebody else's.
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return undefined;
  }
  if (process.platform === "win32") return {};
  return process.platform === "linux" ? findInProc(pid) : findByPs(pid);
}

/** Names the processes that this one sees, by Linux's PID namespace; undefined elsewhere. */
export function processNamespace(): string | undefined {
  try {
    return readlinkSync("/proc/self/ns/pid");
  } catch {
    return undefined;
  }
}

/** State and start, in clock ticks since the machine was booted, are fields 3 and 22 of /proc/PID/stat: proc(5). */
function findInProc(pid: number): RunningProcess | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // Field 2, the name in parentheses, may hold anything.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return isEnded(fields[0]) ? undefined : { start: `${bootId()} ${fields[19]}` };
  } catch {
    return {};
  }
}

/** Ticks are counted from it. */
function bootId(): string {
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  } catch {
    return "";
  }
}

function findByPs(pid: number): RunningProcess | undefined {
  try {
    const found = execFileSync("ps", ["-o", "state=,lstart=", "-p", String(pid)], {
      encoding: "utf8",
      env: { ...process.env, LC_ALL: "C", TZ: "UTC" },
      stdio: ["ignore", "pipe", "ignore"],
    });
    const [, state, start] = /^\s*(\S+)\s+(.+?)\s*$/.exec(found) ?? [];
    if (state === undefined) return {};
    return isEnded(state) ? undefined : { start };
  } catch {
    return {};
  }
}

function isEnded(state: string): boolean {
  return /^[ZX]/.test(state);
}
