import { execFile, spawn } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RunRequest } from "./checkpointed-run.js";

const root = join(import.meta.dirname, "../..");
// Compiled code is kept from process to process, where this Node can.
const env = { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), "respath-compile-cache") };
const command = (request: RunRequest) => [
  "--import",
  "tsx",
  join(root, "test/train/checkpointed-run.ts"),
  JSON.stringify(request),
];

export interface Ended {
  readonly signal: string | null;
  readonly stderr: string;
}

/** Trains in a process that is killed `delay` ms after one of its runs has reached the target. */
export function trainUntilKilled(request: RunRequest, delay: number): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, command(request), { cwd: root, env });
    let stderr = "";
    child.stderr.on("data", (chunk) => {
      stderr += chunk;
    });
    child.stdout.once("data", () => setTimeout(() => child.kill("SIGKILL"), delay));
    child.on("close", (_, signal) => resolve({ signal, stderr: withoutKernels(stderr) }));
  });
}

/** Trains in a process that can write no file of more than some kibibytes. */
export function trainOnFullDisk(request: RunRequest, kibibytes: number): Promise<Ended> {
  const shell = `ulimit -f ${kibibytes}; exec "$0" "$@"`;
  return new Promise((resolve) => {
    execFile(
      "bash",
      ["-c", shell, process.execPath, ...command(request)],
      { cwd: root },
      (error, _, stderr) => resolve({ signal: error?.signal ?? null, stderr: withoutKernels(stderr) }),
    );
  });
}

/** Without the line about kernels that an older Node cannot run. */
function withoutKernels(stderr: string): string {
  return stderr.replace(/^respath: the \w+ kernels are not used, .*\n/gm, "");
}
