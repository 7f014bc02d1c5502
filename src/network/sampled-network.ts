import type { ResidualArchitecture } from "./architecture.js";
import type { ResidualScheme } from "./scheme.js";

/** What a branch applies before each of its weight layers, after the normaliser. */
export const BRANCH_ACTIVATIONS = ["linear", "relu", "tanh", "gelu"] as const;
export type BranchActivation = (typeof BRANCH_ACTIVATIONS)[number];

/**
 * What normalises, at initialisation (scale 1, shift 0, no epsilon; what has no variance becomes 0).
 *
 * - `batch`: each feature over the batch and the positions of a map (BatchNorm).
 * - `layer`: each input over its features and positions (LayerNorm).
 * - `group`: the same in groups of consecutive features (GroupNorm).
 * - `expected`: divides by the predicted standard deviation, before weights standardised over their fan-in (NF-ResNet).
 */
export const SAMPLED_NORMALIZERS = ["none", "batch", "layer", "group", "expected"] as const;
export type SampledNormalizer = (typeof SAMPLED_NORMALIZERS)[number];

/** Where it normalises: before the activation of each weight layer of a branch, or the sum after each merge. */
export const NORMALIZER_POSITIONS = ["pre", "post"] as const;
export type NormalizerPosition = (typeof NORMALIZER_POSITIONS)[number];

export const WEIGHT_KINDS = ["gaussian", "orthogonal"] as const;
export type WeightKind = (typeof WEIGHT_KINDS)[number];

/** The tensors between the blocks: [batch, width], or [batch, size, size, channels]. */
export type NetworkShape =
  | { readonly kind: "dense"; readonly width: number; readonly inputDimension: number }
  | {
      readonly kind: "convolutional";
      readonly channels: number;
      /** Side of the square maps; 3×3 kernels, zero padding. */
      readonly size: number;
      readonly imageChannels: number;
    };

/** A residual network at initialisation: what the sampler draws and what the theory predicts. */
export interface SampledNetwork {
  readonly scheme: ResidualScheme;
  readonly activation: BranchActivation;
  readonly normalizer: SampledNormalizer;
  readonly position: NormalizerPosition;
  /** Groups of features; `group` only. */
  readonly groups?: number;
  /** Weight layers of a branch, each behind its own normaliser and activation. */
  readonly branchLayers: number;
  readonly weights: WeightKind;
  /** Variance of a weight times its fan-in: 1 LeCun, 2 He. */
  readonly gain: number;
  readonly shape: NetworkShape;
  /** The stages and transition blocks of a real network; one stage of `depth` equal blocks if absent. */
  readonly architecture?: ResidualArchitecture;
  /** Residual blocks. */
  readonly depth: number;
  /** s_0, the variance of what enters block 1 (of maps, but for zero padding); 1 if absent. */
  readonly inputVariance?: number;
  /** Inputs that go through together. Infinity for the theory alone: so many that their number does not matter. */
  readonly batch: number;
}
