import { createHash } from "node:crypto";
import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import type { ResultDocument } from "../network/documents.js";
import { VERSION } from "../system/provenance.js";
import { makeFolder, writeFileWhole } from "../system/write-file.js";
import type { Job } from "./jobs.js";

/**
 * The documents of jobs that were finished before a validation was interrupted, in a folder of the report: the same
 * command goes on from there. A document is only found again by the same version and settings.
 */
export class FinishedJobs {
  readonly #folder: string;

  constructor(reportFolder: string) {
    this.#folder = join(reportFolder, ".unfinished");
  }

  async find(job: Job): Promise<ResultDocument | undefined> {
    try {
      return JSON.parse(await readFile(this.#fileOf(job), "utf8"));
    } catch {
      return undefined;
    }
  }

  async keep(job: Job, document: ResultDocument): Promise<void> {
    makeFolder(this.#folder);
    await writeFileWhole(this.#fileOf(job), JSON.stringify(document));
  }

  /** The report is written: nothing is left to go on from. What is not ours stays. */
  async clear(): Promise<void> {
    const names = await readdir(this.#folder).catch(() => []);
    // Those of other settings and versions too, and what a kill has left of one (writeFileWhole).
    const own = names.filter((name) => /-[0-9a-f]{16}\.json(\.[\d-]+\.tmp)?$/.test(name));
    await Promise.all(own.map((name) => rm(join(this.#folder, name), { force: true })));
    if (own.length === names.length) await rm(this.#folder, { recursive: true, force: true });
  }

  #fileOf({ name, kind, settings }: Job): string {
    const key = createHash("sha256")
      .update(JSON.stringify([VERSION, kind, settings]))
      .digest("hex");
    return join(this.#folder, `${name}-${key.slice(0, 16)}.json`);
  }
}
