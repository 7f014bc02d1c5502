import { availableParallelism } from "node:os";
import type { FetchCifar10Options } from "../data/fetch-cifar10.js";
import type { LabelledImages } from "../data/labelled-images.js";
import { loadCifar10 } from "../data/load-cifar10.js";
import type { EvidenceDocument, ValidationDocument } from "../network/documents.js";
import { FORMAT, VALIDATION_FORMAT } from "../network/format.js";
import { runInWorkers } from "../pool/run-in-workers.js";
import { Lock } from "../system/lock.js";
import { startProvenance } from "../system/provenance.js";
import { requireWritableFolder } from "../system/write-file.js";
import { shareKernels } from "../tensor/kernels/index.js";
import { claim97Percent, predict97Percent } from "./claim-97-percent.js";
import { claimFigure4a } from "./figure-4a.js";
import { claimFigure4b } from "./figure-4b.js";
import { FinishedJobs } from "./finished-jobs.js";
import { documentOf, type Job, type JobData } from "./jobs.js";
import { claimPathShares } from "./path-shares.js";
import { pathSharesNames, planJobs } from "./plan.js";
import { claimTable2, TABLE_2_RUNS } from "./table-2.js";
import type { JobProgress } from "./worker.js";
import { requireNoForeignFiles, writeReport } from "./write-report.js";

export interface ValidateOptions {
  /** The folder of the report; finished pieces of an interrupted run are kept in it. */
  readonly output: string;
  /** Fewer trials and steps; the report says so. */
  readonly quick?: boolean;
  /** 0 if absent. */
  readonly seed?: number;
  /** Threads; as many as there are cores if absent. The results do not depend on it. */
  readonly workers?: number;
  /** Where CIFAR-10 comes from. */
  readonly data?: Pick<FetchCifar10Options, "directory" | "from">;
  /** Take `output` from a run on another machine, of which nobody can say from here whether it goes on. */
  readonly breakLock?: boolean;
  readonly log?: (line: string) => void;
  /** How far everything is, from 0 to 1, and what is going on. */
  readonly onProgress?: (fraction: number, activity: string) => void;
  readonly signal?: AbortSignal;
}

/** The share of the progress that fetching the data takes. */
const DATA_SHARE = 0.05;

/**
 * Validates the claims of De & Smith 2020: computes, samples, trains on real CIFAR-10, concludes, and writes the
 * report: index.html, report.json, and every picture as .vl.json, .svg and .png.
 *
 * An interrupted run, started again with the same settings, goes on with the pieces that it had not finished. A report that
 * is in the folder already is replaced, once there is the new one, and nothing else.
 *
 * @throws DataError when CIFAR-10 cannot be had; before any work OutputError when the folder cannot be written to,
 * OverwriteError when it has other files of the report's names, LockedError when another process validates into it.
 */
export async function validate(options: ValidateOptions): Promise<ValidationDocument> {
  const { output } = options;
  await requireWritableFolder(output);
  const lock = await Lock.ofFolder(output, options);
  try {
    await requireNoForeignFiles(output);
    return await validateInto(output, options);
  } finally {
    lock.release();
  }
}

