import { tf } from "../tensor/index.js";
import { type Architecture, finalWidth } from "./architecture.js";
import type { NetworkDesign } from "./design.js";
import { createHead } from "./head.js";
import type { Draw, Mode } from "./layers/index.js";
import type { MovingStatistics } from "./moving-statistics.js";
import type { Parameter } from "./parameter.js";
import { applyPieces, type BlockListener, type Piece } from "./piece.js";
import { createBlock } from "./residual-block.js";
import { createStem } from "./stem.js";

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
  /** For mode `train`: what its random layers are keyed by. */
  readonly draw?: Draw;
  readonly onBlock?: BlockListener;
}

/** A network that can be trained. Start TensorFlow.js first (`startTensors`). */
export interface Network {
  readonly architecture: Architecture;
  readonly design: NetworkDesign;
  readonly parameters: readonly Parameter[];
  /** Of the batch normalisations, in the order of the forward pass. */
  readonly statistics: readonly MovingStatistics[];
  /** Numbers that are learned. */
  readonly size: number;
  /** What the forward pass goes through: the stem, the blocks 1…d, and from the last block to the logits. */
  readonly pieces: readonly Piece[];
  /** Tensors that live as long as the network, such as the velocities of its weights; add yours. */
  readonly companions: tf.Tensor[];
  /** @returns the logits, [B, classes]. */
  forward(options: ForwardOptions): tf.Tensor2D;
  /** Frees the parameters and the companions. */
  dispose(): void;
}

/**
 * Builds a pre-activation residual network under a scheme: the stem (`createStem`); the blocks (`createBlock`); then once more
 * what stands before a weight layer, the average over space and a dense layer.
 */
export function createNetwork(options: NetworkOptions): Network {
  const { architecture, design, imageSize = architecture.imageSize, classes = 10, seed } = options;
  const { activation } = architecture;
  const blocks = architecture.blocks.map((shape) => createBlock({ shape, design, activation, seed }));
  const pieces: Piece[] = [
    createStem({ architecture, design, imageSize, seed }),
    ...blocks,
    createHead({ design, activation, width: finalWidth(architecture), classes, seed }),
  ];
  const parameters = pieces.flatMap((piece) => piece.parameters);
  const companions: tf.Tensor[] = [];
  return {
    architecture,
    design,
    parameters,
    statistics: pieces.flatMap((piece) => piece.statistics),
    size: parameters.reduce((total, { variable }) => total + variable.size, 0),
    pieces,
    companions,
    forward: ({ images, mode, draw, onBlock }) =>
      applyPieces({ pieces, input: images, pass: { mode, draw }, onBlock }) as tf.Tensor2D,
    dispose: () => {
      for (const { variable } of parameters) variable.dispose();
      tf.dispose(companions);
    },
  };
}
