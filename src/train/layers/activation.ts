import { affineRelu, batchNormRelu, relu, type tf } from "../../tensor/index.js";
import { MovingStatistics } from "../moving-statistics.js";
import { constantParameter } from "../parameter.js";
import type { MapLayer } from "./layer.js";

/** ReLU alone: the activation of a branch without a normaliser. */
export function activation(): MapLayer {
  return { parameters: [], apply: (x) => relu(x) };
}

/** Batch normalisation, then ReLU. Scale 1 and shift 0 at the start. */
export function normalizedActivation(name: string, channels: number): MapLayer {
  const gamma = constantParameter({ name: `${name}.gamma`, kind: "scale", shape: [channels], value: 1 });
  const beta = constantParameter({ name: `${name}.beta`, kind: "shift", shape: [channels], value: 0 });
  const statistics = new MovingStatistics(name, channels);
  return {
    parameters: [gamma, beta],
    statistics,
    apply: (x, { mode }) => {
      const input = {
        x,
        gamma: gamma.variable as tf.Tensor as tf.Tensor1D,
        beta: beta.variable as tf.Tensor as tf.Tensor1D,
      };
      if (mode === "evaluate") return affineRelu({ ...input, statistics: statistics.moving });
      const normalized = batchNormRelu(input);
      if (mode === "train") statistics.latest = normalized.statistics;
      return normalized.y;
    },
  };
}
