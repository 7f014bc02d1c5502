import { setImmediate as nextTurn } from "node:timers/promises";
import { predictConvolutionalMoments, zeroPaddingFactor } from "../analytic/convolution.js";
import { compareWithTheory } from "../compare/comparison.js";
import { slopeAgainstBlock } from "../compare/slope.js";
import { meanWithError, summarizeSeries } from "../compare/summary.js";
import { judge } from "../compare/verdict.js";
import type { ConvolutionalSampleDocument } from "../network/documents.js";
import { requireInteger } from "../network/domain.js";
import { InvalidArgumentError } from "../network/errors.js";
import { fillNormal } from "../random/normal.js";
import { openStream } from "../random/stream.js";
import { startTensors, tf } from "../tensor/backend.js";
import { type BatchStatistics, batchStatistics } from "./batch-statistics.js";
import { requireFits } from "./options.js";

export interface ConvolutionalSampleOptions {
  /**
   * Images, [count, size, size, imageChannels] of mean 0 and second moment 1. Trial t takes the t-th batch of them, and
   * begins again when they run out: give trials × batch different images for trials that are independent in them too.
   */
  readonly images: Float32Array;
  readonly imageSize: number;
  /** 3 if absent. */
  readonly imageChannels?: number;
  readonly depth: number;
  /** Channels of every block; 16 if absent. */
  readonly channels?: number;
  /** Images that go through a network together; 64 if absent. */
  readonly batch?: number;
  /** Independent networks; 4 if absent. */
  readonly trials?: number;
  /** 0 if absent. */
  readonly seed?: number;
  /** The first block of the slope fits; depth/10, at least 1, if absent: the first blocks still show the images. */
  readonly slopeFrom?: number;
  /** Of the files that the images come from. */
  readonly dataChecksums?: Readonly<Record<string, string>>;
  readonly onTrial?: (done: number, trials: number) => void;
  readonly signal?: AbortSignal;
}

type Resolved = Required<Omit<ConvolutionalSampleOptions, "onTrial" | "signal" | "dataChecksums">>;

/** Statistics over batch and space, mean over channels, by block. */
interface ConvolutionalTrial {
  readonly skip: number[];
  readonly branch: number[];
  readonly skipSecondMoment: number[];
  readonly movingMeanSquared: number[];
}

const KERNEL = 3;

/**
 * Fig 4b: convolutional residual networks with BatchNorm and ReLU at initialisation, on real images: a 3×3 stem, then
 * x ← x + Conv3×3(ReLU(BN(x))) with He weights, zero padding and no downsampling. The slopes against the block of the
 * skip path's variance, second moment and squared batch mean are fitted for each trial and compared with
 * `predictConvolutionalMoments`.
 *
 * @throws InvalidArgumentError before any work starts; the signal's reason when it is aborted.
 */
export async function sampleConvolutional(
  options: ConvolutionalSampleOptions,
): Promise<ConvolutionalSampleDocument> {
  const resolved = resolve(options);
  const { depth, channels, batch, trials, seed, imageSize, slopeFrom } = resolved;
  await startTensors();
  const results: ConvolutionalTrial[] = [];
  for (let trial = 0; trial < trials; trial++) {
    results.push(await runTrial(resolved, trial, options.signal));
    options.onTrial?.(trial + 1, trials);
  }
  const predicted = meanPrediction(resolved);
  const slope = (name: "skip" | "skipSecondMoment" | "movingMeanSquared") =>
    compareWithTheory(
      meanWithError(results.map((trial) => slopeAgainstBlock(trial[name], slopeFrom))),
      slopeAgainstBlock(predicted[name], slopeFrom),
    );
  const slopes = {
    skip: slope("skip"),
    skipSecondMoment: slope("skipSecondMoment"),
    movingMeanSquared: slope("movingMeanSquared"),
  };
  const freedom = trials - 1;
  return {
    kind: "convolutional-sample",
    scheme: "batchnorm",
    depth,
    channels,
    imageSize,
    batch,
    trials,
    seed,
    skip: summarizeSeries(results.map(({ skip }) => skip)),
    branch: summarizeSeries(results.map(({ branch }) => branch)),
    skipSecondMoment: summarizeSeries(results.map(({ skipSecondMoment }) => skipSecondMoment)),
    movingMeanSquared: summarizeSeries(results.map(({ movingMeanSquared }) => movingMeanSquared)),
    slopeFrom,
    slopes,
    predicted: {
      paddingFactor: zeroPaddingFactor({ size: imageSize, kernel: KERNEL }),
      skip: predicted.skip,
      branch: predicted.branch,
      skipSecondMoment: predicted.skipSecondMoment,
      movingMeanSquared: predicted.movingMeanSquared,
    },
    dataChecksums: options.dataChecksums ?? {},
    verdict: judge({
      numbers: [
        { label: "slope of the skip variance", comparison: slopes.skip, freedom },
        { label: "slope of the second moment", comparison: slopes.skipSecondMoment, freedom },
        { label: "slope of the squared moving mean", comparison: slopes.movingMeanSquared, freedom },
      ],
      whenDifferent:
        "the prediction is for infinitely many channels and leaves out how pixels correlate, which raises the squared mean",
    }),
  };
}

