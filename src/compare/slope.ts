import { linearRegression } from "simple-statistics";
import { InvalidArgumentError } from "../network/errors.js";

/**
 * The least-squares slope of `values[i-1]` against the block i = 1…d, over the blocks from `from` on.
 *
 * @param blocks the blocks that the values are about, where they are not 1…d; `from` then counts them, from 1.
 * @throws InvalidArgumentError when fewer than two blocks are left.
 */
export function slopeAgainstBlock(values: ArrayLike<number>, from = 1, blocks?: ArrayLike<number>): number {
  if (!(from >= 1 && values.length - from >= 1)) {
    throw new InvalidArgumentError(
      "first block of the slope",
      from,
      `from 1 to ${values.length - 1}: a slope needs two blocks`,
    );
  }
  const points = Array.from({ length: values.length - from + 1 }, (_, i) => [
    blocks ? blocks[from + i - 1] : from + i,
    values[from + i - 1],
  ]);
  return linearRegression(points).m;
}
