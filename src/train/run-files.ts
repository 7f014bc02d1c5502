import { type FileHandle, open, rm } from "node:fs/promises";
import { join } from "node:path";
import type { RunDocument } from "../network/documents.js";
import { OutputError } from "../network/errors.js";
import { makeFolder, reasonOf, writeFileWhole } from "../system/write-file.js";

/** One line of `metrics.jsonl`. */
export interface StepMetrics {
  /** From 1. */
  readonly step: number;
  /** From 0, with fractions. */
  readonly epoch: number;
  /** Mean cross-entropy of the batch before the update, in nats; null where not finite. */
  readonly loss: number | null;
  readonly accuracy: number;
  readonly learningRate: number;
  readonly imagesPerSecond: number;
}

/** The files of a run: `metrics.jsonl`, a line for each step as it is taken, and `run.json` once it has ended. */
export class RunFiles {
  readonly #folder: string;
  readonly #metrics: FileHandle;

  private constructor(folder: string, metrics: FileHandle) {
    this.#folder = folder;
    this.#metrics = metrics;
  }

  /**
   * Makes the folder and begins `metrics.jsonl`. A `run.json` of an earlier run is removed, lest it pass for this one's.
   *
   * @throws OutputError naming the folder and the reason.
   */
  static async open(folder: string): Promise<RunFiles> {
    try {
      await makeFolder(folder);
      await rm(join(folder, "run.json"), { force: true });
      return new RunFiles(folder, await open(join(folder, "metrics.jsonl"), "w"));
    } catch (error) {
      throw new OutputError(`cannot write to ${folder}: ${reasonOf(error)}`);
    }
  }

  async append(metrics: StepMetrics): Promise<void> {
    try {
      await this.#metrics.appendFile(`${JSON.stringify(metrics)}\n`);
    } catch (error) {
      throw new OutputError(`cannot write ${join(this.#folder, "metrics.jsonl")}: ${reasonOf(error)}`);
    }
  }

  async finish(run: RunDocument): Promise<void> {
    await writeFileWhole(join(this.#folder, "run.json"), `${JSON.stringify(run, null, 2)}\n`);
  }

  async close(): Promise<void> {
    await this.#metrics.close();
  }
}
