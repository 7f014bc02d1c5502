import { once } from "node:events";
import { createWriteStream, type WriteStream } from "node:fs";
import { join, posix } from "node:path";
import { finished } from "node:stream/promises";
import { Parser } from "tar";
import { DataFolderError } from "./cache.js";

export interface UnpackOptions {
  /** A tar archive, gzipped or not, in chunks. */
  readonly archive: AsyncIterable<Uint8Array>;
  /** Where the files go, directly in this folder whatever their folder in the archive. */
  readonly directory: string;
  /** Base names of the files to keep; all others are skipped. */
  readonly wanted: ReadonlySet<string>;
  readonly onChunk?: (chunk: Uint8Array) => void;
  readonly signal?: AbortSignal;
}

/**
 * Unpacks some files of a tar archive while it streams in, so that it is never in memory as a whole.
 *
 * @throws Error when the archive is truncated or is no archive; DataFolderError when a file cannot be written.
 */
export async function unpack(options: UnpackOptions): Promise<void> {
  const { archive, directory, wanted, onChunk, signal } = options;
  let fail: (error: unknown) => void = () => {};
  const failure = new Promise<never>((_, reject) => {
    fail = reject;
  });
  // It is awaited in races below; nobody may be waiting at the moment it happens.
  failure.catch(() => {});

  const outputs: WriteStream[] = [];
  const parser = new Parser({
    strict: true,
    onReadEntry(entry) {
      const name = posix.basename(entry.path);
      if (entry.type !== "File" || !wanted.has(name)) {
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
    for await (const chunk of archive) {
      signal?.throwIfAborted();
      onChunk?.(chunk);
      // fetch() gives plain Uint8Arrays, in which the parser would find no text.
      const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
      if (!parser.write(bytes)) await Promise.race([once(parser, "drain"), failure]);
    }
    parser.end();
    await Promise.race([ended, failure]);
    await Promise.race([Promise.all(outputs.map((output) => finished(output))), failure]);
  } finally {
    // After a failure some are still open, or about to be; the caller removes their folder next.
    await Promise.all(outputs.map(close));
  }
}

function close(output: WriteStream): Promise<void> {
  return new Promise((resolve) => {
    if (output.closed) return resolve();
    output.once("close", () => resolve());
    output.destroy();
  });
}
