import { requireInteger } from "../../network/domain.js";
import { InvalidArgumentError } from "../../network/errors.js";
import { binomialLaw } from "../laws/index.js";

/** The largest depth that design questions are answered for. */
export const MOST_UNIFORM_BLOCKS = 1e15;

/** P(K ≤ k) and its complement, each without cancellation. */
export interface Tails {
  readonly within: number;
  readonly beyond: number;
}

/**
 * P(K ≤ k) and P(K > k) of a network of `depth` blocks x ← x + α f(x): K is Binomial(d, α²/(1 + α²)).
 *
 * @throws InvalidArgumentError for an α that is not a number from 0 to 1e150, a depth that is not a whole number from 1 to
 * 1e15, or a `within` that is not a whole number of at least 0.
 * @example
 * ```ts
 * pathsWithin({ alpha: 1, depth: 2, within: 1 }); // { within: 0.75, beyond: 0.25 }
 * ```
 */
export function pathsWithin(options: {
  readonly alpha: number;
  readonly depth: number;
  readonly within: number;
}): Tails {
  const alpha = requireAlpha(options.alpha);
  const depth = requireInteger("depth", options.depth, 1, MOST_UNIFORM_BLOCKS);
  const within = requireInteger("within", options.within, 0);
  if (within >= depth || alpha === 0) return { within: 1, beyond: 0 };
  if (alpha <= 1) {
    const law = binomialLaw({ depth, probability: alpha ** 2 / (1 + alpha ** 2) });
    return consistent(law.cdf(within), law.sf(within));
  }
  // Beyond α = 1 the branches that are missed are counted: 1 − q stays exact where q rounds to 1.
  const missed = binomialLaw({ depth, probability: 1 / (1 + alpha ** 2) });
  return consistent(missed.sf(depth - within - 1), missed.cdf(depth - within - 1));
}

/** Above one half the complement is the more accurate. */
function consistent(within: number, beyond: number): Tails {
  return beyond < 0.5 ? { within: 1 - beyond, beyond } : { within, beyond: Math.min(1, beyond) };
}

/** Returns `alpha` if it is a number from 0 to 1e150, whose square is one too. */
export function requireAlpha(alpha: number): number {
  if (!(alpha >= 0 && alpha <= 1e150)) {
    throw new InvalidArgumentError("alpha", alpha, "a number from 0 to 1e150");
  }
  return alpha;
}
