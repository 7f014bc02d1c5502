import type { CountedMoment, NetworkPlan } from "../../network/plan/index.js";
import type { VarianceProfile } from "../../network/variance-profile.js";
import type { Field, FieldMoments, FieldState } from "./field.js";
import { ENSEMBLE, type FieldPass, networkPasses } from "./network-pass.js";

/** The moments of one path by block, i = 1…d, as the sampler measures them, times 2^`exponent[i-1]`. */
export interface NetworkMoments {
  /** The biased variance over the batch (and the sites of a map), the mean over features. */
  readonly variance: readonly number[];
  /** The squared mean over the batch (and the sites). */
  readonly meanSquared: readonly number[];
  readonly secondMoment: readonly number[];
  /** The variance over features: the second moment, at infinite width, where the mean over features is 0. */
  readonly channelVariance: readonly number[];
}

/** What both paths of all blocks have in an infinitely wide network. */
export interface BlockPredictions {
  /** After its scale. */
  readonly skip: NetworkMoments;
  /** After its scale; where branches are dropped, the expectation over the masks. */
  readonly branch: NetworkMoments;
  /** What the block is given: BatchNorm's moving mean (squared) and moving variance. */
  readonly input: NetworkMoments;
  readonly exponent: readonly number[];
  /** The moment that the paths add up in. */
  readonly counted: CountedMoment;
  /** Both paths in that moment, split as the path lengths count them. */
  readonly profile: VarianceProfile;
}

export interface PredictBlocksOptions<State extends FieldState> {
  readonly field: Field<State>;
  /** Is given every block. */
  readonly visit?: (pass: FieldPass<State>) => void;
}

/** The moments of both paths of every block. */
export function predictBlocks<State extends FieldState>(
  plan: NetworkPlan,
  { field, visit }: PredictBlocksOptions<State>,
): BlockPredictions {
  const { depth, counted } = plan;
  const [skip, branch, input] = [emptyMoments(depth), emptyMoments(depth), emptyMoments(depth)];
  const [exponent, ofSkip, ofBranch] = [series(depth), series(depth), series(depth)];
  let index = 0;
  for (const pass of networkPasses(plan, { field, reading: ENSEMBLE })) {
    visit?.(pass);
    exponent[index] = pass.input.power;
    put(input, index, field.moments(pass.input));
    const [skipMoments, branchMoments] = [field.moments(pass.skip), field.moments(pass.branch)];
    put(skip, index, skipMoments);
    put(branch, index, branchMoments);
    const values = { skip: skipMoments[counted], branch: branchMoments[counted] };
    const parts = field.parts(pass.skip, values, counted);
    ofSkip[index] = parts.skip;
    ofBranch[index] = parts.branch;
    index++;
  }
  const profile: VarianceProfile = { origin: "predicted", skip: ofSkip, branch: ofBranch, exponent };
  return { skip, branch, input, exponent, counted, profile };
}

/** Of the whole length at once: growing a dozen of them takes a third of the time. */
function series(depth: number): number[] {
  return new Array<number>(depth);
}

function emptyMoments(depth: number) {
  const secondMoment = series(depth);
  return { variance: series(depth), meanSquared: series(depth), secondMoment, channelVariance: secondMoment };
}

function put(path: ReturnType<typeof emptyMoments>, index: number, moments: FieldMoments): void {
  path.variance[index] = moments.variance;
  path.meanSquared[index] = moments.meanSquared;
  path.secondMoment[index] = moments.secondMoment;
}
