import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { reasonOf } from "../../system/write-file.js";
import { PlanError } from "../plan/plan-error.js";

/** A shard's own folder in one that all of them share: no two processes write to one folder. `index` is counted from 0. */
export function shardFolder(
  folder: string,
  { index, of }: { readonly index: number; readonly of: number },
): string {
  return join(folder, `shard-${index}-of-${of}`);
}

/** The folders of shards in a folder, by their numbers; none if it is not there. @throws PlanError when it cannot be read. */
export async function shardFolders(
  folder: string,
): Promise<readonly { readonly path: string; readonly index: number; readonly of: number }[]> {
  let names: string[];
  try {
    names = await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw new PlanError(`cannot read ${folder}: ${reasonOf(error)}`);
  }
  return names
    .flatMap((name) => {
      const [, index, of] = /^shard-(\d+)-of-(\d+)$/.exec(name) ?? [];
      return index === undefined ? [] : [{ path: join(folder, name), index: Number(index), of: Number(of) }];
    })
    .sort((a, b) => a.of - b.of || a.index - b.index);
}

/** @throws PlanError where a folder has shards of another number: their jobs would be done again. */
export async function requireSameNumber(folder: string, of: number): Promise<void> {
  const other = (await shardFolders(folder)).find((shard) => shard.of !== of);
  if (!other) return;
  throw new PlanError(
    `${folder} has shards of ${other.of}, and this is one of ${of}: give --of ${other.of}, or this one another folder`,
  );
}
