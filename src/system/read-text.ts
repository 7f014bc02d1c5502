import { readFile } from "node:fs/promises";
import { buffer } from "node:stream/consumers";
import { decodeText } from "../network/decode-text.js";

/**
 * The text of a file that a user wrote or saved, in whatever encoding {@link decodeText} knows; `-` is standard input.
 *
 * @throws what Node throws: the caller knows the words of its option.
 */
export async function readText(path: string): Promise<string> {
  return decodeText(path === "-" ? await buffer(process.stdin) : await readFile(path));
}
