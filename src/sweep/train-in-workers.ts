import type { LabelledImages } from "../data/index.js";
import type { RunDocument } from "../network/documents.js";
import { planTraining, type StepMetrics, type TrainingData, type TrainSettings } from "../train/index.js";
import { runInWorkers } from "./run-in-workers.js";

/** One run of several. */
export interface TrainingJob extends TrainSettings {
  /** A folder for metrics.jsonl and run.json. */
  readonly output?: string;
}

/** What a run reports: a step, or how far its test is. */
export type TrainProgress =
  | { readonly metrics: StepMetrics; readonly steps: number }
  | { readonly evaluated: number; readonly of: number };

export interface TrainInWorkersOptions {
  readonly jobs: readonly TrainingJob[];
  /** Shared by all jobs. */
  readonly data: TrainingData;
  readonly workers: number;
  readonly onProgress?: (progress: TrainProgress, job: number) => void;
  readonly signal?: AbortSignal;
}

/**
 * Trains several networks at once, each in a worker thread with a backend of its own. The results are those of
 * {@link train}, whatever the number of workers, and in the order of the jobs.
 *
 * @throws what {@link train} throws; bad settings of any job before the first one starts.
 */
export async function trainInWorkers(options: TrainInWorkersOptions): Promise<RunDocument[]> {
  const { jobs, workers, onProgress, signal } = options;
  for (const job of jobs) planTraining(job);
  const data: TrainingData = {
    ...options.data,
    train: shared(options.data.train),
    ...(options.data.test ? { test: shared(options.data.test) } : {}),
  };
  return runInWorkers<TrainingJob & { data: TrainingData }, RunDocument, TrainProgress>({
    module: new URL("./train-worker.js", import.meta.url),
    jobs: jobs.map((job) => ({ ...job, data })),
    workers,
    onMessage: onProgress,
    signal,
  });
}

/** The same images in memory that threads share, so that 154 MB are not copied for each. */
function shared(images: LabelledImages): LabelledImages {
  if (images.pixels.buffer instanceof SharedArrayBuffer) return images;
  const pixels = new Uint8Array(new SharedArrayBuffer(images.pixels.length));
  pixels.set(images.pixels);
  return { ...images, pixels };
}
