import type { MeasuredBlock } from "../network/documents.js";
import { channelStatistics, tf } from "../tensor/index.js";
import type { Network } from "./network.js";

export interface ProbeOptions {
  readonly network: Network;
  /** NHWC, [B, s, s, 3]. */
  readonly images: Float32Array;
  readonly shape: readonly [number, number, number, number];
}

/**
 * Measures a network's variance profile on one batch, with the batch's own statistics: for each block the variance of
 * the scaled skip path and of the scaled branch, over batch and space, averaged over channels. Not a number or infinite
 * where the signal has left the range of float32.
 *
 * Changes nothing in the network.
 */
export function measureProfile({ network, images, shape }: ProbeOptions): MeasuredBlock[] {
  const measured: MeasuredBlock[] = [];
  tf.tidy(() => {
    network.forward({
      images: tf.tensor4d(images, shape as [number, number, number, number]),
      mode: "measure",
      onBlock: ({ shape: { block, stage, transition }, skip, branch, scales, learned }) => {
        measured.push({
          block,
          stage,
          transition,
          skip: scales.skip ** 2 * channelVariance(skip),
          branch: scales.branch ** 2 * channelVariance(branch),
          ...(learned ? { alpha: scales.branch } : {}),
        });
      },
    });
  });
  return measured;
}

function channelVariance(x: tf.Tensor4D): number {
  const { variance } = channelStatistics(x);
  return variance.reduce((total, value) => total + value, 0) / variance.length;
}
