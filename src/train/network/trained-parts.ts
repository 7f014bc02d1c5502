import type { NetworkParts } from "../../network/settings/design-choices.js";

/** What a network that is trained has besides what its plan says of its start: what else it learns, and dropout. */
export interface TrainedParts extends NetworkParts {
  /**
   * What is learned of the scale of each branch, which starts as in the plan: nothing, the scalar, or instead of it a factor for
   * each channel (LayerScale).
   */
  readonly learnedScale: "none" | "scalar" | "channels";
  /** Scalars before and behind each activation that no normaliser precedes, 0 at the start (Fixup's component 4). */
  readonly activationBiases: boolean;
  /** Whether the classifier's weights start at 0 (Fixup's component 1). */
  readonly startsAtZero: boolean;
}
