import { type Entry, readEntries } from "../weights/index.js";
import { writeCheckpoint } from "./checkpoint.js";
import type { CheckpointSettings } from "./checkpoint-metadata.js";
import type { RunFiles } from "./run-files.js";

export interface CheckpointsOptions {
  readonly files: RunFiles;
  readonly settings: CheckpointSettings;
  readonly circumstances: CheckpointSettings;
  /** Steps between two checkpoints. */
  readonly every: number;
  /** All numbers that a step changes. */
  readonly entries: readonly Entry[];
}

/** Writes the checkpoints of a run, of which the last one is kept. */
export class Checkpoints {
  readonly #options: CheckpointsOptions;
  #last: number;

  constructor(options: CheckpointsOptions) {
    this.#options = options;
    this.#last = options.files.earlier;
  }

  /** Writes a checkpoint if one is due after this many steps. */
  async save(step: number): Promise<void> {
    if (step % this.#options.every === 0) await this.saveLast(step);
  }

  /** Writes a checkpoint, due or not, unless this step's is there already. */
  async saveLast(step: number): Promise<void> {
    if (step === this.#last) return;
    const { files, settings, circumstances, entries } = this.#options;
    await files.settle();
    const tensors = readEntries(entries);
    await writeCheckpoint({ path: files.checkpoint, step, settings, circumstances, tensors });
    this.#last = step;
  }
}
