import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { StepMetrics } from "../../src/train/index.js";

/** The lines of a run's metrics.jsonl. */
export function metricsIn(folder: string): StepMetrics[] {
  return readFileSync(join(folder, "metrics.jsonl"), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
}
