import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** The md5 of each file of a folder, in the form that `md5sum --check` reads. */
export const SUMS_FILE = "md5sums.txt";

export function md5Of(content: Uint8Array): string {
  return createHash("md5").update(content).digest("hex");
}

export function formatSums(sums: Readonly<Record<string, string>>): string {
  return Object.entries(sums)
    .map(([name, md5]) => `${md5}  ${name}\n`)
    .join("");
}

/** The sums that a folder holds, by file; none if there is no such file. */
export async function readSums(directory: string): Promise<Readonly<Record<string, string>>> {
  const text = await readFile(join(directory, SUMS_FILE), "utf8").catch(() => "");
  const lines = text.matchAll(/^([0-9a-f]{32}) [ *](.+)$/gm);
  return Object.fromEntries(Array.from(lines, ([, md5, name]) => [name, md5]));
}
