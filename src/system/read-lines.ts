import { type FileHandle, open } from "node:fs/promises";

/** A line of a file, without its line break. */
export interface Line {
  readonly text: string;
  /** The place in the file behind its line break, in bytes. */
  readonly end: number;
}

/** Bytes that are read at once. */
const CHUNK = 2 ** 18;
const LINE_BREAK = 10;

/**
 * The lines of a file, of which only a piece is in memory at a time. What follows the last line break is no line: it was not
 * written to its end.
 *
 * @throws what the file system says.
 */
export async function* readLines(path: string): AsyncGenerator<Line, void, void> {
  const file = await open(path);
  try {
    yield* linesFrom(file, 0);
  } finally {
    await file.close();
  }
}

/** Those of an open file from a place on. */
export async function* linesFrom(file: FileHandle, start: number): AsyncGenerator<Line, void, void> {
  // Parts of a line that is longer than what was read so far.
  let parts: Buffer[] = [];
  let end = start;
  for (let place = start; ; ) {
    const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(CHUNK), 0, CHUNK, place);
    if (bytesRead === 0) return;
    place += bytesRead;
    const chunk = buffer.subarray(0, bytesRead);
    let from = 0;
    for (let at = chunk.indexOf(LINE_BREAK); at >= 0; at = chunk.indexOf(LINE_BREAK, from)) {
      const last = chunk.subarray(from, at);
      const line = parts.length === 0 ? last : Buffer.concat([...parts, last]);
      parts = [];
      from = at + 1;
      end += line.length + 1;
      yield { text: line.toString(), end };
    }
    if (from < bytesRead) parts.push(chunk.subarray(from));
  }
}
