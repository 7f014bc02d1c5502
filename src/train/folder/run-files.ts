import { type FileHandle, open, readFile, rm, truncate } from "node:fs/promises";
import { join } from "node:path";
import { check } from "../../network/checks/compiled/metrics.js";
import { complaintOf } from "../../network/checks/complaint.js";
import type { RunDocument, StepMetrics } from "../../network/documents.js";
import { DataError, OutputError } from "../../network/errors.js";
import { FORMAT } from "../../network/format.js";
import { parseJsonIfAny } from "../../network/parse-json.js";
import { reasonOf, writeFileWhole } from "../../system/write-file.js";
import { checkpointPath } from "./checkpoint.js";
import { abandonRun, beginRun, publishRun, RUN_FILES } from "./run-folder.js";

/**
 * The files of a run: `metrics.jsonl`, a line for each step as it is taken, `run.json` once it has ended, and its
 * checkpoint. A new run keeps its files apart until it has its first step ({@link publish}): a run that is in the folder
 * already stays until then.
 */
export class RunFiles {
  /** The steps before the one that the run starts with; none unless it goes on from a checkpoint. */
  readonly earlier: readonly StepMetrics[];
  readonly #folder: string;
  /** Where the files are. */
  #place: string;
  #metrics: FileHandle;
  /** Whether there may be a result that the next step makes an old one. */
  #mayHaveResult: boolean;

  private constructor(
    folder: string,
    place: string,
    metrics: FileHandle,
    earlier: readonly StepMetrics[] | undefined,
  ) {
    this.#folder = folder;
    this.#place = place;
    this.#metrics = metrics;
    this.earlier = earlier ?? [];
    this.#mayHaveResult = earlier !== undefined;
  }

  /**
   * Begins a new run in a folder, or goes on with the one in it: then its metrics are cut back to the first `steps`.
   *
   * @throws OutputError naming the folder and the reason; DataError when `metrics.jsonl` does not have those steps.
   */
  static async open(folder: string, steps = 0): Promise<RunFiles> {
    const kept = steps === 0 ? undefined : await readSteps(join(folder, RUN_FILES.metrics), steps);
    try {
      const place = kept ? folder : await beginRun(folder);
      const path = join(place, RUN_FILES.metrics);
      if (kept) await truncate(path, kept.bytes);
      return new RunFiles(folder, place, await open(path, "a"), kept?.metrics);
    } catch (error) {
      throw new OutputError(`cannot write to ${folder}: ${reasonOf(error)}`);
    }
  }

  /** Puts a run that has its first step in the place of what is in the folder; from then on its files are there. */
  async publish(): Promise<void> {
    if (this.#place === this.#folder) return;
    await this.settle();
    try {
      await this.#metrics.close();
      await publishRun(this.#folder);
      this.#place = this.#folder;
      this.#metrics = await open(this.#path, "a");
    } catch (error) {
      throw new OutputError(`cannot write to ${this.#folder}: ${reasonOf(error)}`);
    }
  }

  /** The folder that the run's files are in at present. */
  get place(): string {
    return this.#place;
  }

  /** The path of the run's checkpoint. */
  get checkpoint(): string {
    return checkpointPath(this.#place);
  }

  async append(metrics: StepMetrics): Promise<void> {
    if (this.#mayHaveResult) await rm(join(this.#folder, RUN_FILES.run), { force: true });
    this.#mayHaveResult = false;
    await this.#named(this.#metrics.appendFile(lineOf(metrics)));
  }

  /** Puts a line in the place of the last one, by a new file: a run that is killed finds one or the other. */
  async replaceLast(metrics: StepMetrics): Promise<void> {
    const path = this.#path;
    const { bytes } = await readSteps(path, metrics.step - 1);
    const before = (await readFile(path)).subarray(0, bytes);
    await this.#metrics.close();
    await writeFileWhole(path, Buffer.concat([before, Buffer.from(lineOf(metrics))]));
    this.#metrics = await open(path, "a");
  }

  /** Returns once the metrics are on the disk: a checkpoint must not be there before the steps it follows. */
  async settle(): Promise<void> {
    await this.#named(this.#metrics.sync());
  }

  async finish(run: RunDocument): Promise<void> {
    await writeFileWhole(join(this.#place, RUN_FILES.run), `${JSON.stringify(run, null, 2)}\n`);
  }

  /** Gives up a run that has not taken a step: what was in the folder stays. */
  async close(): Promise<void> {
    await this.#metrics.close();
    if (this.#place !== this.#folder) await abandonRun(this.#folder);
  }

  get #path(): string {
    return join(this.#place, RUN_FILES.metrics);
  }

  async #named(writing: Promise<void>): Promise<void> {
    try {
      await writing;
    } catch (error) {
      throw new OutputError(`cannot write ${this.#path}: ${reasonOf(error)}`);
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

function lineOf(metrics: StepMetrics): string {
  return `${JSON.stringify({ format: FORMAT, ...metrics })}\n`;
}

/** The metrics of a step, if that is what the line says. */
function parseStep(line: string, step: number): StepMetrics | undefined {
  const value = parseJsonIfAny(line);
  if (complaintOf(check, value)) return undefined;
  const { format: _, ...metrics } = value as StepMetrics;
  return metrics.step === step ? metrics : undefined;
}
