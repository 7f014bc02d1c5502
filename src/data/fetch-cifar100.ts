import { readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { DataError } from "../network/errors.js";
import { reasonOf } from "../system/write-file.js";
import { DataFolderError, install, withStaging } from "./cache.js";
import { type Cifar100Layout, decodeCifar100 } from "./cifar100-layout.js";
import type { FetchOptions } from "./fetch-options.js";
import { type StageOptions, stageLocal } from "./local-source.js";
import { formatSums, md5Of, SUMS_FILE } from "./md5-sums.js";
import { networkReason, officialUrl, stageOfficial } from "./official-source.js";

/**
 * Puts the files of CIFAR-100 into a folder, with a file of their md5: from `from`, or else from the official archive.
 * An archive must have the published md5, files of a folder the published form (decodeCifar100), before anything is moved
 * into the folder.
 *
 * @returns which of the two it was.
 * @throws DataError naming the source and the reason.
 */
export async function fetchCifar100(
  layout: Cifar100Layout,
  options: FetchOptions & { readonly directory: string },
): Promise<"from" | "official"> {
  const { directory, from, log = () => {}, onProgress = () => {}, signal } = options;
  signal?.throwIfAborted();
  return withStaging(directory, async (staging) => {
    const stage: StageOptions = { layout, staging, onProgress, signal };
    if (from === undefined) await download(layout, stage, options);
    else await copy(from, layout, stage);
    onProgress(0.95, "verifying");
    const names = layout.files.map(({ name }) => name);
    try {
      await writeSums(staging, layout);
    } catch (error) {
      if (error instanceof DataError) throw error;
      const source = from ?? "what was downloaded";
      throw new DataError(`${source} is not ${layout.dataSet}'s binary version: ${reasonOf(error)}`);
    }
    signal?.throwIfAborted();
    await install(staging, directory, [...names, SUMS_FILE], log);
    onProgress(1, "verified");
    return from === undefined ? "official" : "from";
  });
}

async function download(layout: Cifar100Layout, stage: StageOptions, options: FetchOptions): Promise<void> {
  const { officialUrl: url = officialUrl(layout), log = () => {}, signal } = options;
  log(`${layout.dataSet}: fetching ${url}`);
  try {
    await stageOfficial({ ...stage, url });
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof DataFolderError) throw error;
    throw new DataError(
      `${layout.dataSet} could not be fetched (${url}: ${networkReason(error)}); bring ${layout.archive} from ${officialUrl(layout)} and run: respath data cifar100 --from FILE`,
    );
  }
}

async function copy(from: string, layout: Cifar100Layout, stage: StageOptions): Promise<void> {
  const md5 = await stageLocal(resolve(from), stage);
  if (md5 !== undefined && md5 !== layout.archiveMd5) {
    throw new DataError(
      `${from} has md5 ${md5}, expected ${layout.archiveMd5}, the official ${layout.archive}'s; fetch it again`,
    );
  }
}

async function writeSums(staging: string, layout: Cifar100Layout): Promise<void> {
  const contents = new Map<string, Uint8Array>();
  for (const { name } of layout.files) {
    const content = await readFile(join(staging, name)).catch(() => undefined);
    if (content === undefined) throw new Error(`${name} is missing`);
    contents.set(name, content);
  }
  decodeCifar100(contents, layout);
  const sums = Object.fromEntries(Array.from(contents, ([name, content]) => [name, md5Of(content)]));
  try {
    await writeFile(join(staging, SUMS_FILE), formatSums(sums));
  } catch (error) {
    throw new DataFolderError(staging, error);
  }
}
