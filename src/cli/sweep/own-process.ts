import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";

/** A process of respath's own command line, started as this one was. */
export interface OwnProcess extends SpawnOptions {
  /** The file of the command line; this process's own if absent. */
  readonly main?: string;
  readonly args: readonly string[];
}

export function startOwn({ main = process.argv[1], args, ...options }: OwnProcess): ChildProcess {
  return spawn(process.execPath, [...process.execArgv, main, ...args], options);
}
