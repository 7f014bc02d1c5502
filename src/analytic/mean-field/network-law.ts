import { InvalidArgumentError } from "../../network/errors.js";
import { type NormalizerName, statisticsOf } from "../../network/normalizers.js";
import {
  type BlockPlan,
  type NetworkPlan,
  type PlannedBlock,
  plannedBlocks,
  projectionOf,
  scalesAt,
  survivalAt,
} from "../../network/plan/index.js";
import type { VarianceProfile } from "../../network/variance-profile.js";
import { type PathLengthDistribution, pathLengths, poissonBinomialLaw } from "../laws/index.js";
import { type StochasticSegment, stochasticDepthLaw } from "../moments/stochastic-depth-law.js";

export interface NetworkLawOptions {
  readonly plan: NetworkPlan;
  /** The expectation over masks. */
  readonly profile: VarianceProfile;
  /** The last block that counts, 1…d. */
  readonly until: number;
}

/** The law of K after block `until`: Poisson-binomial, or where branches are dropped the law averaged over masks. */
export function lawOfBlocks({ plan, profile, until }: NetworkLawOptions): PathLengthDistribution {
  const { depth, runs, scales } = plan;
  if (!(Number.isSafeInteger(until) && until >= 1 && until <= depth)) {
    throw new InvalidArgumentError("block", until, `a whole number from 1 to ${depth}`);
  }
  const first = { skip: profile.skip.slice(0, until), branch: profile.branch.slice(0, until) };
  if (scales.survival === undefined) return pathLengths({ ...profile, ...first });
  const blocks = firstBlocks(plan, until);
  return runs.every(({ block }) => isFixed(block)) ? mixture(plan, blocks, first) : dropped(blocks, first);
}

/** Whether a branch adds the same whatever the second moment of its input. */
function isFixed({ layers, ending }: BlockPlan): boolean {
  return [...layers, ending].some(({ normalizer }) => forgets(normalizer));
}

/** Whether what comes behind a normaliser is the same whatever the second moment of what it is given. */
function forgets(normalizer: NormalizerName): boolean {
  switch (statisticsOf(normalizer)) {
    case "batch":
    case "input":
    case "groups":
      return true;
    // It divides by one number for all masks.
    case "predicted":
    case "none":
      return false;
  }
}

/** A block whose branch is kept with a probability. */
interface DroppedBlock extends PlannedBlock {
  readonly kept: number;
}

function firstBlocks(plan: NetworkPlan, until: number): DroppedBlock[] {
  const blocks: DroppedBlock[] = [];
  for (const block of plannedBlocks(plan)) {
    if (block.block > until) break;
    if (block.plan.skip.kind === "none") {
      throw new InvalidArgumentError("skip", "none", "identity or projection where branches are dropped");
    }
    blocks.push({ ...block, kept: survivalAt(plan, block) });
  }
  return blocks;
}

type Paths = Pick<VarianceProfile, "skip" | "branch">;

/** A branch in proportion to its input: q_i is the same for every mask, and K is Poisson-binomial in p_i q_i. */
function dropped(blocks: readonly DroppedBlock[], { skip, branch }: Paths): PathLengthDistribution {
  return poissonBinomialLaw(
    blocks.map(({ kept }, index) => (kept > 0 ? branch[index] / (skip[index] + branch[index] / kept) : 0)),
  );
}

/** Relative, of the rounding in a branch's moment. */
const SAME = 1e-12;

/** A branch that adds the same whatever its input: {@link stochasticDepthLaw}, from one projection to the next. */
function mixture(
  plan: NetworkPlan,
  blocks: readonly DroppedBlock[],
  { skip, branch }: Paths,
): PathLengthDistribution {
  const added = blocks.map(({ kept }, index) => branch[index] / kept);
  const v = added.find((value) => value > 0);
  if (v === undefined) return poissonBinomialLaw(blocks.map(() => 0));
  const segments: (StochasticSegment & { survival: number[] })[] = [];
  for (const [index, block] of blocks.entries()) {
    const { kept } = block;
    const scales = scalesAt(plan, block);
    if (scales.skip * scales.skip !== 1 || (kept > 0 && Math.abs(added[index] - v) > SAME * v)) {
      refuse(
        "alpha",
        scales.branch,
        `the same non-zero scale at every block for ${plan.scheme} with a normaliser`,
      );
    }
    const projection = projectionOf(block.plan);
    if (projection && !forgets(projection.normalizer)) {
      refuse("position", "last", `each or first for ${plan.scheme} where the shape changes`);
    }
    if (index === 0 || projection) segments.push({ offset: skip[index] / v, survival: [] });
    segments[segments.length - 1].survival.push(kept);
  }
  return stochasticDepthLaw(segments);
}

function refuse(argument: string, given: unknown, allowed: string): never {
  throw new InvalidArgumentError(argument, given, `${allowed}: other mixtures have no closed form`);
}
