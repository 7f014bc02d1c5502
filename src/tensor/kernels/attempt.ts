import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { KernelBuild } from "./builds.js";
import type { CompilerFlags } from "./compiler-flags.js";

/** What became of trying a build. */
export interface AttemptResult {
  /** Why it is not to be used; absent if it passed. */
  readonly reason?: string;
  /** Another attempt would end the same: it passed, was wrong, or V8 ended the process. */
  readonly isFinal: boolean;
}

export type Attempt = (build: KernelBuild, flags: CompilerFlags) => AttemptResult;

/** How V8 ends a process that has gone wrong. Others (SIGINT, SIGKILL) come from outside. */
const FAULTS: readonly (string | null)[] = ["SIGTRAP", "SIGILL", "SIGABRT", "SIGSEGV", "SIGBUS", "SIGFPE"];
/** On Windows a fault is an exit code: STATUS_BREAKPOINT, _ACCESS_VIOLATION, _ILLEGAL_INSTRUCTION, and abort's 134. */
const FAULT_CODES: readonly (number | null)[] = [0x80000003, 0xc0000005, 0xc000001d, 133, 134];

/** Compiles and checks a build in a process of its own (prove-build.ts). */
export const tryInChild: Attempt = (build, flags) => {
  const isSource = import.meta.url.endsWith(".ts");
  const script = fileURLToPath(new URL(`./prove-build.${isSource ? "ts" : "js"}`, import.meta.url));
  const loader = isSource
    ? ["--import", pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href]
    : [];
  return runAttempt([...loader, script, build, JSON.stringify(flags)]);
};

/** Runs Node with these arguments, and reads what the build's check says: `passed`, or why it did not. */
export function runAttempt(args: readonly string[]): AttemptResult {
  let ended: ReturnType<typeof spawnSync>;
  try {
    ended = spawnSync(process.execPath, args, { stdio: ["ignore", "pipe", "ignore"], windowsHide: true });
  } catch (error) {
    return { reason: `they could not be tried: ${(error as Error).message}`, isFinal: false };
  }
  const { status, signal, error, stdout } = ended;
  if (error) return { reason: `they could not be tried: ${error.message}`, isFinal: false };
  const [said = ""] = String(stdout).trimEnd().split("\n").slice(-1);
  if (status === 0 && said === "passed") return { isFinal: true };
  if (status === 0 && said !== "") return { reason: said, isFinal: true };
  const isFault = FAULTS.includes(signal) || FAULT_CODES.includes(status);
  return {
    reason: `the process that tried them ended with ${signal ?? `exit code ${status}`}`,
    isFinal: isFault,
  };
}
