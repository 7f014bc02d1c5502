import { createHash } from "node:crypto";
import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { CHECKS } from "../network/checks/compiled/by-kind.js";
import { complaintOf } from "../network/checks/complaint.js";
import { inconsistencyOf } from "../network/documents/inconsistency.js";
import type { EvidenceDocument } from "../network/documents.js";
import { newerFormat } from "../network/format.js";
import { currentDocument } from "../network/older-documents.js";
import { parseJsonIfAny } from "../network/parse-json.js";
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

  /** The document of a job; undefined if there is none, or none that is whole: the job is then done again. */
  async find(job: Job): Promise<EvidenceDocument | undefined> {
    const text = await readFile(this.#fileOf(job), "utf8").catch(() => "");
    const file = parseJsonIfAny(text);
    const document = currentDocument(file) as EvidenceDocument;
    const { check } = await CHECKS[job.kind]();
    const isOfNow = formatIn(file) === formatIn(document) && !newerFormat(file);
    const isWhole = isOfNow && !complaintOf(check, document) && !inconsistencyOf(document);
    return isWhole ? document : undefined;
  }

  async keep(job: Job, document: EvidenceDocument): Promise<void> {
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

/** What a document says of its format; one of before is done again, for it lacks what claims are judged by. */
function formatIn(file: unknown): unknown {
  return (file as { readonly format?: unknown } | null | undefined)?.format;
}
