import { once } from "node:events";
import { createWriteStream, type WriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import { join, posix } from "node:path";
import { Readable } from "node:stream";
import { finished } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { Parser } from "tar";
import { DataFolderError } from "./cache.js";
import { UNPACK_LIMITS, type UnpackLimits, UnpackMeter } from "./unpack-limits.js";

/** Bytes that are unpacked at a time. */
const CHUNK = 2 ** 18;

export interface UnpackOptions {
  /** A tar archive, gzipped or not, in chunks. */
  readonly archive: AsyncIterable<Uint8Array>;
  /** Where the files go, directly in this folder whatever their folder in the archive. */
  readonly directory: string;
  /** Base names of the files to keep; all others are skipped. */
  readonly wanted: ReadonlySet<string>;
  readonly onChunk?: (chunk: Uint8Array) => void;
  readonly signal?: AbortSignal;
  /** Those of the data sets' archives if absent. */
  readonly limits?: UnpackLimits;
}

/**
 * Unpacks some files of a tar archive while it streams in, so that it is never in memory as a whole, and no further than it is
 * larger than it may be. Of an archive that is given up, no file is left.
 *
 * @throws Error when the archive is truncated, is no archive or exceeds a limit; DataFolderError when a file cannot be written.
 */
export async function unpack(options: UnpackOptions): Promise<void> {
  const { directory, wanted, limits = UNPACK_LIMITS } = options;
  const meter = new UnpackMeter(limits);
  let failed = false;
  let fail: (error: unknown) => void = () => {};
  const failure = new Promise<never>((_, reject) => {
    fail = (error) => {
      failed = true;
      reject(error);
    };
  });
  // It is awaited in races below; nobody may be waiting at the moment it happens.
  failure.catch(() => {});

  const outputs: WriteStream[] = [];
  const parser = new Parser({
    strict: true,
    onReadEntry(entry) {
      const name = posix.basename(entry.path);
      const isWanted = entry.type === "File" && wanted.has(name);
      try {
        meter.addEntry();
        if (isWanted) meter.requireFits(name, entry.size);
      } catch (error) {
        fail(error);
      }
      if (failed || !isWanted) {
        entry.resume();
        return;
      }
      const output = createWriteStream(join(directory, name));
      output.on("error", (error) => fail(new DataFolderError(directory, error)));
      outputs.push(output);
      entry.pipe(output as unknown as NodeJS.WriteStream);
    },
  });
  parser.on("error", (error: Error) => fail(error));
  const ended = new Promise<void>((resolve) => {
    parser.on("end", () => resolve());
  });

  try {
    for await (const bytes of unpacked(options, meter)) {
      meter.addUnpacked(bytes.length);
      if (!parser.write(bytes) || failed) await Promise.race([once(parser, "drain"), failure]);
    }
    parser.end();
    await Promise.race([ended, failure]);
    await Promise.race([Promise.all(outputs.map((output) => finished(output))), failure]);
  } catch (error) {
    await Promise.all(outputs.map(close));
    await Promise.all(outputs.map((output) => rm(output.path, { force: true })));
    throw error;
  }
}

/** The tar archive, decompressed where it is gzipped. */
async function* unpacked(options: UnpackOptions, meter: UnpackMeter): AsyncGenerator<Buffer> {
  const chunks = counted(options, meter);
  const { value: first } = await chunks.next();
  if (first === undefined) return;
  const all = startedWith(first, chunks);
  if (first[0] !== 0x1f || first[1] !== 0x8b) return yield* all;
  const source = Readable.from(all);
  const gunzip = createGunzip({ chunkSize: CHUNK });
  source.on("error", (error) => gunzip.destroy(error));
  try {
    yield* source.pipe(gunzip);
  } finally {
    source.destroy();
    gunzip.destroy();
  }
}

async function* counted(
  { archive, onChunk, signal }: UnpackOptions,
  meter: UnpackMeter,
): AsyncGenerator<Buffer> {
  for await (const chunk of archive) {
    signal?.throwIfAborted();
    onChunk?.(chunk);
    meter.addPacked(chunk.length);
    // fetch() gives plain Uint8Arrays, in which the parser would find no text.
    yield Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  }
}

async function* startedWith(first: Buffer, rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield first;
  yield* rest;
}

function close(output: WriteStream): Promise<void> {
  return new Promise((resolve) => {
    if (output.closed) return resolve();
    output.once("close", () => resolve());
    output.destroy();
  });
}
