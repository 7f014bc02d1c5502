import { zeroPaddingFactor } from "../analytic/maps/convolution.js";
import type { Claim, ClaimNumber, VarianceSampleDocument } from "../network/documents.js";
import { judgedOf, judgeRows, unjudgedRow } from "./rows.js";

/** Claim 4: Fig 4b, a convolutional ReLU network with BatchNorm on real images. */
export function claimFigure4b(sample: VarianceSampleDocument): Claim {
  const { network, slopes, trials, slopeFrom = 1, curves = [] } = sample;
  const { depth, width, imageSize, batch } = network;
  if (!slopes || imageSize === undefined) throw new Error("figure 4b needs a normalised network of images");
  const { verdict, rows } = judgeRows({
    numbers: [
      judgedOf("slope of the skip path's variance", slopes.skip, trials),
      judgedOf("slope of the skip path's second moment", slopes.skipSecondMoment, trials),
      judgedOf("slope of the squared moving mean", slopes.movingMeanSquared, trials),
    ],
    curves,
    trials,
    whenDifferent:
      "the prediction, (1 − 1/π, 1 and 1/π) × the zero-padding factor, is that of infinitely many channels and uncorrelated pixels",
  });
  return {
    id: "figure-4b",
    title: "On real images the skip variance grows with a slope below 1",
    statement:
      "De & Smith 2020, Fig 4b: in a convolutional ReLU residual network with BatchNorm on CIFAR-10, the skip path's variance is proportional to the depth with a coefficient slightly below 1, and the squared moving mean of BatchNorm grows with the depth.",
    numbers: [
      ...rows,
      ...squaredMeans(sample),
      {
        label: "share of the 3×3 taps inside the map (zero padding), exact",
        value: zeroPaddingFactor({ size: imageSize, kernel: 3 }),
        notJudged: "it is no measurement, but what lowers the slopes",
      },
    ],
    verdict,
    scaledDown: [
      `${depth} blocks of ${width} channels at ${imageSize}×${imageSize}, one convolution a branch, no downsampling; batch ${batch}, ${trials} networks, each on images of its own`,
      `slopes fitted over blocks ${slopeFrom} to ${depth}`,
      "two variances have a slope below 1: over batch and space within a channel (what BatchNorm divides by), and, closer to 1, the second moment, which includes the channels' means; the paper does not state which one it plots; we use both",
      "correlations between pixels are left out of the prediction; they raise the squared moving mean by about a tenth (docs/statistics.md)",
    ],
    pictures: ["figure-4b"],
  };
}

/** Blocks, as shares of the depth, at which the squared moving mean lies far above its prediction. */
const SHOWN_AT = [0.3, 0.5];

/** The squared moving mean at single blocks, off its prediction: what its curve is judged by shows them as a part of the whole. */
function squaredMeans({
  movingMeanSquared: { mean, se },
  predicted,
  network,
  curves = [],
  trials,
}: VarianceSampleDocument): ClaimNumber[] {
  const label = "squared moving mean";
  const margin = curves.find((curve) => curve.label.startsWith(label))?.contrasts[0].margin;
  return SHOWN_AT.flatMap((share) => {
    const block = Math.round(share * network.depth);
    const expected = predicted.movingMeanSquared?.[block - 1];
    if (margin === undefined || !expected) return [];
    return unjudgedRow({
      label: `${label} at block ${block}: off its prediction`,
      comparison: { mean: mean[block - 1] / expected - 1, se: se[block - 1] / expected, theory: 0, margin },
      trials,
      notJudged: "one block of a curve that is judged as a whole",
      isRelative: true,
    });
  });
}
