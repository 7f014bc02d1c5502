import { parseScale } from "../../src/analytic/expression.js";
import { configureScheme, resolveScheme } from "../../src/analytic/index.js";
import { tf } from "../../src/tensor/index.js";
import type { Network } from "../../src/train/index.js";
import type { Pass } from "../../src/train/network/layers/index.js";
import { noise } from "./networks.js";

export const MODEL = "wrn-10-0.25";
export const SIDE = 8;
export const IMAGES = 6;
export const SHAPE = [IMAGES, SIDE, SIDE, 3] as const;

/** Stochastic depth with the survival probability of an expression. */
export const stochastic = (survival: string) =>
  configureScheme("stochastic-depth", { survival: parseScale(survival) });
export const layerscale = resolveScheme("layerscale", parseScale("0.5"));

/** For a batch of noise. */
export function logitsOf(network: Network, pass: Pass, batch = noise(IMAGES, SIDE)): Float32Array {
  return tf.tidy(() => {
    const images = tf.tensor4d(batch.images, [...SHAPE]);
    return Float32Array.from(network.forward({ images, ...pass }).dataSync<"float32">());
  });
}
