import type { MeasuredBlock } from "../../network/documents.js";
import { channelStatistics, tf } from "../../tensor/index.js";
import { labelOf } from "../network/block-label.js";
import type { Network } from "../network/network.js";

export interface MeasureProfileOptions {
  readonly network: Network;
  /** NHWC, [B, s, s, 3]. */
  readonly images: Float32Array;
  readonly shape: readonly [number, number, number, number];
  /** Called with the logits of the batch. */
  readonly onLogits?: (logits: Float32Array) => void;
}

/**
 * Measures a network's variance profile on one batch, with the batch's own statistics: for each block the variance of
 * the scaled skip path and of the scaled branch, over batch and space, averaged over channels. Not a number or infinite
 * where the signal has left the range of float32.
 *
 * Changes nothing in the network.
 */
export function measureProfile({ network, images, shape, onLogits }: MeasureProfileOptions): MeasuredBlock[] {
  const measured: MeasuredBlock[] = [];
  tf.tidy(() => {
    const logits = network.forward({
      images: tf.tensor4d(images, shape as [number, number, number, number]),
      mode: "measure",
      onBlock: ({ at, skip, branch, scales, learned }) => {
        measured.push({
          ...labelOf(at),
          skip: pathMoments(skip, scales.skip).variance,
          branch: pathMoments(branch, scales.branch).variance,
          ...(learned ? { alpha: scales.branch } : {}),
        });
      },
    });
    onLogits?.(logits.dataSync<"float32">());
  });
  return measured;
}

/** Of a path behind its scale: over batch and space, averaged over channels. */
export interface PathMoments {
  readonly variance: number;
  readonly meanSquared: number;
}

/** @param x before its scale, NHWC. */
export function pathMoments(x: tf.Tensor4D, scale: number): PathMoments {
  const { mean, variance } = channelStatistics(x);
  const average = (values: Float32Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
  return {
    variance: scale ** 2 * average(variance),
    meanSquared: scale ** 2 * average(mean.map((value) => value ** 2)),
  };
}
