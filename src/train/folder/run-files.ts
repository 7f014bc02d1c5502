import { type FileHandle, open, readFile, rm, truncate } from "node:fs/promises";
import { join } from "node:path";
import { check } from "../../network/checks/compiled/metrics.js";
import { complaintOf } from "../../network/checks/complaint.js";
import type { RunDocument, StepMetrics } from "../../network/documents.js";
import { DataError, OutputError } from "../../network/errors.js";
import { FORMAT } from "../../network/format.js";
import { parseJsonIfAny } from "../../network/parse-json.js";
import { readLines } from "../../system/read-lines.js";
import { reasonOf, writeFileWhole } from "../../system/write-file.js";
import { checkpointPath } from "./checkpoint.js";
import { abandonRun, beginRun, publishRun, RUN_FILES } from "./run-folder.js";

/** What a run goes on from. */
export interface EarlierSteps {
  /** How many were taken before; 0 for a new run. */
  readonly steps: number;
  /** Is given the metrics of each. */
  readonly onStep: (metrics: StepMetrics) => void;
}

/**
 * The files of a run: `metrics.jsonl`, a line for each step as it is taken, `run.json` once it has ended, and its
 * checkpoint. A new run keeps its files apart until it has its first step ({@link publish}): a run that is in the folder
 * already stays until then.
 */
export class RunFiles {
  /** How many steps were taken before; none unless the run goes on from a checkpoint. */
  readonly earlier: number;
  readonly #folder: string;
  /** Where the files are. */
  #place: string;
  #metrics: FileHandle;
  /** Whether there may be a result that the next step makes an old one. */
  #mayHaveResult: boolean;

  private constructor(folder: string, { place, metrics, earlier }: OpenFiles) {
    this.#folder = folder;
    this.#place = place;
    this.#metrics = metrics;
    this.earlier = earlier;
    this.#mayHaveResult = earlier > 0;
  }

  /**
   * Begins a new run in a folder, or goes on with the one in it: then its metrics are cut back to the earlier steps.
   *
   * @throws OutputError naming the folder and the reason; DataError when `metrics.jsonl` does not have those steps.
   */
  static async open(folder: string, earlier?: EarlierSteps): Promise<RunFiles> {
    const isNew = earlier === undefined || earlier.steps === 0;
    const bytes = isNew ? 0 : await readSteps(join(folder, RUN_FILES.metrics), earlier);
    try {
      const place = isNew ? await beginRun(folder) : folder;
      const path = join(place, RUN_FILES.metrics);
      if (!isNew) await truncate(path, bytes);
      return new RunFiles(folder, { place, metrics: await open(path, "a"), earlier: earlier?.steps ?? 0 });
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
    const bytes = await readSteps(path, { steps: metrics.step - 1, onStep: () => {} });
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

interface OpenFiles {
  readonly place: string;
  readonly metrics: FileHandle;
  readonly earlier: number;
}

/** Reads the first lines of `metrics.jsonl`, and says how many bytes they take. */
async function readSteps(path: string, { steps, onStep }: EarlierSteps): Promise<number> {
  let [found, bytes] = [0, 0];
  try {
    for await (const { text, end } of readLines(path)) {
      const metrics = found < steps ? parseStep(text, found + 1) : undefined;
      if (!metrics) break;
      onStep(metrics);
      found++;
      bytes = end;
    }
  } catch (error) {
    throw new DataError(`cannot read ${path}: ${reasonOf(error)}`);
  }
  if (found < steps) {
    throw new DataError(`${path} does not have each of the ${steps} steps before the checkpoint`);
  }
  return bytes;
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
