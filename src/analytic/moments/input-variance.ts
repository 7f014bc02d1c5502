import type { ResidualArchitecture } from "../../network/architecture.js";
import { CONVENTIONS, type Convention } from "../../network/convention.js";
import { requireInputVariance } from "../../network/domain.js";
import { InvalidArgumentError } from "../../network/errors.js";
import { requireOneOf } from "../../network/nearest.js";
import type { ResidualScheme } from "../../network/schemes/index.js";

/** What a network is given (docs/conventions.md). */
export interface InputOptions {
  /**
   * s_0, the variance of what enters block 1, in absolute units: 0, or from 1e-300 to 1e300; 1 if absent. With 0 the first
   * branch is always traversed; that is for a uniform stack of normalised branches alone.
   */
  readonly inputVariance?: number;
  /** Another word for it: `paper` is an input variance of 0, `unit-input` one of 1. Not beside `inputVariance`. */
  readonly convention?: Convention;
}

const VARIANCES: Readonly<Record<Convention, number>> = { paper: 0, "unit-input": 1 };

/** What a network must be known by, to judge its input. */
export interface InputTo {
  readonly scheme: ResidualScheme;
  readonly depth?: number;
  readonly architecture?: ResidualArchitecture;
}

/**
 * s_0 of the options.
 *
 * @throws InvalidArgumentError as {@link askedInput} does, and for 0 where no network can be given it: raw branches, branches
 * that may all be dropped, real architectures.
 */
export function inputVarianceOf(options: InputOptions & InputTo): number {
  const variance = askedInput(options);
  const why = variance === 0 ? reasonAgainstNone(options) : undefined;
  if (why === undefined) return variance;
  const { convention } = options;
  throw convention === undefined
    ? new InvalidArgumentError("input variance", variance, `a positive number for ${why}`)
    : new InvalidArgumentError("convention", convention, `unit-input for ${why}`);
}

/**
 * s_0 of the options, whatever network it is for.
 *
 * @throws InvalidArgumentError for a variance outside its domain, an unknown convention or one beside a variance.
 */
export function askedInput({ convention, inputVariance }: InputOptions): number {
  if (convention === undefined) return requireInputVariance(inputVariance ?? 1);
  if (inputVariance === undefined) return VARIANCES[requireOneOf("convention", convention, CONVENTIONS)];
  throw new InvalidArgumentError("convention", convention, "absent where an input variance is given");
}

/** Why a network cannot be given a variance of 0; undefined where it can. */
export function reasonAgainstNone({ scheme, architecture, depth = 1 }: InputTo): string | undefined {
  if (scheme.normalizer === "none") return `${scheme.name} (without a normaliser its signal would vanish)`;
  if (scheme.survival) return `${scheme.name} (it may drop every branch)`;
  if (architecture) return `${architecture.name} (a real network's input does not just drop out)`;
  return scheme.branchScale(1, depth) === 0 ? `${scheme.name} (its first branch adds nothing)` : undefined;
}
