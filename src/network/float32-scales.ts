import type { StagePlace } from "./block-scale.js";
import { InvalidArgumentError } from "./errors.js";
import type { ResidualScheme } from "./schemes/index.js";

/** The smallest normal number of float32, and the largest. */
const [SMALLEST, LARGEST] = [2 ** -126, (2 - 2 ** -23) * 2 ** 127] as const;

/**
 * Of a network that is computed in float32, and not by a formula: every scale must be one of its numbers, or 1e-200 would
 * be 0 without a word.
 *
 * @param places where each block stands in its stage; in a stage of `depth` blocks if absent.
 * @throws InvalidArgumentError naming the scale and the block.
 */
export function requireFloat32Scales(
  scheme: ResidualScheme,
  depth: number,
  places: readonly (StagePlace | undefined)[] = [],
): void {
  for (let block = 1; block <= depth; block++) {
    const at = [block, depth, places[block - 1]] as const;
    for (const [argument, text, scale] of [
      ["alpha", scheme.alpha, scheme.branchScale],
      ["skip", scheme.skip, scheme.skipScale],
    ] as const) {
      const value = scale(...at);
      const size = Math.abs(value);
      if (size === 0 || (size >= SMALLEST && size <= LARGEST)) continue;
      const allowed = `0, or from 1.2e-38 to 3.4e38 in size, at every block of a network that is computed in float32 (at block ${block} of ${depth} it is ${value})`;
      throw new InvalidArgumentError(argument, text ?? value, allowed);
    }
  }
}
