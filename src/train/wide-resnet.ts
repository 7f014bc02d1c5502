import { globalAveragePool, tf } from "../tensor/index.js";
import type { Architecture, BlockShape } from "./architecture.js";
import {
  activation,
  classifier,
  convolution,
  type Layer,
  type Mode,
  normalizedActivation,
} from "./layers.js";
import { type Merge, mergeOf, requireTrainable, type TrainedScheme } from "./merge.js";
import type { MovingStatistics } from "./moving-statistics.js";
import type { Parameter } from "./parameter.js";

export interface WideResNetOptions {
  readonly architecture: Architecture;
  readonly scheme: TrainedScheme;
  /** 10 if absent. */
  readonly classes?: number;
  readonly seed: number;
}

/** The two paths of a block before they are scaled and merged. */
export interface BlockPaths {
  readonly shape: BlockShape;
  readonly skip: tf.Tensor4D;
  readonly branch: tf.Tensor4D;
  readonly scales: ReturnType<Merge["scales"]>;
  /** Whether the branch's factor is learned. */
  readonly learned: boolean;
}

export interface ForwardOptions {
  /** NHWC, three channels. */
  readonly images: tf.Tensor4D;
  readonly mode: Mode;
  /** Called at every block, in order; the tensors are the network's own and not to be kept or disposed of. */
  readonly onBlock?: (paths: BlockPaths) => void;
}

/** A part of a network between two tensors. */
export interface Piece {
  readonly parameters: readonly Parameter[];
  readonly statistics: readonly MovingStatistics[];
  apply(x: tf.Tensor, mode: Mode, onBlock?: ForwardOptions["onBlock"]): tf.Tensor;
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

type Step = Layer<tf.Tensor4D, tf.Tensor4D>;

/**
 * Builds a pre-activation Wide-ResNet under a residual scheme: a 3×3 convolution; blocks of
 * [BN]-ReLU-conv-[BN]-ReLU-conv; [BN]-ReLU, the average over space and a dense layer. BatchNorm is there for the scheme
 * that has it, and the scheme's scales end each block. The skip path of a transition block is a 1×1 convolution
 * of the block's first activation.
 *
 * @throws InvalidArgumentError for fixup.
 */
export function createWideResNet(options: WideResNetOptions): Network {
  const { architecture, scheme, classes = 10, seed } = options;
  requireTrainable(scheme);
  const activate = (name: string, channels: number): Step =>
    scheme.branchInput === "normalized" ? normalizedActivation(name, channels) : activation();
  const stem = convolution({ name: "stem", kernel: 3, from: 3, to: architecture.stemWidth, seed });
  const blocks = architecture.blocks.map((shape) =>
    createBlock({ shape, merge: mergeOf(scheme, shape, architecture.depth), activate, seed }),
  );
  const width = architecture.widths[2];
  const last = activate("last", width);
  const head = classifier({ from: width, classes, seed });
  const pieces: Piece[] = [
    pieceOf([stem], (x, mode) => stem.apply(x as tf.Tensor4D, mode)),
    ...blocks,
    pieceOf([last, head], (x, mode) =>
      head.apply(globalAveragePool(last.apply(x as tf.Tensor4D, mode)), mode),
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
      applyPieces({ pieces, input: images, mode, onBlock }) as tf.Tensor2D,
    dispose: () => {
      for (const { variable } of parameters) variable.dispose();
      tf.dispose(companions);
    },
  };
}

export interface ApplyOptions {
  readonly pieces: readonly Piece[];
  readonly input: tf.Tensor;
  readonly mode: Mode;
  readonly onBlock?: ForwardOptions["onBlock"];
}

/**
 * Goes through some pieces, and gives back the memory of each as soon as the next one is done: the depth does not matter
 * then. What a gradient needs is kept by the tape.
 */
export function applyPieces({ pieces, input, mode, onBlock }: ApplyOptions): tf.Tensor {
  let x = input;
  for (const piece of pieces) {
    const y = tf.tidy(() => piece.apply(x, mode, onBlock));
    if (x !== input) x.dispose();
    x = y;
  }
  return x;
}

function pieceOf(
  layers: readonly (Pick<Piece, "parameters"> & { readonly statistics?: MovingStatistics })[],
  apply: Piece["apply"],
): Piece {
  return {
    parameters: layers.flatMap((layer) => layer.parameters),
    statistics: layers.flatMap(({ statistics }) => (statistics ? [statistics] : [])),
    apply,
  };
}

interface BlockOptions {
  readonly shape: BlockShape;
  readonly merge: Merge;
  readonly activate: (name: string, channels: number) => Step;
  readonly seed: number;
}

function createBlock({ shape, merge, activate, seed }: BlockOptions): Piece {
  const { inputWidth, width, stride, transition } = shape;
  const name = `block${shape.block}`;
  const first = activate(`${name}.activation1`, inputWidth);
  const conv1 = convolution({ name: `${name}.conv1`, kernel: 3, from: inputWidth, to: width, stride, seed });
  const second = activate(`${name}.activation2`, width);
  const conv2 = convolution({ name: `${name}.conv2`, kernel: 3, from: width, to: width, seed });
  const projection = transition
    ? convolution({ name: `${name}.projection`, kernel: 1, from: inputWidth, to: width, stride, seed })
    : undefined;
  const parts = [first, conv1, second, conv2, ...(projection ? [projection] : []), merge];
  return pieceOf(parts, (input, mode, onBlock) => {
    const x = input as tf.Tensor4D;
    const activated = first.apply(x, mode);
    const skip = projection ? projection.apply(activated, mode) : x;
    const branch = conv2.apply(second.apply(conv1.apply(activated, mode), mode), mode);
    onBlock?.({ shape, skip, branch, scales: merge.scales(), learned: merge.parameters.length > 0 });
    return merge.apply(skip, branch);
  });
}
