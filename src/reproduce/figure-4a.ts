import type { SampleDocument } from "../network/documents/sample/path-sample.js";
import type { Claim } from "../network/documents.js";
import { judgedOf, judgeRows } from "./rows.js";

/** Claim 2: the 1/i decay, in the setting of Fig 4a: a deep linear network with BatchNorm. */
export function claimFigure4a(sample: SampleDocument): Claim {
  const { network, trials, slopes, averages, curves = [] } = sample;
  if (!slopes || !averages) throw new Error("figure 4a needs a normalised network");
  const { depth, width, batch, inputDimension } = network;
  const { verdict, rows } = judgeRows({
    numbers: [
      judgedOf("slope of the skip path's variance against the block", slopes.skip, trials),
      judgedOf("branch variance, mean over blocks", averages.branch, trials),
      judgedOf(
        `BatchNorm's moving variance (skip path) in the last of ${depth} blocks`,
        averages.lastMovingVariance,
        trials,
      ),
    ],
    curves,
    trials,
    whenDifferent: "finite width and batch bias the variances (docs/statistics.md)",
  });
  return {
    id: "figure-4a",
    title: "The branch is 1/i of the signal: skip variance i, branch variance 1",
    statement:
      "De & Smith 2020, Fig 4a: in a deep linear fully connected residual network with BatchNorm, the variance of the skip path at block i is about i, that of the residual branch about 1, and BatchNorm's moving variance grows with the depth.",
    numbers: rows,
    verdict,
    scaledDown: [
      `width ${width} instead of 1,000`,
      `we use ${depth} blocks, batches of ${batch} and ${inputDimension}-dimensional Gaussian inputs; the theory is that of this batch`,
      `BatchNorm's moving statistics are those of one batch; ${trials} independent networks`,
    ],
    pictures: ["figure-4a"],
  };
}
