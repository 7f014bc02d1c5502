import { type FileHandle, open, readFile, rm, truncate } from "node:fs/promises";
import { join } from "node:path";
import type { RunDocument } from "../network/documents.js";
import { DataError, OutputError } from "../network/errors.js";
import { makeFolder, reasonOf, writeFileWhole } from "../system/write-file.js";
import { checkpointPath, removeUnfinishedCheckpoints } from "./checkpoint.js";

/** One line of `metrics.jsonl`. */
export interface StepMetrics {
  /** From 1. */
  readonly step: number;
  /** From 0, with fractions. */
  readonly epoch: number;
  /** Mean cross-entropy of the batch before the update, in nats; null where not finite. */
  readonly loss: number | null;
  readonly accuracy: number;
  /** ‖g‖ before clipping, without the L2 term; null where not finite, absent where gradients are not clipped. */
  readonly gradientNorm?: number | null;
  readonly learningRate: number;
  /** Images of the batch by the seconds of the step, without tests and checkpoints. */
  readonly imagesPerSecond: number;
  /** Where the network was tested after the step: the fraction of test images that it classified correctly. */
  readonly testAccuracy?: number;
  /** And their mean cross-entropy, in nats, without label smoothing; null where not finite. */
  readonly testLoss?: number | null;
}

/**
 * The files of a run: `metrics.jsonl`, a line for each step as it is taken, `run.json` once it has ended, and its
 * checkpoint.
 */
export class RunFiles {
  /** The steps before the one that the run starts with; none unless it goes on from a checkpoint. */
  readonly earlier: readonly StepMetrics[];
  readonly #folder: string;
  #metrics: FileHandle;

  private constructor(folder: string, metrics: FileHandle, earlier: readonly StepMetrics[]) {
    this.#folder = folder;
    this.#metrics = metrics;
    this.earlier = earlier;
  }

  /**
   * Makes the folder and begins `metrics.jsonl`, or cuts it back to the first `steps`. A `run.json` of an earlier run is
   * removed, lest it pass for this one's, and so is an earlier run's checkpoint unless steps are kept.
   *
   * @throws OutputError naming the folder and the reason; DataError when `metrics.jsonl` does not have those steps.
   */
  static async open(folder: string, steps = 0): Promise<RunFiles> {
    const path = join(folder, "metrics.jsonl");
    const kept = steps === 0 ? undefined : await readSteps(path, steps);
    try {
      await makeFolder(folder);
      await removeUnfinishedCheckpoints(checkpointPath(folder));
      if (!kept) await rm(checkpointPath(folder), { force: true });
      await rm(join(folder, "run.json"), { force: true });
      if (kept) await truncate(path, kept.bytes);
      return new RunFiles(folder, await open(path, kept ? "a" : "w"), kept?.metrics ?? []);
    } catch (error) {
      throw new OutputError(`cannot write to ${folder}: ${reasonOf(error)}`);
    }
  }

  /** The path of the run's checkpoint. */
  get checkpoint(): string {
    return checkpointPath(this.#folder);
  }

  async append(metrics: StepMetrics): Promise<void> {
    await this.#named(this.#metrics.appendFile(`${JSON.stringify(metrics)}\n`));
  }

  /** Puts a line in the place of the last one, by a new file: a run that is killed finds one or the other. */
  async replaceLast(metrics: StepMetrics): Promise<void> {
    const path = join(this.#folder, "metrics.jsonl");
    const { bytes } = await readSteps(path, metrics.step - 1);
    const before = (await readFile(path)).subarray(0, bytes);
    await this.#metrics.close();
    await writeFileWhole(path, Buffer.concat([before, Buffer.from(`${JSON.stringify(metrics)}\n`)]));
    this.#metrics = await open(path, "a");
  }

  /** Returns once the metrics are on the disk: a checkpoint must not be there before the steps it follows. */
  async settle(): Promise<void> {
    await this.#named(this.#metrics.sync());
  }

  async finish(run: RunDocument): Promise<void> {
    await writeFileWhole(join(this.#folder, "run.json"), `${JSON.stringify(run, null, 2)}\n`);
  }

  async close(): Promise<void> {
    await this.#metrics.close();
  }

  async #named(writing: Promise<void>): Promise<void> {
    try {
      await writing;
    } catch (error) {
      throw new OutputError(`cannot write ${join(this.#folder, "metrics.jsonl")}: ${reasonOf(error)}`);
    }
  }
}

/** The first `steps` lines of `metrics.jsonl`, and how many bytes they take. */
async function readSteps(path: string, steps: number): Promise<{ metrics: StepMetrics[]; bytes: number }> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    throw new DataError(`cannot read ${path}: ${reasonOf(error)}`);
  }
  // What follows the last line break was not written to its end.
  const lines = text.split("\n").slice(0, -1).slice(0, steps);
  const metrics = lines.flatMap((line, index) => parseStep(line, index + 1) ?? []);
  if (metrics.length < steps) {
    throw new DataError(`${path} does not have each of the ${steps} steps before the checkpoint`);
  }
  return { metrics, bytes: Buffer.byteLength(lines.map((line) => `${line}\n`).join("")) };
}

/** The metrics of a step, if that is what the line says. */
function parseStep(line: string, step: number): StepMetrics | undefined {
  try {
    const metrics: StepMetrics = JSON.parse(line);
    return metrics.step === step ? metrics : undefined;
  } catch {
    return undefined;
  }
}
