import { open, readFile, truncate } from "node:fs/promises";
import { join } from "node:path";
import type { ProbeDocument } from "../../network/documents/probe.js";
import { DataError, OutputError } from "../../network/errors.js";
import { parseProbeLine, parseProbeLines } from "../../network/probe-lines.js";
import { reasonOf } from "../../system/write-file.js";
import { RUN_FILES } from "./run-folder.js";

/** Where the probes of a run are. */
function probePath(folder: string): string {
  return join(folder, RUN_FILES.probes);
}

/**
 * The probes of a run in a folder, `probe.jsonl`.
 *
 * @throws DataError when they cannot be read or are none.
 * @example
 * ```ts
 * // Needs CIFAR-10.
 * const probes = await readProbes("runs/skipinit");
 * probes.map(({ epoch, carried }) => [epoch, carried?.mean]);
 * ```
 */
export async function readProbes(folder: string): Promise<ProbeDocument[]> {
  const path = probePath(folder);
  return parseProbeLines(await readText(path), path);
}

/** `probe.jsonl` while a run writes it, a line for each probe. */
export class ProbeFile {
  /** The step of the last line; undefined if there is none. */
  last: number | undefined;
  readonly #placeOf: () => string;

  private constructor(placeOf: () => string, last: number | undefined) {
    this.#placeOf = placeOf;
    this.last = last;
  }

  /**
   * Begins the file, or cuts it back to the probes of a run that goes on after some steps. That of the last of these steps may be
   * missing: a run can be stopped between a step and its probe.
   *
   * @param placeOf the folder that the run's files are in at present.
   * @param steps the steps taken before, undefined for a new run.
   * @throws OutputError; DataError when the file does not have the run's first probe.
   */
  static async open(placeOf: () => string, steps: number | undefined): Promise<ProbeFile> {
    const path = probePath(placeOf());
    if (steps === undefined) return new ProbeFile(placeOf, undefined);
    const kept = await readKept(path, steps);
    try {
      await truncate(path, kept.bytes);
    } catch (error) {
      throw new OutputError(`cannot write ${path}: ${reasonOf(error)}`);
    }
    return new ProbeFile(placeOf, kept.last);
  }

  /** Returns once the probe is on the disk: a checkpoint must not be there before it. */
  async append(probe: ProbeDocument): Promise<void> {
    const path = probePath(this.#placeOf());
    try {
      // Not kept open in between: a new run's files are moved.
      const file = await open(path, "a");
      try {
        await file.appendFile(`${JSON.stringify(probe)}\n`);
        await file.sync();
      } finally {
        await file.close();
      }
    } catch (error) {
      throw new OutputError(`cannot write ${path}: ${reasonOf(error)}`);
    }
    this.last = probe.step;
  }
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    throw new DataError(`cannot read ${path}: ${reasonOf(error)}`);
  }
}

async function readKept(path: string, steps: number): Promise<{ bytes: number; last: number }> {
  let [bytes, last] = [0, -1];
  for (const line of (await readText(path)).split("\n").slice(0, -1)) {
    const step = parseProbeLine(line)?.step;
    if (step === undefined || step > steps || step <= last) break;
    bytes += Buffer.byteLength(line) + 1;
    last = step;
  }
  if (last < 0) throw new DataError(`${path} does not have the probe before the first step`);
  return { bytes, last };
}
