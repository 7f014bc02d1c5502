import type { BranchActivation } from "./activations.js";
import type { ResidualArchitecture } from "./architecture.js";
import type { NormalizerName } from "./normalizers.js";
import type { ResidualScheme } from "./schemes/index.js";

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
  readonly normalizer: NormalizerName;
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
  /** Inputs that go through together. */
  readonly batch: number;
}
