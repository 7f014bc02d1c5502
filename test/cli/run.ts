import { execFile } from "node:child_process";
import { join } from "node:path";
import { expect } from "vitest";

export const root = join(import.meta.dirname, "../..");
export const main = join(root, "dist/cli/main.js");

export interface Finished {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the built command line as a user would, in this Node. */
export function respath(
  args: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv; stdin?: string | Uint8Array } = {},
): Promise<Finished> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [main, ...args],
      { cwd: options.cwd ?? root, env: { ...process.env, ...options.env }, maxBuffer: 1 << 28 },
      (error, stdout, stderr) => resolve({ code: error ? Number(error.code ?? 1) : 0, stdout, stderr }),
    );
    // A command that has already refused its arguments does not read.
    child.stdin?.on("error", () => {});
    child.stdin?.end(options.stdin ?? "");
  });
}

/** Expects bad usage to have been refused: exit 2, nothing printed, and one line that says why. */
export function expectRefused({ code, stdout, stderr }: Finished, message: RegExp | string): void {
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toMatch(message);
  expect(stderr.trimEnd().split("\n")).toHaveLength(1);
}
