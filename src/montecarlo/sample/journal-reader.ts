import type { FileHandle } from "node:fs/promises";

/** Bytes that are read at once. */
const CHUNK = 2 ** 18;
const LINE_BREAK = 10;

export interface FileLine {
  /** Without its line break. */
  readonly text: string;
  /** With it. */
  readonly bytes: number;
}

/** The whole lines of a file from a place on, in turn; what follows the last line break is none. One chunk is in memory at a time. */
export async function* linesFrom(file: FileHandle, start: number): AsyncGenerator<FileLine, void, void> {
  // Parts of a line that is longer than what was read so far.
  let parts: Buffer[] = [];
  for (let place = start; ; ) {
    const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(CHUNK), 0, CHUNK, place);
    if (bytesRead === 0) return;
    place += bytesRead;
    const chunk = buffer.subarray(0, bytesRead);
    let from = 0;
    for (let end = chunk.indexOf(LINE_BREAK); end >= 0; end = chunk.indexOf(LINE_BREAK, from)) {
      const line = Buffer.concat([...parts, chunk.subarray(from, end)]);
      parts = [];
      from = end + 1;
      yield { text: line.toString(), bytes: line.length + 1 };
    }
    parts.push(chunk.subarray(from));
  }
}

export interface Beginning {
  readonly text: string;
  readonly bytes: number;
}

/** What a file begins with: its first line with the line break, or what there is of it within about `most` bytes. */
export async function beginningOf(file: FileHandle, most: number): Promise<Beginning> {
  const parts: Buffer[] = [];
  for (let place = 0; place < most; ) {
    const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(CHUNK), 0, CHUNK, place);
    const chunk = buffer.subarray(0, bytesRead);
    const end = chunk.indexOf(LINE_BREAK);
    parts.push(end < 0 ? chunk : chunk.subarray(0, end + 1));
    if (bytesRead === 0 || end >= 0) break;
    place += bytesRead;
  }
  const whole = Buffer.concat(parts);
  return { text: whole.toString(), bytes: whole.length };
}
