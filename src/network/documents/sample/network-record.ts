import type { BranchActivation } from "../../activations.js";
import type { SchemeName } from "../../schemes/index.js";
import type { NetworkChoices } from "../../settings/network-choices.js";
import type { Count, Magnitude } from "../numbers.js";

/**
 * Which networks were drawn: two samples are of the same networks where their records are the same. Older documents leave
 * choices out.
 */
export interface NetworkRecord extends Partial<NetworkChoices> {
  readonly scheme: SchemeName;
  /** The expressions behind the branch scale, the scale of the skip path and the survival probability. */
  readonly alpha?: string;
  readonly skipExpression?: string;
  readonly survival?: string;
  readonly activation: BranchActivation;
  /** The name of a real network, such as "wrn-16-4"; a uniform stack of blocks if absent. */
  readonly architecture?: string;
  /** s_0, the variance of what enters block 1; 1 if absent. */
  readonly inputVariance?: Magnitude;
  readonly depth: Count;
  /** Features of every block; of a convolutional network the channels. */
  readonly width: Count;
  readonly inputDimension: Count;
  /** Convolutional networks: the side of the maps, and what the images are. */
  readonly imageSize?: Count;
  readonly images?: string;
  /** Of the files that the images come from. */
  readonly dataChecksums?: Readonly<Record<string, string>>;
  /** Inputs that go through together. */
  readonly batch: Count;
}
