/** Byte order marks: the first bytes of a file, and the encoding they stand for. */
const MARKS: readonly (readonly [encoding: string, ...bytes: number[]])[] = [
  ["utf-8", 0xef, 0xbb, 0xbf],
  ["utf-16le", 0xff, 0xfe],
  ["utf-16be", 0xfe, 0xff],
];

/**
 * The text of a file that a user wrote: UTF-8, or UTF-16 as PowerShell's `>` and Excel's "Unicode text" write it, told by its byte
 * order mark, which is no part of the text. Without a mark, a zero byte beside the first character is UTF-16 too: no text in
 * UTF-8 begins with one.
 *
 * @example
 * ```ts
 * decodeText(Uint8Array.of(0xff, 0xfe, 0x7b, 0, 0x7d, 0)); // "{}"
 * ```
 */
export function decodeText(bytes: Uint8Array): string {
  return new TextDecoder(encodingOf(bytes)).decode(bytes);
}

/** A text without the byte order mark that decoding to UTF-8 may have left before it. */
export function withoutMark(text: string): string {
  return text.replace(/^\uFEFF/, "");
}

function encodingOf(bytes: Uint8Array): string {
  const marked = MARKS.find(([, ...mark]) => mark.every((byte, index) => bytes[index] === byte));
  if (marked) return marked[0];
  if (bytes[0] === 0 && bytes[1]) return "utf-16be";
  return bytes[0] && bytes[1] === 0 ? "utf-16le" : "utf-8";
}
