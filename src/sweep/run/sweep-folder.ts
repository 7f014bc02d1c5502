import { join } from "node:path";

/**
 * The files of a sweep's folder:
 *
 *     plan.json                  the plan that it is of, and no other
 *     rungs.json                 what halving has decided, where the plan asks for it
 *     jobs/<id>/result.json      what the job has found: its document, written whole; the job is done
 *     jobs/<id>/run/             train: its --out folder, with metrics.jsonl and the checkpoint
 *     jobs/<id>/networks.jsonl   sample: its journal
 *     jobs/<id>/log.txt          what its attempts have said
 *     jobs/<id>/failed.json      { tries, exitCode, reason } after the last try; removed when it is tried again
 *     jobs/<id>/skipped.json     { reason }: a rule of the plan does without it
 */
export const sweepFiles = {
  plan: (folder: string) => join(folder, "plan.json"),
  rungs: (folder: string) => join(folder, "rungs.json"),
  jobs: (folder: string) => join(folder, "jobs"),
  job: (folder: string, id: string) => join(folder, "jobs", id),
};

/** The files of one job, in its folder. */
export const jobFiles = {
  result: (folder: string) => join(folder, "result.json"),
  run: (folder: string) => join(folder, "run"),
  networks: (folder: string) => join(folder, "networks.jsonl"),
  log: (folder: string) => join(folder, "log.txt"),
  failed: (folder: string) => join(folder, "failed.json"),
  skipped: (folder: string) => join(folder, "skipped.json"),
};