/** The prediction for each batch that was used, averaged over the trials as the samples are. */
function meanPrediction(options: Resolved): ConvolutionalTrial {
  const { depth, imageSize, imageChannels, batch, trials } = options;
  const batches = Math.min(trials, batchesOf(options));
  const predictions = Array.from({ length: batches }, (_, trial) =>
    predictConvolutionalMoments({
      depth,
      size: imageSize,
      kernel: KERNEL,
      images: { data: batchOf(options, trial), count: batch, channels: imageChannels },
    }),
  );
  // Batch t is used by the trials t, t + batches, …
  const weights = predictions.map((_, t) => Math.ceil((trials - t) / batches) / trials);
  const mean = (name: keyof ConvolutionalTrial) =>
    Array.from({ length: depth }, (_, i) =>
      predictions.reduce((sum, p, t) => sum + weights[t] * p[name][i], 0),
    );
  return {
    skip: mean("skip"),
    branch: mean("branch"),
    skipSecondMoment: mean("skipSecondMoment"),
    movingMeanSquared: mean("movingMeanSquared"),
  };
}

function batchesOf({ images, batch, imageSize, imageChannels }: Resolved): number {
  return Math.floor(images.length / (batch * imageSize * imageSize * imageChannels));
}

function batchOf(options: Resolved, trial: number): Float32Array {
  const { images, batch, imageSize, imageChannels } = options;
  const numbers = batch * imageSize * imageSize * imageChannels;
  const start = (trial % batchesOf(options)) * numbers;
  return images.slice(start, start + numbers);
}

async function runTrial(
  options: Resolved,
  trial: number,
  signal: AbortSignal | undefined,
): Promise<ConvolutionalTrial> {
  const { depth, channels, batch, imageSize, imageChannels, seed } = options;
  const size = imageSize * imageSize;
  const draw = (block: number, inputs: number, gain: number) => {
    const weights = new Float32Array(KERNEL * KERNEL * inputs * channels);
    const stream = openStream({ seed, purpose: "convolution", index: [channels, trial, block] });
    fillNormal(weights, stream, Math.sqrt(gain / (KERNEL * KERNEL * inputs)));
    return weights;
  };
  const shape = { batch, size: imageSize, outputs: channels };
  const stem = draw(0, imageChannels, 1);
  const x = convolve(batchOf(options, trial), stem, { ...shape, inputs: imageChannels });
  const result: ConvolutionalTrial = { skip: [], branch: [], skipSecondMoment: [], movingMeanSquared: [] };
  const rectified = new Float32Array(x.length);
  for (let block = 1; block <= depth; block++) {
    await nextTurn();
    signal?.throwIfAborted();
    const input = batchStatistics(x, batch * size, channels);
    normalizeAndRectify(x, input, rectified);
    const branch = convolve(rectified, draw(block, channels, 2), { ...shape, inputs: channels });
    result.skip.push(input.variance);
    result.skipSecondMoment.push(input.secondMoment);
    result.movingMeanSquared.push(input.meanSquared);
    result.branch.push(batchStatistics(branch, batch * size, channels).variance);
    addInto(x, branch);
  }
  return result;
}

/** ReLU(BN(x)), channels last, without an epsilon; a channel without variance becomes 0. */
function normalizeAndRectify(x: Float32Array, statistics: BatchStatistics, target: Float32Array): void {
  const { means, variances } = statistics;
  const channels = means.length;
  const factors = variances.map((variance) => (variance > 0 ? 1 / Math.sqrt(variance) : 0));
  for (let j = 0; j < x.length; j += channels) {
    for (let c = 0; c < channels; c++) {
      const z = (x[j + c] - means[c]) * factors[c];
      target[j + c] = Math.max(z, 0);
    }
  }
}

function addInto(target: Float32Array, source: Float32Array): void {
  for (let j = 0; j < target.length; j++) target[j] += source[j];
}

interface ConvolutionShape {
  readonly batch: number;
  readonly size: number;
  readonly inputs: number;
  readonly outputs: number;
}

function convolve(x: Float32Array, weights: Float32Array, shape: ConvolutionShape): Float32Array {
  const { batch, size, inputs, outputs } = shape;
  const input = tf.tensor4d(x, [batch, size, size, inputs]);
  const kernel = tf.tensor4d(weights, [KERNEL, KERNEL, inputs, outputs]);
  const output = tf.conv2d(input, kernel, 1, "same");
  try {
    // A copy: what a backend hands out may be its own memory, and the caller adds to it in place.
    return (output.dataSync() as Float32Array).slice();
  } finally {
    tf.dispose([input, kernel, output]);
  }
}

function resolve(options: ConvolutionalSampleOptions): Resolved {
  const { images } = options;
  const depth = requireInteger("depth", options.depth, 2);
  const imageSize = requireInteger("imageSize", options.imageSize, 1);
  const imageChannels = requireInteger("imageChannels", options.imageChannels ?? 3, 1);
  const channels = requireInteger("channels", options.channels ?? 16, 1);
  const batch = requireInteger("batch", options.batch ?? 64, 2);
  requireFits("batch", batch, imageSize * imageSize * Math.max(channels, imageChannels));
  const needed = batch * imageSize * imageSize * imageChannels;
  if (images.length < needed) {
    throw new InvalidArgumentError(
      "images",
      `${images.length} numbers`,
      `at least one batch, ${needed} numbers`,
    );
  }
  return {
    images,
    imageSize,
    imageChannels,
    depth,
    channels,
    batch,
    trials: requireInteger("trials", options.trials ?? 4, 1),
    seed: requireInteger("seed", options.seed ?? 0, 0),
    slopeFrom: requireInteger(
      "slopeFrom",
      options.slopeFrom ?? Math.max(1, Math.round(depth / 10)),
      1,
      depth - 1,
    ),
  };
}
