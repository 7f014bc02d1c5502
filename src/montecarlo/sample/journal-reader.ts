import type { FileHandle } from "node:fs/promises";

/** Bytes that are read at once. */
const CHUNK = 2 ** 18;
const LINE_BREAK = 10;

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
