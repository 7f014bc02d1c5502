import { channelScale, type tf } from "../../../tensor/index.js";
import { constantParameter } from "../parameter.js";
import { frozenLinear } from "./frozen.js";
import type { MapLayer } from "./layer.js";

export interface ChannelFactorsOptions {
  readonly name: string;
  readonly channels: number;
  /** At the start. */
  readonly value: number;
}

/** A learned factor for each channel (LayerScale). */
export function channelFactors({ name, channels, value }: ChannelFactorsOptions): MapLayer {
  const factors = constantParameter({ name, kind: "alpha", shape: [channels], value });
  const scaled = (x: tf.Tensor4D) => channelScale({ x, scale: factors.variable as tf.Tensor as tf.Tensor1D });
  return { parameters: [factors], apply: scaled, freeze: (x) => frozenLinear(scaled(x), scaled) };
}
