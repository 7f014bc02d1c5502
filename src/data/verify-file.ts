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

/** What a data file must be. */
export interface ExpectedFile {
  readonly name: string;
  readonly md5: string;
  /** Any size if absent. */
  readonly bytes?: number;
}

/** What one of CIFAR-10's files must be. */
export function expectedFile({ name, md5, images }: BinaryFile): ExpectedFile {
  return { name, md5, bytes: images * RECORD_BYTES };
}

/** Reads a data file and checks its size and md5. */
export async function readVerified(directory: string, file: ExpectedFile): Promise<Verification> {
  const path = join(directory, file.name);
  try {
    const found = await stat(path);
    if (!found.isFile()) return { problem: "is not a file" };
    // The size first, so that a file that is far too large is not read at all.
    if (file.bytes !== undefined && found.size !== file.bytes) {
      return { problem: `is ${found.size} bytes, expected ${file.bytes}` };
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
    const { problem } = await readVerified(directory, expectedFile(file));
    if (problem !== undefined) problems.set(file.name, problem);
  }
  return problems;
}
