import { createReadStream } from "node:fs";

/** A line of a file, without its line break. */
export interface Line {
  readonly text: string;
  /** The bytes of the file up to the end of its line break. */
  readonly end: number;
}

const LINE_BREAK = 10;

/**
 * The lines of a file, of which only a piece is in memory at a time. What follows the last line break is no line: it was not
 * written to its end.
 *
 * @throws what the file system says.
 */
export async function* readLines(path: string): AsyncGenerator<Line, void, void> {
  let rest: Buffer = Buffer.alloc(0);
  let end = 0;
  for await (const read of createReadStream(path) as AsyncIterable<Buffer>) {
    const piece = rest.length === 0 ? read : Buffer.concat([rest, read]);
    let start = 0;
    for (let at = piece.indexOf(LINE_BREAK); at >= 0; at = piece.indexOf(LINE_BREAK, start)) {
      end += at + 1 - start;
      yield { text: piece.toString("utf8", start, at), end };
      start = at + 1;
    }
    rest = piece.subarray(start);
  }
}
