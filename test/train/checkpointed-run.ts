/*
 * A process of its own that trains with checkpoints and can be killed. It takes the options of some runs as JSON and
 * takes their steps in turn; it says so once one of them has taken step `target` (at once for 0), and waits when one has taken
 * three more.
 *
 *   node --import tsx test/train/checkpointed-run.ts '{"runs": [{"output": "run", "resume": true}], "target": 7}'
 */
import { writeSync } from "node:fs";
import { type TrainOptions, train } from "../../src/train/index.js";
import { checkpointedSettings } from "./checkpointed-settings.js";

export interface RunRequest {
  readonly runs: readonly Partial<TrainOptions>[];
  /** Absent: trains to the end. */
  readonly target?: number;
}

const { runs, target = Number.POSITIVE_INFINITY }: RunRequest = JSON.parse(process.argv[2]);
let isReached = false;
// Whoever limits the size of files means the write to fail, not the process to be killed.
process.on("SIGXFSZ", () => {});

function follow(step: number): void {
  if (step >= target && !isReached) {
    isReached = true;
    writeSync(1, "reached\n");
  }
  if (step >= target + 3) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}

follow(0);
try {
  await Promise.all(
    runs.map((run) => train({ ...checkpointedSettings, ...run, onStep: ({ step }) => follow(step) })),
  );
  process.exit(0);
} catch (error) {
  writeSync(2, `${(error as Error).message}\n`);
  process.exit(1);
}
