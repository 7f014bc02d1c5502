import { readFile } from "node:fs/promises";
import type { SweepDocument } from "../../network/documents/sweep.js";
import { parseJsonIfAny } from "../../network/parse-json.js";
import { sweepFiles } from "../run/sweep-folder.js";

type Rungs = NonNullable<SweepDocument["rungs"]>;

/** What halving has decided in some folders, each decision once, by group and steps; undefined where there was none. */
export async function readRungs(folders: readonly string[]): Promise<Rungs | undefined> {
  const found = new Map<string, Rungs[number]>();
  for (const folder of folders) {
    const file = parseJsonIfAny(await readFile(sweepFiles.rungs(folder), "utf8").catch(() => ""));
    for (const rung of Array.isArray(file) ? (file as Rungs) : []) {
      found.set(JSON.stringify([Object.entries(rung.at), rung.steps]), rung);
    }
  }
  if (found.size === 0) return undefined;
  return [...found.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, rung]) => rung);
}
