import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** A process that takes steps when it is asked to: respath's (own.ts) or PyTorch's (bench/peers/train_torch.py). */
export interface Side {
  /** What the process printed when it was ready. */
  readonly about: Readonly<Record<string, unknown>>;
  /** Sends a line and waits for the line of JSON that answers it. */
  ask(line: string): Promise<Record<string, number>>;
  stop(): Promise<void>;
}

/**
 * Starts a process and waits until it is ready.
 *
 * @throws Error with the last line of the process's stderr when it ends.
 */
export async function startSide(command: string, args: readonly string[]): Promise<Side> {
  const child = spawn(command, args, { stdio: ["pipe", "pipe", "pipe"] });
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const next = answersOf(child);
  const about = await next();
  return {
    about,
    ask: (line) => {
      child.stdin.write(`${line}\n`);
      return next() as Promise<Record<string, number>>;
    },
    stop: async () => {
      child.stdin.end();
      await ended;
    },
  };
}

function answersOf(child: ChildProcess): () => Promise<Record<string, unknown>> {
  const errors: string[] = [];
  child.stderr!.setEncoding("utf8").on("data", (text: string) => errors.push(text));
  const failure = new Promise<never>((_, reject) => {
    child.once("error", reject);
    child.once("close", () => reject(new Error(errors.join("").trim().split("\n").at(-1) || "it ended")));
  });
  // An end that nobody waits for is no error.
  failure.catch(() => {});
  const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
  return async () => {
    const line = await Promise.race([lines.next(), failure]);
    return line.done ? failure : JSON.parse(line.value);
  };
}
