import { predictConvolutionalMoments, zeroPaddingFactor } from "../../analytic/maps/convolution.js";
import { slopeAgainstBlock } from "../../compare/slope.js";
import { summarizeSeries } from "../../compare/summary.js";
import { judge } from "../../compare/verdict.js";
import type { ConvolutionalSampleDocument } from "../../network/documents.js";
import { requireInteger } from "../../network/domain.js";
import { InvalidArgumentError } from "../../network/errors.js";
import { FORMAT } from "../../network/format.js";
import type { SampledNetwork } from "../../network/sampled-network.js";
import { resolveScheme } from "../../network/schemes/index.js";
import { startTensors } from "../../tensor/backend.js";
import { runTrial } from "../forward/trial.js";
import { networkOf } from "../network/resolve-network.js";
import { judgeTogether } from "./judge-sample.js";
import type { Quantity } from "./quantities.js";

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

interface Resolved
  extends Required<Omit<ConvolutionalSampleOptions, "onTrial" | "signal" | "dataChecksums">> {
  readonly network: SampledNetwork;
}

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
    results.push(await sampleTrial(resolved, trial, options.signal));
    options.onTrial?.(trial + 1, trials);
  }
  const predicted = meanPrediction(resolved);
  const slope = (
    label: string,
    name: "skip" | "skipSecondMoment" | "movingMeanSquared",
  ): Quantity<ConvolutionalTrial> => ({
    label,
    theory: slopeAgainstBlock(predicted[name], slopeFrom),
    of: (trial) => slopeAgainstBlock(trial[name], slopeFrom),
  });
  const { numbers, comparisons } = judgeTogether(
    [
      slope("slope of the skip variance", "skip"),
      slope("slope of the second moment", "skipSecondMoment"),
      slope("slope of the squared moving mean", "movingMeanSquared"),
    ],
    results,
  );
  const [skip, skipSecondMoment, movingMeanSquared] = comparisons;
  return {
    kind: "convolutional-sample",
    format: FORMAT,
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
    slopes: { skip, skipSecondMoment, movingMeanSquared },
    predicted: {
      paddingFactor: zeroPaddingFactor({ size: imageSize, kernel: KERNEL }),
      skip: predicted.skip,
      branch: predicted.branch,
      skipSecondMoment: predicted.skipSecondMoment,
      movingMeanSquared: predicted.movingMeanSquared,
    },
    dataChecksums: options.dataChecksums ?? {},
    verdict: judge({
      numbers,
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

/** One network of {@link sampleConvolutional}: the engine's convolutional ReLU network with BatchNorm. */
async function sampleTrial(
  options: Resolved,
  trial: number,
  signal: AbortSignal | undefined,
): Promise<ConvolutionalTrial> {
  const { network, seed } = options;
  const inputs = batchOf(options, trial);
  const { skip, branch, input } = await runTrial({ network, seed, trial, inputs }, { signal });
  return {
    skip: Array.from(skip.variance),
    branch: Array.from(branch.variance),
    skipSecondMoment: Array.from(skip.secondMoment),
    movingMeanSquared: Array.from(input.meanSquared),
  };
}

function resolve(options: ConvolutionalSampleOptions): Resolved {
  const { images, channels = 16, imageSize, imageChannels = 3 } = options;
  const depth = requireInteger("depth", options.depth, 2);
  const batch = requireInteger("batch", options.batch ?? 64, 1);
  const network = networkOf(resolveScheme("batchnorm"), {
    activation: "relu",
    convolutional: true,
    channels,
    imageSize,
    imageChannels,
    batch,
    depth,
  });
  const needed = batch * imageSize * imageSize * imageChannels;
  if (images.length < needed) {
    throw new InvalidArgumentError(
      "images",
      `${images.length} numbers`,
      `at least one batch, ${needed} numbers`,
    );
  }
  return {
    network,
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
