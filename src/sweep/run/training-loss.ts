import { join } from "node:path";
import { parseJsonIfAny } from "../../network/parse-json.js";
import { readLines } from "../../system/read-lines.js";
import { jobFiles } from "./sweep-folder.js";

/** How a run stands at a step: how many steps it has taken up to there, and its loss. */
export interface Standing {
  readonly steps: number;
  /** The mean training loss of the last 5 % of these steps, at least 10; not a number where one is not finite or there is none. */
  readonly loss: number;
}

/**
 * Reads how a training run stands at a step, by its metrics: steps after that do not count.
 *
 * @param folder the job's.
 */
export async function standingAt(folder: string, stopAt: number): Promise<Standing> {
  const most = windowOf(stopAt);
  const last: string[] = [];
  let steps = 0;
  try {
    for await (const { text } of readLines(join(jobFiles.run(folder), "metrics.jsonl"))) {
      steps++;
      last.push(text);
      if (last.length > most) last.shift();
      if (steps === stopAt) break;
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  const losses = last.slice(-windowOf(steps)).map(lossIn);
  return { steps, loss: losses.reduce((sum, loss) => sum + loss, 0) / losses.length };
}

function windowOf(steps: number): number {
  return Math.max(10, Math.ceil(0.05 * steps));
}

function lossIn(line: string): number {
  const { loss } = (parseJsonIfAny(line) ?? {}) as { readonly loss?: unknown };
  return typeof loss === "number" ? loss : Number.NaN;
}
