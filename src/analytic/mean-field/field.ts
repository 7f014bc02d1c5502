import type { BranchActivation } from "../../network/activations.js";
import type { NormalizerName } from "../../network/normalizers.js";

/**
 * What the features of one tensor have in common in an infinitely wide network, by site: a dense network has one, a
 * convolutional one the pixels of a map (of every image, where images are given). Times 2^`power`.
 */
export interface FieldState {
  /** The second moment of a feature. */
  readonly second: Float64Array;
  /**
   * Dense: the covariance of a feature between two different inputs. Convolutional: its covariance with its mean over all
   * sites and inputs.
   */
  readonly shared: Float64Array;
  /**
   * The second moment of every pair of sites, [sites, sites], in the fields that keep it: `second` is its diagonal and
   * `shared` the mean of each row.
   */
  readonly pairs?: Float64Array;
  readonly power: number;
  /** BatchNorm has just put every feature on the sphere Σ z = 0, Σ z² = B; a Gaussian over the batch otherwise. */
  readonly isOnSphere: boolean;
}

/** Averages over features, sites and inputs, times 2^power of their state. */
export interface FieldMoments {
  readonly secondMoment: number;
  /** The squared mean over inputs and sites. */
  readonly meanSquared: number;
  /** The biased variance over inputs and sites: their difference. */
  readonly variance: number;
}

/** A normaliser, an activation and a weight layer. */
export interface FieldLayer {
  readonly normalizer: NormalizerName;
  /** Features that LayerNorm or GroupNorm takes its statistics of at once; so many that their number does not matter if absent. */
  readonly features?: number;
  readonly activation: BranchActivation;
  readonly gain: number;
  /** Whether the weights have zero mean over their fan-in. */
  readonly isStandardized: boolean;
  readonly kernel: number;
  readonly stride: number;
}

/** How a kind of network, dense or convolutional, passes its state on. */
export interface Field {
  /** After the layer that the inputs go through first. */
  readonly start: FieldState;
  layer(x: FieldState, layer: FieldLayer): FieldState;
  /** @param features as in {@link FieldLayer}. */
  normalized(x: FieldState, normalizer: NormalizerName, features?: number): FieldState;
  moments(x: FieldState): FieldMoments;
  /** What each of two paths of the same power adds to the path lengths, counted in this moment. */
  parts(skip: FieldState, branch: FieldState, counted: CountedMoment): PathParts;
}

/** What path lengths are counted in. */
export type CountedMoment = "variance" | "secondMoment";

export interface PathParts {
  readonly skip: number;
  readonly branch: number;
}

/** by · x */
export function scaled(x: FieldState, by: number): FieldState {
  if (by === 1) return x;
  const times = (values: Float64Array) => {
    const result = new Float64Array(values.length);
    for (let p = 0; p < result.length; p++) result[p] = by * values[p];
    return result;
  };
  return {
    ...x,
    second: times(x.second),
    shared: times(x.shared),
    ...(x.pairs ? { pairs: times(x.pairs) } : {}),
  };
}

/** The same state as a multiple of 2^power; what is then below float64 becomes 0. */
export function atPower(x: FieldState, power: number): FieldState {
  return { ...scaled(x, 2 ** (x.power - power)), power };
}

/** The state of a + b for independent b of mean 0, in the power of a. */
export function sumOf(a: FieldState, b: FieldState): FieldState {
  const { second, shared, pairs } = atPower(b, a.power);
  const plus = (values: Float64Array, others: Float64Array) => {
    const result = values.slice();
    for (let p = 0; p < result.length; p++) result[p] += others[p];
    return result;
  };
  return {
    second: plus(a.second, second),
    shared: plus(a.shared, shared),
    ...(a.pairs && pairs ? { pairs: plus(a.pairs, pairs) } : {}),
    power: a.power,
    isOnSphere: false,
  };
}

/** A state of second moment 2^±200 or beyond is rebased to about 1. */
const REBASE_BEYOND = 2 ** 200;

/** The same state with a power that keeps its second moment inside float64. */
export function rebased(x: FieldState): FieldState {
  const m = meanOf(x.second);
  if (!(m > REBASE_BEYOND || (m < 1 / REBASE_BEYOND && m > 0))) return x;
  return atPower(x, x.power + Math.round(Math.log2(m)));
}

export function meanOf(values: Float64Array): number {
  let sum = 0;
  for (let p = 0; p < values.length; p++) sum += values[p];
  return sum / values.length;
}

/** Of a field whose states have a number for each site, or for each pair of sites: the means of all. */
export const MEANS_OVER_SITES: Pick<Field, "moments" | "parts"> = {
  moments: momentsOverSites,
  parts: (skip, branch, counted) => ({
    skip: momentsOverSites(skip)[counted],
    branch: momentsOverSites(branch)[counted],
  }),
};

function momentsOverSites(x: FieldState): FieldMoments {
  const [secondMoment, meanSquared] = [meanOf(x.second), meanOf(x.shared)];
  return { secondMoment, meanSquared, variance: secondMoment - meanSquared };
}
