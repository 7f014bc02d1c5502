import { predictNetwork } from "../../analytic/mean-field/index.js";
import type { SampledNetwork } from "../../network/sampled-network.js";
import type { VarianceProfile } from "../../network/variance-profile.js";
import type { RecordedStatistic } from "../forward/trial-record.js";
import { averageLaw, type LengthLaw } from "./average-law.js";
import type { BlockStatisticsPrediction, PredictedSeries } from "./quantities.js";

/** What an infinitely wide network predicts, in the form that samples are compared with. */
export interface NetworkTheory {
  /** In the moment that the path lengths are counted in; where there are several batches of images, of the first. */
  readonly profile: VarianceProfile;
  /** The path lengths after a block. */
  readonly lawAfter: (block: number) => LengthLaw;
  /** The moments at some of the blocks; infinite where they are beyond float64. */
  readonly at: (blocks: Int32Array) => BlockStatisticsPrediction;
}

/**
 * The theory of a network at its batch size; `images` are batches of images that go through it, over which it is
 * averaged.
 */
export function theoryOf(network: SampledNetwork, images: readonly Float32Array[] = []): NetworkTheory {
  const { batch, plan } = network;
  const channels = plan.stem.layer.inputs;
  const predictions =
    images.length === 0
      ? [predictNetwork(network)]
      : images.map((data) => predictNetwork(network, { images: { data, count: batch, channels } }));
  const series = (path: "skip" | "branch" | "input", blocks: Int32Array): PredictedSeries => {
    const pick = (name: RecordedStatistic) =>
      Array.from(blocks, (block) => {
        const values = predictions.map(
          (prediction) => prediction[path][name][block - 1] * 2 ** prediction.exponent[block - 1],
        );
        return values.reduce((sum, value) => sum + value, 0) / values.length;
      });
    return {
      variance: pick("variance"),
      meanSquared: pick("meanSquared"),
      secondMoment: pick("secondMoment"),
      channelVariance: pick("channelVariance"),
    };
  };
  return {
    profile: predictions[0].profile,
    lawAfter: (block) => averageLaw(predictions.map(({ lawAfter }) => lawAfter(block))),
    at: (blocks) => ({
      blocks,
      skip: series("skip", blocks),
      branch: series("branch", blocks),
      input: series("input", blocks),
    }),
  };
}
