import {
  affine,
  affineRelu,
  batchNorm,
  batchNormRelu,
  channelFactors,
  groupFactors,
  groupNorm,
  type tf,
} from "../../tensor/index.js";
import { MovingStatistics } from "../moving-statistics.js";
import { constantParameter, type Parameter } from "../parameter.js";
import { frozenMap } from "./frozen.js";
import type { MapLayer } from "./layer.js";

export interface NormalizationOptions {
  /** Such as `block3.activation1`. */
  readonly name: string;
  readonly channels: number;
  readonly normalizer: "batch" | "layer" | "group";
  /** Of GroupNorm, a divisor of the channels. */
  readonly groups?: number;
  /** Whether a ReLU follows. */
  readonly rectifies: boolean;
}

/**
 * A normalisation, and the ReLU behind it. Scale 1 and shift 0 at the start, for each channel. LayerNorm and GroupNorm take
 * their statistics from each image in every mode, and have no moving averages.
 */
export function normalization(options: NormalizationOptions): MapLayer {
  const { name, channels, normalizer, groups = 1, rectifies } = options;
  const gamma = constantParameter({ name: `${name}.gamma`, kind: "scale", shape: [channels], value: 1 });
  const beta = constantParameter({ name: `${name}.beta`, kind: "shift", shape: [channels], value: 0 });
  const learned = {
    gamma: gamma.variable as tf.Tensor as tf.Tensor1D,
    beta: beta.variable as tf.Tensor as tf.Tensor1D,
  };
  const parameters = [gamma, beta];
  switch (normalizer) {
    case "batch":
      return batchNormalization({ name, channels, parameters, learned, rectifies });
    case "layer":
    case "group":
      return imageNormalization({ parameters, learned, groups, rectifies });
  }
}

/** LayerNorm, whose group is all channels, and GroupNorm. */
function imageNormalization({ parameters, learned, groups, rectifies }: ImageOptions): MapLayer {
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

interface Learned {
  readonly parameters: readonly Parameter[];
  readonly learned: { readonly gamma: tf.Tensor1D; readonly beta: tf.Tensor1D };
}

type ImageOptions = Learned & Required<Pick<NormalizationOptions, "groups" | "rectifies">>;
type BatchOptions = Learned & Pick<NormalizationOptions, "name" | "channels" | "rectifies">;

function batchNormalization({ name, channels, parameters, learned, rectifies }: BatchOptions): MapLayer {
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
