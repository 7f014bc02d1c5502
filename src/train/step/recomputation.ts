import { differentiable, type LossAndGradients, lossAndGradients, share, tf } from "../../tensor/index.js";
import type { Draw, Mode, Pass } from "../network/layers/index.js";
import type { Network } from "../network/network.js";
import { applyPieces, type Piece } from "../network/piece.js";

export interface RecomputationOptions {
  readonly network: Network;
  /** NHWC, three channels. */
  readonly images: tf.Tensor4D;
  readonly lossOf: (logits: tf.Tensor2D) => tf.Scalar;
  /** Residual blocks N a segment; absent: all blocks are one segment, and nothing is recomputed. */
  readonly segment?: number;
  /** What random layers are keyed by. */
  readonly draw?: Draw;
  /** `train` if absent. */
  readonly mode?: Exclude<Mode, "evaluate">;
}

/**
 * The loss of a network, in mode `train` unless it is told otherwise, and its gradients by the network's parameters, in bounded memory: a forward
 * pass keeps only what enters each segment of N blocks; then, from the last segment to the first, the segment's forward
 * pass is done again, recorded, and differentiated (Chen et al. 2016, "Training deep nets with sublinear memory cost").
 * A forward pass more for memory of d/N activations and N blocks' tape instead of d blocks' tape.
 *
 * The operations are the same on the same numbers in the same order, so the gradients are equal bit for bit to those
 * without recomputation. The caller disposes of the results.
 */
export function gradientsInSegments(options: RecomputationOptions): LossAndGradients {
  const { network, images, lossOf, segment = network.plan.depth, draw, mode = "train" } = options;
  const pass: Pass = { mode, draw };
  const segments = segmentsOf(network.pieces, segment);
  // What enters each segment; the images belong to the caller.
  const inputs: tf.Tensor[] = [images];
  let gradientOfOutput: tf.Tensor | undefined;
  const gradients: tf.Tensor[][] = [];
  let loss: tf.Scalar | undefined;
  try {
    for (const pieces of segments.slice(0, -1)) {
      inputs.push(applyPieces({ pieces, input: inputs[inputs.length - 1], pass }));
    }
    for (let s = segments.length - 1; s >= 0; s--) {
      const dy = gradientOfOutput;
      const found = differentiate({
        pieces: segments[s],
        input: inputs[s],
        pass,
        isFirst: s === 0,
        end: dy === undefined ? (y) => lossOf(y as tf.Tensor2D) : (y) => throughScalar(y, dy),
      });
      gradients.unshift([...found.gradients]);
      if (loss === undefined) loss = found.loss;
      else found.loss.dispose();
      gradientOfOutput?.dispose();
      gradientOfOutput = found.gradientOfInput;
      if (s > 0) inputs.pop()?.dispose();
    }
    return { loss: loss!, gradients: gradients.flat() };
  } catch (error) {
    tf.dispose([...gradients.flat(), ...inputs.slice(1)]);
    loss?.dispose();
    gradientOfOutput?.dispose();
    throw error;
  }
}

/** N blocks each; the first convolution goes with the first segment, the classifier with the last. */
function segmentsOf(pieces: readonly Piece[], blocks: number): Piece[][] {
  const [stem, head] = [pieces[0], pieces[pieces.length - 1]];
  const inner = pieces.slice(1, -1);
  const count = Math.ceil(inner.length / blocks);
  return Array.from({ length: count }, (_, index) => [
    ...(index === 0 ? [stem] : []),
    ...inner.slice(index * blocks, (index + 1) * blocks),
    ...(index === count - 1 ? [head] : []),
  ]);
}

interface SegmentOptions {
  readonly pieces: readonly Piece[];
  readonly input: tf.Tensor;
  readonly pass: Pass;
  /** The input is the images, whose gradient nobody needs. */
  readonly isFirst: boolean;
  /** From the segment's output to a scalar. */
  readonly end: (y: tf.Tensor) => tf.Scalar;
}

function differentiate({ pieces, input, pass, isFirst, end }: SegmentOptions) {
  const variables = pieces.flatMap(({ parameters }) => parameters.map(({ variable }) => variable));
  if (isFirst) {
    const found = lossAndGradients(() => end(applyPieces({ pieces, input, pass })), variables);
    return { ...found, gradientOfInput: undefined };
  }
  // As a variable the segment's input gets a gradient of its own; it shares the memory.
  const entering = tf.variable(input, true);
  try {
    const { loss, gradients } = lossAndGradients(
      () => end(applyPieces({ pieces, input: entering, pass })),
      [...variables, entering],
    );
    return { loss, gradients: gradients.slice(0, -1), gradientOfInput: gradients[gradients.length - 1] };
  } finally {
    entering.dispose();
  }
}

/** A scalar whose gradient by `y` is `dy`: where the backward pass of the next segment ended. */
function throughScalar(y: tf.Tensor, dy: tf.Tensor): tf.Scalar {
  return differentiable({ inputs: [y], forward: () => tf.scalar(0), backward: () => [share(dy)] });
}
