import type { ResidualArchitecture } from "./architecture.js";
import type { NetworkPlan } from "./plan/index.js";
import type { ResidualScheme } from "./schemes/index.js";
import type { NetworkChoices } from "./settings/network-choices.js";

export {
  type GainName,
  type NetworkChoiceSettings,
  type NetworkChoices,
  NORMALIZER_POSITIONS,
  type NormalizerPosition,
  WEIGHT_KINDS,
  type WeightKind,
} from "./settings/network-choices.js";

/** The tensors between the blocks: [batch, width], or [batch, size, size, channels]. */
export type NetworkShape =
  | { readonly kind: "dense"; readonly width: number; readonly inputDimension: number }
  | {
      readonly kind: "convolution";
      readonly channels: number;
      /** Side of the square maps; 3×3 kernels, zero padding. */
      readonly size: number;
      readonly imageChannels: number;
    };

/**
 * A residual network at initialisation: what the sampler draws and what the theory predicts. `networkOf` makes it; its plan follows
 * from the rest, so that another choice needs another network.
 */
export interface SampledNetwork extends NetworkChoices {
  readonly scheme: ResidualScheme;
  readonly shape: NetworkShape;
  /** The stages and transition blocks of a real network; one stage of `depth` equal blocks if absent. */
  readonly architecture?: ResidualArchitecture;
  /** What follows from all of these: what its blocks compute. */
  readonly plan: NetworkPlan;
  /** Residual blocks. */
  readonly depth: number;
  /** s_0, the variance of what enters block 1 (of maps, but for zero padding); 1 if absent. */
  readonly inputVariance?: number;
  /** Inputs that go through together. Infinity for the theory alone: so many that their number does not matter. */
  readonly batch: number;
}
