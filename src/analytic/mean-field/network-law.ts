import { InvalidArgumentError } from "../../network/errors.js";
import type { NormalizerName } from "../../network/normalizers.js";
import type { SampledNetwork } from "../../network/sampled-network.js";
import type { VarianceProfile } from "../../network/variance-profile.js";
import { type PathLengthDistribution, pathLengths, poissonBinomialLaw } from "../laws/index.js";
import { type StochasticSegment, stochasticDepthLaw } from "../stochastic-depth-law.js";
import type { NetworkBlock } from "./network-blocks.js";

export interface NetworkLawOptions {
  readonly network: SampledNetwork;
  readonly blocks: readonly NetworkBlock[];
  /** The expectation over masks. */
  readonly profile: VarianceProfile;
  /** The last block that counts, 1…d. */
  readonly until: number;
}

/** Whether a branch behind the normaliser adds the same whatever the second moment of its input. */
const FORGETS: Readonly<Record<NormalizerName, boolean>> = {
  none: false,
  batch: true,
  layer: true,
  group: true,
  // It divides by one number for all masks.
  expected: false,
};

/** The law of K after block `until`: Poisson-binomial, or where branches are dropped the law averaged over masks. */
export function lawOfBlocks({ network, blocks, profile, until }: NetworkLawOptions): PathLengthDistribution {
  if (!(Number.isSafeInteger(until) && until >= 1 && until <= blocks.length)) {
    throw new InvalidArgumentError("block", until, `a whole number from 1 to ${blocks.length}`);
  }
  const first = { skip: profile.skip.slice(0, until), branch: profile.branch.slice(0, until) };
  const { scheme, position, normalizer } = network;
  if (!scheme.survival) return pathLengths({ ...profile, ...first });
  const firstBlocks = blocks.slice(0, until);
  const isFixed = position === "pre" && FORGETS[normalizer];
  return isFixed ? mixture(network, firstBlocks, first) : dropped(firstBlocks, first);
}

type Paths = Pick<VarianceProfile, "skip" | "branch">;

/** A branch in proportion to its input: q_i is the same for every mask, and K is Poisson-binomial in p_i q_i. */
function dropped(blocks: readonly NetworkBlock[], { skip, branch }: Paths): PathLengthDistribution {
  return poissonBinomialLaw(
    blocks.map(({ kept }, index) => (kept > 0 ? branch[index] / (skip[index] + branch[index] / kept) : 0)),
  );
}

/** Relative, of the rounding in a branch's moment. */
const SAME = 1e-12;

/** A branch that adds the same whatever its input: {@link stochasticDepthLaw}, from one transition block to the next. */
function mixture(
  { scheme }: SampledNetwork,
  blocks: readonly NetworkBlock[],
  { skip, branch }: Paths,
): PathLengthDistribution {
  const added = blocks.map(({ kept }, index) => branch[index] / kept);
  const v = added.find((value) => value > 0);
  if (v === undefined) return poissonBinomialLaw(blocks.map(() => 0));
  const segments: (StochasticSegment & { survival: number[] })[] = [];
  for (const [index, { kept, skip2, branch2, isTransition }] of blocks.entries()) {
    if (skip2 !== 1 || (kept > 0 && Math.abs(added[index] - v) > SAME * v)) {
      throw new InvalidArgumentError(
        "alpha",
        scheme.alpha ?? Math.sqrt(branch2),
        `the same non-zero scale at every block for ${scheme.name} with a normaliser: other mixtures have no closed form`,
      );
    }
    if (index === 0 || isTransition) segments.push({ offset: skip[index] / v, survival: [] });
    segments[segments.length - 1].survival.push(kept);
  }
  return stochasticDepthLaw(segments);
}
