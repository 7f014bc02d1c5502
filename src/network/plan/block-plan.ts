import type { BranchActivation } from "../activations.js";
import type { ConvolutionLayerShape, DenseShape, KernelLayerShape, LayerShape } from "../layers/index.js";
import type { NormalizerName } from "../normalizers.js";

/** A normaliser, and its groups of features where it has some. */
export interface Normalization {
  readonly normalizer: NormalizerName;
  readonly groups?: number;
}

/** What stands before weights, or behind a merge: a normaliser, and an activation behind it. */
export interface Preparation extends Normalization {
  readonly activation: BranchActivation;
}

/** How the weights of a layer start. */
export interface InitialWeights {
  /** Variance of a weight times its fan-in, before `initialScale`. */
  readonly gain: number;
  /** What the weights are multiplied with when they are drawn. */
  readonly initialScale: number;
  /** Whether the weights of each output have zero mean over their fan-in. */
  readonly isStandardized: boolean;
}

export type DenseLayer = DenseShape & Preparation & InitialWeights;
export type ConvolutionLayer = ConvolutionLayerShape & Preparation & InitialWeights;

/** A linear map with a kernel. */
export type KernelLayer = KernelLayerShape & Preparation & InitialWeights;

/** A layer of weights, by its kind (src/network/layers), and what stands before it. */
export type LayerPlan = LayerShape & Preparation & InitialWeights;

/** The layers of one kind. */
export type LayerOfKind<Kind extends LayerPlan["kind"]> = Extract<LayerPlan, { readonly kind: Kind }>;

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

/** Features that leave a block. */
export function blockOutputs({ layers }: Pick<BlockPlan, "layers">): number {
  return layers[layers.length - 1].outputs;
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