/** Validates in a folder that is this run's alone. */
async function validateInto(output: string, options: ValidateOptions): Promise<ValidationDocument> {
  const { quick = false, seed = 0, workers = availableParallelism(), onProgress, signal } = options;
  const finish = startProvenance({ command: "validate", quick, seed, out: output });
  const cifar10 = await loadCifar10({
    ...options.data,
    log: options.log,
    onProgress: (fraction, activity) => onProgress?.(DATA_SHARE * fraction, activity),
    signal,
  });
  const data: JobData = {
    train: shared(cifar10.train!),
    test: shared(cifar10.test!),
    checksums: cifar10.checksums,
  };
  const finished = new FinishedJobs(output);
  const computed = await runJobs({
    jobs: planJobs({ quick, seed }),
    data,
    workers,
    finished,
    onProgress: (fraction, activity) => onProgress?.(DATA_SHARE + (0.97 - DATA_SHARE) * fraction, activity),
    signal,
  });

  onProgress?.(0.97, "drawing");
  const documents: Record<string, EvidenceDocument> = {
    "path-lengths": predict97Percent(0),
    "path-lengths-unit-input": predict97Percent(1),
    ...computed,
    "table-2": {
      kind: "trainability",
      format: FORMAT,
      runs: TABLE_2_RUNS.map(({ name }) => documentOf(computed, `table-2-${name}`, "run")),
    },
  };
  for (const { name } of TABLE_2_RUNS) delete documents[`table-2-${name}`];
  const document = conclude(documents, { quick, seed });
  const complete = { ...document, provenance: finish("wasm") };
  await writeReport(complete, output);
  await finished.clear();
  onProgress?.(1, "done");
  return complete;
}

/** The claims that follow from the documents: a pure function of them. */
export function conclude(
  documents: Readonly<Record<string, EvidenceDocument>>,
  { quick, seed }: { readonly quick: boolean; readonly seed: number },
): ValidationDocument {
  const ofKind = <Kind extends EvidenceDocument["kind"]>(name: string, kind: Kind) =>
    documentOf(documents, name, kind);
  return {
    kind: "validation",
    format: VALIDATION_FORMAT,
    quick,
    seed,
    claims: [
      claim97Percent(
        ofKind("path-lengths", "path-lengths"),
        ofKind("path-lengths-unit-input", "path-lengths"),
      ),
      claimFigure4a(ofKind("figure-4a", "sample")),
      claimPathShares(pathSharesNames({ quick }).map((name) => ofKind(name, "sample"))),
      claimFigure4b(ofKind("figure-4b", "variance-sample")),
      claimTable2(ofKind("table-2", "trainability")),
    ],
    documents,
  };
}

interface RunJobsOptions {
  readonly jobs: readonly Job[];
  readonly data: JobData;
  readonly workers: number;
  readonly finished: FinishedJobs;
  readonly onProgress: (fraction: number, activity: string) => void;
  readonly signal?: AbortSignal;
}

/** Does the jobs that are not finished yet on worker threads; the documents by the names of their jobs. */
async function runJobs(options: RunJobsOptions): Promise<Record<string, EvidenceDocument>> {
  const { jobs, data, workers, finished, onProgress, signal } = options;
  const documents: Record<string, EvidenceDocument> = {};
  const done = new Map<string, number>();
  const total = jobs.reduce((sum, job) => sum + job.estimatedSeconds, 0);
  const advance = (job: Job, fraction: number) => {
    done.set(job.name, fraction * job.estimatedSeconds);
    onProgress([...done.values()].reduce((sum, seconds) => sum + seconds, 0) / total, job.name);
  };
  const open: Job[] = [];
  for (const job of jobs) {
    const document = await finished.find(job);
    if (!document) open.push(job);
    else {
      documents[job.name] = document;
      advance(job, 1);
    }
  }
  if (open.length > 0) shareKernels();
  await runInWorkers<{ job: Job; data: JobData }, EvidenceDocument, JobProgress>({
    module: new URL("./worker.js", import.meta.url),
    jobs: open.map((job) => ({ job, data })),
    workers,
    onMessage: ({ fraction }, index) => advance(open[index], fraction),
    onResult: async (document, index) => {
      documents[open[index].name] = document;
      advance(open[index], 1);
      await finished.keep(open[index], document);
    },
    signal,
  });
  // In the order of the plan, whatever the order of the work.
  return Object.fromEntries(jobs.map(({ name }) => [name, documents[name]]));
}

/** The same images in memory that threads share, so that 184 MB are not copied for each. */
function shared(images: LabelledImages): LabelledImages {
  const pixels = new Uint8Array(new SharedArrayBuffer(images.pixels.length));
  pixels.set(images.pixels);
  return { ...images, pixels };
}
