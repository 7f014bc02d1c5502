import { type NetworkPlan, plannedBlocks, usualGain } from "../../network/plan/index.js";
import { tf } from "../../tensor/index.js";
import type { NetworkDesign } from "./design.js";
import { createHead } from "./head.js";
import type { Draw, Mode } from "./layers/index.js";
import type { MovingStatistics } from "./moving-statistics.js";
import type { Parameter } from "./parameter.js";
import { applyPieces, type BlockListener, type Piece } from "./piece.js";
import { createBlock } from "./residual-block.js";
import { createStem } from "./stem.js";
import { trainedScales } from "./trained-scales.js";

export interface NetworkOptions {
  readonly design: Pick<NetworkDesign, "plan" | "parts">;
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
  /** As it was built. */
  readonly plan: NetworkPlan;
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
 *
 * @throws InvalidArgumentError for a plan with what is not trained: another activation than ReLU or none, a block without a skip
 * path, or several streams.
 */
export function createNetwork({ design, classes = 10, seed }: NetworkOptions): Network {
  const { plan, parts } = design;
  const [first, last] = [plan.runs[0].block, plan.runs[plan.runs.length - 1].block];
  // Standardisation takes the scale out again: it is that of the same network without it.
  const drawnGain = usualGain(first.layers[0].activation, "none");
  const pieces: Piece[] = [
    createStem({ stem: plan.stem, bias: parts.convBiases, drawnGain, seed }),
    ...Array.from(plannedBlocks(plan), (at) =>
      createBlock({ at, scales: trainedScales(plan, at), parts, drawnGain, seed }),
    ),
    createHead({ block: last, parts, classes, seed }),
  ];
  const parameters = pieces.flatMap((piece) => piece.parameters);
  const companions: tf.Tensor[] = [];
  return {
    plan,
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
