import { makeBatch } from "../data/batch.js";
import { shuffledOrder } from "../data/data-order.js";
import { sampleConvolutional, sampleNetworks } from "../montecarlo/index.js";
import type { EvidenceDocument } from "../network/documents.js";
import { resolveScheme } from "../network/schemes/index.js";
import { openStream } from "../random/stream.js";
import { worker } from "../sweep/worker.js";
import { train } from "../train/index.js";
import type { ConvolutionalSettings, Job, JobData } from "./jobs.js";

/** How far a job is, from 0 to 1. */
export interface JobProgress {
  readonly fraction: number;
}

/** Does one {@link Job} in a worker thread. */
export default worker<{ readonly job: Job; readonly data: JobData }, EvidenceDocument, JobProgress>(
  async ({ job, data }, { report, signal }) => {
    const onTrial = (done: number, trials: number) => report({ fraction: done / trials });
    switch (job.kind) {
      case "sample": {
        return sampleNetworks({
          ...job.settings,
          scheme: resolveScheme(job.settings.scheme),
          onTrial,
          signal,
        });
      }
      case "convolutional-sample": {
        return sampleConvolutional({
          ...job.settings,
          images: imagesFor(job.settings, data),
          dataChecksums: data.checksums,
          onTrial,
          signal,
        });
      }
      case "run": {
        return train({
          ...job.settings,
          data,
          // The last step is reported after the test that follows it.
          onStep: ({ step }, steps) => report({ fraction: step === steps ? 1 : (0.95 * step) / steps }),
          onEvaluation: (done, total) => report({ fraction: 0.95 + (0.05 * done) / total }),
          signal,
        });
      }
    }
  },
);

/** Different training images for every trial, standardised. */
function imagesFor({ batch, trials, imageSize, seed }: ConvolutionalSettings, data: JobData): Float32Array {
  const order = shuffledOrder(data.train.count, openStream({ seed, purpose: "figure-4b-images" }));
  return makeBatch(data.train, order.subarray(0, batch * trials), { imageSize });
}
