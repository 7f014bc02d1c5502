import type { BranchActivation } from "../activations.js";
import type { NormalizerName } from "../normalizers.js";

/** The shape of one linear map, before its weights are drawn. A dense layer is a 1×1 convolution of maps of one site. */
export interface LayerShape {
  /** Features of its input and of its output. */
  readonly inputs: number;
  readonly outputs: number;
  /** Side of the kernel, odd, with (kernel − 1)/2 zeros on every side; and its stride. */
  readonly kernel: number;
  readonly stride: number;
  /** Side of the maps it is given; it returns maps of side ⌈size/stride⌉. */
  readonly size: number;
}

/** A normaliser, and its groups of features where it has some. */
export interface Normalization {
  readonly normalizer: NormalizerName;
  readonly groups?: number;
}

/** What stands before weights, or behind a merge: a normaliser, and an activation behind it. */
export interface Preparation extends Normalization {
  readonly activation: BranchActivation;
}

/** A layer of weights, and what stands before it. */
interface WeightLayer extends LayerShape, Preparation {
  /** Variance of a weight times its fan-in, before `initialScale`. */
  readonly gain: number;
  /** What the weights are multiplied with when they are drawn. */
  readonly initialScale: number;
  /** Whether the weights of each output have zero mean over their fan-in. */
  readonly isStandardized: boolean;
}

export interface DenseLayer extends WeightLayer {
  readonly kind: "dense";
}

export interface ConvolutionLayer extends WeightLayer {
  readonly kind: "convolution";
}

/** A layer of a residual branch, by its kind. */
export type LayerPlan = DenseLayer | ConvolutionLayer;

/** What lies beside the branch. */
export type SkipPlan =
  | { readonly kind: "identity" }
  /** Weights behind what stands before the branch's first ones: the shape changes. */
  | { readonly kind: "projection"; readonly layer: LayerPlan }
  /** Nothing: the block is its branch. */
  | { readonly kind: "none" };

/** What a residual block computes, whatever its scales. */
export interface BlockPlan {
  /** The weight layers of the branch, in order. */
  readonly layers: readonly LayerPlan[];
  /** What normalises the branch after its last weights. */
  readonly ending: Normalization;
  readonly skip: SkipPlan;
  /** What the sum of both paths goes through. */
  readonly merge: Preparation;
  /** The streams that the block is given, added up, and those that its sum is added to; a network has stream 0 at least. */
  readonly streams: { readonly reads: readonly number[]; readonly writes: readonly number[] };
}

/** Side of the maps that a layer returns. */
export function outputSize({ size, stride }: LayerShape): number {
  return Math.ceil(size / stride);
}

/** Features that leave a block. */
export function widthOf({ layers }: Pick<BlockPlan, "layers">): number {
  return layers[layers.length - 1].outputs;
}

/** How many weights a layer has. */
export function weightsOf({ kernel, inputs, outputs }: LayerShape): number {
  return kernel ** 2 * inputs * outputs;
}

/** The weight layers of a block: those of the branch, and of the skip path where it has one. */
export function layersOf(block: Pick<BlockPlan, "layers" | "skip">): readonly LayerPlan[] {
  const projection = projectionOf(block);
  return projection ? [...block.layers, projection] : block.layers;
}

/** Whether a block reads and writes one stream, the first, as all that is computed does. */
export function hasOneStream({ streams }: Pick<BlockPlan, "streams">): boolean {
  return [streams.reads, streams.writes].every((given) => given.length === 1 && given[0] === 0);
}

export function projectionOf({ skip }: Pick<BlockPlan, "skip">): LayerPlan | undefined {
  return skip.kind === "projection" ? skip.layer : undefined;
}
