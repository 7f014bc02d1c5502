import { globalAveragePool, tf } from "../tensor/index.js";
import { type Architecture, finalWidth, inputWidth } from "./architecture.js";
import type { NetworkDesign } from "./design.js";
import {
  activation,
  classifier,
  convolution,
  type MapLayer,
  type Mode,
  normalizedActivation,
} from "./layers/index.js";
import type { MovingStatistics } from "./moving-statistics.js";
import type { Parameter } from "./parameter.js";
import { applyPieces, type BlockListener, type Piece, pieceOf } from "./piece.js";
import { createBlock } from "./residual-block.js";

export interface NetworkOptions {
  readonly architecture: Architecture;
  readonly design: NetworkDesign;
  /** Side of the images; the architecture's usual one if absent. */
  readonly imageSize?: number;
  /** 10 if absent. */
  readonly classes?: number;
  readonly seed: number;
}

export interface ForwardOptions {
  /** NHWC, three channels. */
  readonly images: tf.Tensor4D;
  readonly mode: Mode;
  readonly onBlock?: BlockListener;
}

/** A network that can be trained. Start TensorFlow.js first (`startTensors`). */
export interface Network {
  readonly architecture: Architecture;
  readonly parameters: readonly Parameter[];
  /** Of the batch normalisations, in the order of the forward pass. */
  readonly statistics: readonly MovingStatistics[];
  /** Numbers that are learned. */
  readonly size: number;
  /** What the forward pass goes through: the first convolution, the blocks 1…d, and from the last block to the logits. */
  readonly pieces: readonly Piece[];
  /** Tensors that live as long as the network, such as the velocities of its weights; add yours. */
  readonly companions: tf.Tensor[];
  /** @returns the logits, [B, classes]. */
  forward(options: ForwardOptions): tf.Tensor2D;
  /** Frees the parameters and the companions. */
  dispose(): void;
}

/**
 * Builds a pre-activation residual network under a scheme: a first convolution; the blocks (`createBlock`); then once more
 * what stands before a weight layer, the average over space and a dense layer.
 */
export function createNetwork(options: NetworkOptions): Network {
  const { architecture, design, imageSize = architecture.imageSize, classes = 10, seed } = options;
  const activate = (name: string, channels: number): MapLayer =>
    design.normalizer === "batch" ? normalizedActivation(name, channels) : activation();
  const { kernel, stride, width } = architecture.stem;
  const stem = convolution({
    name: "stem",
    kernel,
    stride,
    inputWidth: inputWidth(architecture, imageSize),
    width,
    seed,
  });
  const blocks = architecture.blocks.map((shape, index) =>
    createBlock({
      shape,
      design: design.blocks[index],
      learnsScale: design.learnsScale,
      activate,
      seed,
    }),
  );
  const last = activate("last", finalWidth(architecture));
  const head = classifier({ inputWidth: finalWidth(architecture), classes, seed });
  const pieces: Piece[] = [
    pieceOf([stem], (x, pass) => stem.apply(x as tf.Tensor4D, pass)),
    ...blocks,
    pieceOf([last, head], (x, pass) =>
      head.apply(globalAveragePool(last.apply(x as tf.Tensor4D, pass)), pass),
    ),
  ];
  const parameters = pieces.flatMap((piece) => piece.parameters);
  const companions: tf.Tensor[] = [];
  return {
    architecture,
    parameters,
    statistics: pieces.flatMap((piece) => piece.statistics),
    size: parameters.reduce((total, { variable }) => total + variable.size, 0),
    pieces,
    companions,
    forward: ({ images, mode, onBlock }) =>
      applyPieces({ pieces, input: images, pass: { mode }, onBlock }) as tf.Tensor2D,
    dispose: () => {
      for (const { variable } of parameters) variable.dispose();
      tf.dispose(companions);
    },
  };
}
