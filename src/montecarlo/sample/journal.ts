import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { InvalidArgumentError, OutputError, RespathError } from "../../network/errors.js";
import { FORMAT, newerFormat } from "../../network/format.js";
import { parseJsonIfAny } from "../../network/parse-json.js";
import { shown, shownName } from "../../network/shown.js";
import { linesFrom } from "../../system/read-lines.js";
import { reasonOf } from "../../system/write-file.js";
import { recordOfLine } from "./journal-lines.js";
import { beginningOf } from "./journal-reader.js";
import { encodeRecord } from "./record-codec.js";

/** Everything that determines the trials, as plain JSON, by what each thing is called in a complaint. */
export type JournalHeader = Readonly<Record<string, unknown>>;

/** The journal could not be written. What is in it stays, and the same command goes on from there. */
export class JournalError extends OutputError {}

export interface JournalOptions {
  readonly path: string;
  readonly header: JournalHeader;
}

/** Told apart from any other file of JSON Lines. */
const KIND = "respath-journal";
/** Bytes that a header may be longer than the one that is expected. */
const MOST_HEADER = 2 ** 20;

/**
 * The trials of a run on disk: JSON Lines, a header with everything that determines them, then one line a trial, each
 * written at once and synchronised. A run that was killed in the middle of a line finds all lines before it again.
 */
export class Journal<TrialRecord> {
  readonly #path: string;
  readonly #file: FileHandle;
  readonly #header: JournalHeader;
  /** Bytes of the header and of the whole lines that were read or written. */
  #length: number;

  private constructor(path: string, file: FileHandle, { header, length }: Opened) {
    this.#path = path;
    this.#file = file;
    this.#header = header;
    this.#length = length;
  }

  /**
   * Opens the journal at `path`, or begins it, in a folder that exists.
   *
   * @throws InvalidArgumentError when the file is something else, or the journal of other trials, naming the first thing
   * that differs. JournalError when it cannot be written.
   */
  static async open<TrialRecord>({ path, header }: JournalOptions): Promise<Journal<TrialRecord>> {
    const first = `${JSON.stringify({ kind: KIND, format: FORMAT, ...header })}\n`;
    const opened: Opened = { header: JSON.parse(first), length: 0 };
    let file: FileHandle | undefined;
    try {
      file = await open(path, constants.O_RDWR | constants.O_CREAT);
      const { text, bytes } = await beginningOf(file, MOST_HEADER + first.length);
      if (!text.endsWith("\n") && first.startsWith(text)) {
        // It is new, or was torn off within its first line.
        await file.truncate(0);
        const journal = new Journal<TrialRecord>(path, file, opened);
        await journal.#write(first);
        return journal;
      }
      requireSameHeader(path, text, opened.header);
      return new Journal(path, file, { ...opened, length: bytes });
    } catch (error) {
      await file?.close();
      throw error instanceof RespathError
        ? error
        : new JournalError(`cannot write ${path}: ${reasonOf(error)}`);
    }
  }

  /**
   * The records found on disk, of trials 0, 1, … in turn, read as they are asked for. Behind the last one a line that was torn
   * off is dropped, and records can be added.
   *
   * @throws InvalidArgumentError at a line that is damaged.
   */
  async *found(): AsyncGenerator<TrialRecord, void, void> {
    let trial = 0;
    for await (const { text, end } of linesFrom(this.#file, this.#length)) {
      const record = recordOfLine(text, { trial, header: this.#header });
      if (!record) {
        const allowed = `a whole journal: its line ${trial + 2} is damaged`;
        throw new InvalidArgumentError("out", this.#path, allowed);
      }
      trial++;
      this.#length = end;
      yield record as TrialRecord;
    }
    try {
      await this.#file.truncate(this.#length);
    } catch (error) {
      throw new JournalError(`cannot write ${this.#path}: ${reasonOf(error)}`);
    }
  }

  /** Adds the record of the next trial, behind those of {@link found}: one write and a synchronisation with the disk. */
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

interface Opened {
  /** As it is read from a file. */
  readonly header: JournalHeader;
  readonly length: number;
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
