import { appendFileSync, readFileSync, statSync } from "node:fs";
import { OutputError } from "../../network/errors.js";
import { reasonOf, writeFileWhole } from "../../system/write-file.js";

/** Bytes of a log that an attempt adds at most, and that are kept of earlier ones. */
const MOST = 2 ** 16;

/** What the attempts at a job have said. */
export class JobLog {
  /** The last line. */
  last = "";
  readonly #path: string;
  #left = MOST;
  #isCut = false;

  private constructor(path: string) {
    this.#path = path;
  }

  /** Begins an attempt's part. @throws OutputError where it cannot be written. */
  static async open(path: string, header: string): Promise<JobLog> {
    if (sizeOf(path) > 4 * MOST) {
      await writeFileWhole(path, readFileSync(path).subarray(-MOST));
    }
    try {
      appendFileSync(path, `${header}\n`);
    } catch (error) {
      throw new OutputError(`cannot write ${path}: ${reasonOf(error)}`);
    }
    return new JobLog(path);
  }

  add(line: string): void {
    if (line.trim() === "") return;
    this.last = line;
    this.#isCut = Buffer.byteLength(line) >= this.#left;
    if (!this.#isCut) this.#append(line);
  }

  /** Of what was too much, the last line is kept. */
  close(): void {
    if (this.#isCut) this.#append(`…\n${this.last.slice(0, 1000)}`);
  }

  #append(line: string): void {
    this.#left -= Buffer.byteLength(line) + 1;
    try {
      appendFileSync(this.#path, `${line}\n`);
    } catch {
      // It is for a person: the work, which needs the same disk, will say what is wrong.
    }
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
