import { makeBatch } from "../data/batch.js";
import { shuffledOrder } from "../data/data-order.js";
import { type SampledImages, sampleBlockVariances, sampleNetworks } from "../montecarlo/index.js";
import type { EvidenceDocument } from "../network/documents.js";
import { resolveScheme } from "../network/schemes/index.js";
import { worker } from "../pool/worker.js";
import { openStream } from "../random/stream.js";
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
      case "variance-sample": {
        return sampleBlockVariances({
          ...job.settings,
          scheme: resolveScheme("batchnorm"),
          activation: "relu",
          convolutional: true,
          images: imagesFor(job.settings, data),
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

/** Different training images for every trial, standardised, all of which are predicted. */
function imagesFor({ batch, trials, imageSize, seed }: ConvolutionalSettings, data: JobData): SampledImages {
  const { train, checksums } = data;
  const order = shuffledOrder(train.count, openStream({ seed, purpose: "figure-4b-images" }));
  return {
    name: "cifar10",
    checksums,
    predictedBatches: trials,
    batch: (trial) => makeBatch(train, order.subarray(trial * batch, (trial + 1) * batch), { imageSize }),
  };
}
