import { softmaxCrossEntropy, tf } from "../../tensor/index.js";
import type { Network } from "../network/network.js";
import type { LabelledBatch } from "../step/labelled-batch.js";
import { gradientsInSegments } from "../step/recomputation.js";

export interface GradientNormsOptions {
  readonly network: Network;
  readonly batch: LabelledBatch;
  /** As a training step's; 0 if absent. */
  readonly labelSmoothing?: number;
  /** Residual blocks a segment of recomputation; absent: none. */
  readonly segment?: number;
}

export interface GradientNorms {
  /** The mean cross-entropy of the batch, in nats. */
  readonly loss: number;
  /** ‖g‖ of the parameters of each piece of the network: the stem, the blocks 1…d, the head. */
  readonly norms: readonly number[];
}

/**
 * The loss of a batch and the norms of its gradients, with the batch's own statistics, without the L2 term and without anything
 * random. Nothing in the network moves.
 */
export function gradientNorms(options: GradientNormsOptions): GradientNorms {
  const { network, batch, labelSmoothing, segment } = options;
  const { labels, shape } = batch;
  const images = tf.tensor4d(batch.images, [...shape]);
  try {
    const { loss, gradients } = gradientsInSegments({
      network,
      images,
      lossOf: (logits) => softmaxCrossEntropy({ logits, labels, smoothing: labelSmoothing }).loss,
      segment,
      mode: "measure",
    });
    const squares = gradients.map((gradient) =>
      gradient.dataSync<"float32">().reduce((sum, slope) => sum + slope ** 2, 0),
    );
    const [value] = loss.dataSync();
    tf.dispose([loss, ...gradients]);
    let first = 0;
    const norms = network.pieces.map(({ parameters }) => {
      const ofPiece = squares.slice(first, first + parameters.length);
      first += parameters.length;
      return Math.sqrt(ofPiece.reduce((sum, square) => sum + square, 0));
    });
    return { loss: value, norms };
  } finally {
    images.dispose();
  }
}
