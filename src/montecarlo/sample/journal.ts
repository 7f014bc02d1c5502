import { type FileHandle, open, readFile } from "node:fs/promises";
import { InvalidArgumentError, OutputError } from "../../network/errors.js";
import { FORMAT, newerFormat } from "../../network/format.js";
import { parseJsonIfAny } from "../../network/parse-json.js";
import { shown, shownName } from "../../network/shown.js";
import { reasonOf } from "../../system/write-file.js";
import { recordOfLine } from "./journal-lines.js";
import { encodeRecord } from "./record-codec.js";

/** Everything that determines the trials, as plain JSON, by what each thing is called in a complaint. */
export type JournalHeader = Readonly<Record<string, unknown>>;

/** The journal could not be written. What is in it stays, and the same command goes on from there. */
export class JournalError extends OutputError {
  override readonly exitCode = 2;
}

export interface JournalOptions {
  readonly path: string;
  readonly header: JournalHeader;
}

/** Told apart from any other file of JSON Lines. */
const KIND = "respath-journal";

/**
 * The trials of a run on disk: JSON Lines, a header with everything that determines them, then one line a trial, each
 * written at once and synchronised. A run that was killed in the middle of a line finds all lines before it again.
 */
export class Journal<TrialRecord> {
  /** Those found on disk: trials 0, 1, … */
  readonly records: readonly TrialRecord[];
  readonly #path: string;
  readonly #file: FileHandle;
  #length: number;

  private constructor(path: string, file: FileHandle, found: Found<TrialRecord>) {
    this.#path = path;
    this.#file = file;
    this.#length = found.length;
    this.records = found.records;
  }

  /**
   * Opens the journal at `path`, or begins it, in a folder that exists.
   *
   * @throws InvalidArgumentError when the file is something else, or the journal of other trials, naming the first thing
   * that differs. JournalError when it cannot be written.
   */
  static async open<TrialRecord>({ path, header }: JournalOptions): Promise<Journal<TrialRecord>> {
    const first = `${JSON.stringify({ kind: KIND, format: FORMAT, ...header })}\n`;
    const text = await readIfThere(path);
    const isBegun = text !== undefined && !first.startsWith(text);
    const found: Found<TrialRecord> = isBegun
      ? recordsOf(path, text, JSON.parse(first))
      : { length: 0, records: [] };
    let file: FileHandle | undefined;
    try {
      file = await open(path, text === undefined ? "wx+" : "r+");
      // Drops a line that was torn off.
      await file.truncate(found.length);
      const journal = new Journal(path, file, found);
      if (!isBegun) await journal.#write(first);
      return journal;
    } catch (error) {
      await file?.close();
      throw error instanceof JournalError
        ? error
        : new JournalError(`cannot write ${path}: ${reasonOf(error)}`);
    }
  }

  /** Adds the record of the next trial: one write and a synchronisation with the disk. */
  async append(record: TrialRecord): Promise<void> {
    await this.#write(`${encodeRecord(record)}\n`);
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  async #write(line: string): Promise<void> {
    const bytes = Buffer.from(line);
    const { size } = await this.#file.stat();
    if (size !== this.#length) {
      throw new JournalError(
        `${this.#path} was changed by something else; run the command again to go on from it`,
      );
    }
    try {
      for (let written = 0; written < bytes.length; ) {
        const { bytesWritten } = await this.#file.write(
          bytes,
          written,
          bytes.length - written,
          this.#length + written,
        );
        written += bytesWritten;
      }
      await this.#file.datasync();
    } catch (error) {
      // A part of a line would be dropped on reading too; without it the file is whole at once.
      await this.#file.truncate(this.#length).catch(() => {});
      throw new JournalError(
        `cannot write ${this.#path}: ${reasonOf(error)}; the networks in it are kept, and the same command goes on from there`,
      );
    }
    this.#length += bytes.length;
  }
}

interface Found<TrialRecord> {
  /** Bytes of the header and the whole lines. */
  readonly length: number;
  readonly records: readonly TrialRecord[];
}

/** The file's text, or undefined when there is none. */
async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new JournalError(`cannot read ${path}: ${reasonOf(error)}`);
  }
}

function recordsOf<TrialRecord>(path: string, text: string, header: JournalHeader): Found<TrialRecord> {
  // What follows the last line break is a line that was torn off.
  const lines = text.split("\n").slice(0, -1);
  requireSameHeader(path, lines[0] ?? text, header);
  const records = lines.slice(1).map((line, trial) => {
    const record = recordOfLine(line, { trial, header });
    if (record) return record as TrialRecord;
    throw new InvalidArgumentError("out", path, `a whole journal: its line ${trial + 2} is damaged`);
  });
  return { length: lines.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0), records };
}

function requireSameHeader(path: string, line: string, header: JournalHeader): void {
  const given = (parseJsonIfAny(line) ?? {}) as JournalHeader;
  if (given.kind !== KIND) {
    throw new InvalidArgumentError("out", path, "a new file, or a journal that this command began");
  }
  const newer = newerFormat(given);
  if (newer) throw new InvalidArgumentError("out", path, `a new file: this journal ${newer}`);
  for (const name of new Set([...Object.keys(header), ...Object.keys(given)])) {
    if (JSON.stringify(given[name]) === JSON.stringify(header[name])) continue;
    const words = (value: unknown) => (value === undefined ? "not set" : shown(value, 100));
    const difference = `its ${name.includes(" ") ? shownName(name) : `\`${shownName(name)}\``} is ${words(given[name])}, and here it is ${words(header[name])}`;
    throw new InvalidArgumentError(
      "out",
      path,
      `a new file, or a journal of the same networks (${difference})`,
    );
  }
}
