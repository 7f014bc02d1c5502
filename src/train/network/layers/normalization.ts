import { statisticsOf } from "../../../network/normalizers.js";
import type { Normalization } from "../../../network/plan/index.js";
import {
  affine,
  affineRelu,
  batchNorm,
  batchNormRelu,
  channelFactors,
  groupFactors,
  groupNorm,
  type tf,
} from "../../../tensor/index.js";
import { MovingStatistics } from "../moving-statistics.js";
import { constantParameter } from "../parameter.js";
import { frozenMap } from "./frozen.js";
import type { MapLayer } from "./layer.js";

export interface NormalizationOptions {
  /** Such as `block3.activation1`. */
  readonly name: string;
  readonly channels: number;
  /** Its groups are a divisor of the channels. */
  readonly normalization: Normalization;
  /** Whether a ReLU follows. */
  readonly rectifies: boolean;
}

/**
 * A normalisation, and the ReLU behind it. Scale 1 and shift 0 at the start, for each channel. LayerNorm and GroupNorm take
 * their statistics from each image in every mode, and have no moving averages.
 *
 * @returns undefined where nothing takes statistics of what it is given: the weights divide by an expected deviation.
 */
export function normalization(options: NormalizationOptions): MapLayer | undefined {
  const { normalizer, groups = 1 } = options.normalization;
  switch (statisticsOf(normalizer)) {
    case "batch":
      return batchNormalization(options);
    case "input":
      return imageNormalization(options, 1);
    case "groups":
      return imageNormalization(options, groups);
    case "predicted":
    case "none":
      return undefined;
  }
}

function learnedOf({ name, channels }: NormalizationOptions) {
  const gamma = constantParameter({ name: `${name}.gamma`, kind: "scale", shape: [channels], value: 1 });
  const beta = constantParameter({ name: `${name}.beta`, kind: "shift", shape: [channels], value: 0 });
  const learned = {
    gamma: gamma.variable as tf.Tensor as tf.Tensor1D,
    beta: beta.variable as tf.Tensor as tf.Tensor1D,
  };
  return { parameters: [gamma, beta], learned };
}

/** LayerNorm, whose group is all channels, and GroupNorm. */
function imageNormalization(options: NormalizationOptions, groups: number): MapLayer {
  const { rectifies } = options;
  const { parameters, learned } = learnedOf(options);
  const normalized = (x: tf.Tensor4D) => groupNorm({ x, ...learned, groups, rectifies });
  return {
    parameters,
    apply: normalized,
    freeze: (x) => {
      const output = normalized(x);
      const factors = groupFactors({ x, gamma: learned.gamma, groups });
      return frozenMap(output, { rectified: output, factors, rectifies, centring: { groups } });
    },
  };
}

function batchNormalization(options: NormalizationOptions): MapLayer {
  const { name, channels, rectifies } = options;
  const { parameters, learned } = learnedOf(options);
  const statistics = new MovingStatistics(name, channels);
  const [withBatch, withAverages] = rectifies ? [batchNormRelu, affineRelu] : [batchNorm, affine];
  return {
    parameters,
    statistics,
    apply: (x, { mode }) => {
      if (mode === "evaluate") return withAverages({ x, ...learned, statistics: statistics.moving });
      const normalized = withBatch({ x, ...learned });
      if (mode === "train") statistics.latest = normalized.statistics;
      return normalized.y;
    },
    freeze: (x) => {
      const { y, statistics: found } = withBatch({ x, ...learned });
      const factors = channelFactors(learned.gamma, found.variance);
      return frozenMap(y, { rectified: y, factors, rectifies, centring: "channel" });
    },
  };
}
