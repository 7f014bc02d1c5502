import { access, readdir } from "node:fs/promises";
import { DataError } from "../../network/errors.js";
import { jobFiles, sweepFiles } from "../../sweep/run/sweep-folder.js";
import { reasonOf } from "../../system/write-file.js";

/**
 * The ids among some that have a result in one of the folders of sweeps.
 *
 * @throws DataError for a folder that cannot be read.
 */
export async function doneJobs(
  folders: readonly string[],
  ids: ReadonlySet<string>,
): Promise<ReadonlySet<string>> {
  const done = new Set<string>();
  for (const folder of folders) {
    for (const id of await jobsIn(folder)) {
      if (!ids.has(id) || done.has(id)) continue;
      const isDone = await access(jobFiles.result(sweepFiles.job(folder, id))).then(
        () => true,
        () => false,
      );
      if (isDone) done.add(id);
    }
  }
  return done;
}

/** Of a folder in which no job has begun yet there are none. */
async function jobsIn(folder: string): Promise<readonly string[]> {
  try {
    await access(folder);
  } catch (error) {
    throw new DataError(`cannot read ${folder}: ${reasonOf(error)}`);
  }
  return readdir(sweepFiles.jobs(folder)).catch(() => []);
}
