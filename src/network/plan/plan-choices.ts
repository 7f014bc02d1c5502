import type { BranchActivation } from "../activations.js";
import type { NormalizerName } from "../normalizers.js";
import type { FixupComponent, NormPosition } from "../settings/design-choices.js";
import type { PerBlock } from "./per-block.js";

/** What of a network follows neither from its scheme nor from its shape. */
export interface PlanChoices {
  readonly activation: BranchActivation;
  /** The scheme's own if absent, as its position. */
  readonly normalizer?: NormalizerName;
  readonly position?: NormPosition;
  /** Groups of features, of a normaliser with groups. */
  readonly groups?: number;
  /** Variance of a weight times its fan-in; the usual one of the activation if absent. */
  readonly gain?: number;
  /** Of what lies before the first block. */
  readonly stem: { readonly gain: number; readonly isStandardized: boolean };
  /** Fixup's components, where its branches start at 0 by their last weights and not by a scale of 0. */
  readonly fixup?: readonly FixupComponent[];
  /** As in the plan's scales. */
  readonly deviation?: PerBlock;
  /** As in the plan; 1 if absent. */
  readonly inputVariance?: number;
}
