import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { reasonOf } from "../system/write-file.js";
import { type BinaryFile, type Cifar10Layout, RECORD_BYTES } from "./cifar10-layout.js";

/** A file that is what it should be, or what is wrong with it, such as "is missing". */
export type Verification =
  | { readonly content: Uint8Array; readonly problem?: undefined }
  | { readonly content?: undefined; readonly problem: string };

/** The problem of a file that is not there. */
export const MISSING = "is missing";

/** Reads a data file and checks its size and md5. */
export async function readVerified(directory: string, file: BinaryFile): Promise<Verification> {
  const path = join(directory, file.name);
  const expectedBytes = file.images * RECORD_BYTES;
  try {
    const found = await stat(path);
    if (!found.isFile()) return { problem: "is not a file" };
    // The size first, so that a file that is far too large is not read at all.
    if (found.size !== expectedBytes) {
      return { problem: `is ${found.size} bytes, expected ${expectedBytes}` };
    }
    const content = await readFile(path);
    const md5 = createHash("md5").update(content).digest("hex");
    if (md5 !== file.md5) return { problem: `has md5 ${md5}, expected ${file.md5}` };
    return { content };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return { problem: MISSING };
    return { problem: `cannot be read: ${reasonOf(error)}` };
  }
}

/** What is wrong with the files of a folder, by name; empty for a complete copy. */
export async function findProblems(directory: string, layout: Cifar10Layout): Promise<Map<string, string>> {
  const problems = new Map<string, string>();
  for (const file of layout.files) {
    const { problem } = await readVerified(directory, file);
    if (problem !== undefined) problems.set(file.name, problem);
  }
  return problems;
}
