import type { BranchActivation } from "../../network/activations.js";
import type { NormalizerName } from "../../network/normalizers.js";
import type { CountedMoment, LayerShape } from "../../network/plan/index.js";

/**
 * What the features of one tensor have in common in an infinitely wide network, all of it times 2^`power`. A dense network has
 * numbers (dense-field.ts), a convolutional one numbers by site (site-state.ts).
 */
export interface FieldState {
  readonly power: number;
}

/** Averages over features, sites and inputs, times 2^power of their state. */
export interface FieldMoments {
  readonly secondMoment: number;
  /** The squared mean over inputs and sites. */
  readonly meanSquared: number;
  /** The biased variance over inputs and sites: their difference. */
  readonly variance: number;
}

/** A normaliser, as an infinitely wide network has it. */
export interface FieldNormalization {
  readonly normalizer: NormalizerName;
  /** Features that it takes its statistics of at once, over an input's; so many that their number does not matter if absent. */
  readonly features?: number;
}

/** A normaliser, an activation and a weight layer. */
export interface FieldLayer extends FieldNormalization {
  readonly activation: BranchActivation;
  /** Variance of a weight, as it is drawn, times its fan-in. */
  readonly gain: number;
  /** Whether the weights have zero mean over their fan-in. */
  readonly isStandardized: boolean;
  /** Its kind, and what it reads. */
  readonly shape: LayerShape;
}

/** How a network passes its state on: by numbers where all its layers are dense, else by site. */
export interface Field<State extends FieldState> extends StateAlgebra<State> {
  /** After the layer that the inputs go through first. */
  readonly start: State;
  layer(x: State, layer: FieldLayer): State;
  /** @param features as in {@link FieldNormalization}. */
  normalized(x: State, normalizer: NormalizerName, features?: number): State;
  moments(x: State): FieldMoments;
  /** What each of two paths adds to the path lengths, counted in this moment, of which they have `values`. */
  parts(skip: State, values: PathParts, counted: CountedMoment): PathParts;
}

/** What can be done with states whatever network they are of. */
export interface StateAlgebra<State extends FieldState> {
  /** by · x, by ≥ 0. */
  scaled(x: State, by: number): State;
  /** The state of a + b for independent b of mean 0 and the power of a. */
  sum(a: State, b: State): State;
  /** Averaged over features, sites and inputs. */
  secondMoment(x: State): number;
}

export interface PathParts {
  readonly skip: number;
  readonly branch: number;
}

/** The same state as a multiple of 2^power; what is then below float64 becomes 0. */
export function atPower<State extends FieldState>(
  algebra: StateAlgebra<State>,
  x: State,
  power: number,
): State {
  return x.power === power ? x : { ...algebra.scaled(x, 2 ** (x.power - power)), power };
}

/** A state of second moment 2^±200 or beyond is rebased to about 1. */
const REBASE_BEYOND = 2 ** 200;

/** The same state with a power that keeps its second moment inside float64. */
export function rebased<State extends FieldState>(algebra: StateAlgebra<State>, x: State): State {
  const m = algebra.secondMoment(x);
  if (!(m > REBASE_BEYOND || (m < 1 / REBASE_BEYOND && m > 0))) return x;
  return atPower(algebra, x, x.power + Math.round(Math.log2(m)));
}
