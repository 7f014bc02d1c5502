import { InvalidArgumentError } from "../../network/errors.js";
import { type BlockAddress, type NetworkPlan, scalesAt, survivalAt } from "../../network/plan/index.js";
import { toNumber } from "../../network/scaled-number.js";
import { finiteSquare } from "../moments/moments.js";

/** What a block multiplies the moments of its two paths by. */
export interface SquaredScales {
  readonly skip2: number;
  readonly branch2: number;
}

/** How a branch counts that training drops at times: over all masks, or as an evaluation multiplies it by its survival probability. */
export type Dropping = "averaged" | "evaluated";

/**
 * β² and α² of a block; of a branch that survives with probability p, p α² over all masks and (p α)² in an evaluation.
 *
 * @throws InvalidArgumentError for a scale that is not a finite number, or whose square float64 does not hold.
 */
export function squaredScalesAt(
  plan: Pick<NetworkPlan, "scales">,
  at: BlockAddress,
  dropping: Dropping,
): SquaredScales {
  const { skip, branch } = scalesAt(plan, at);
  const kept = survivalAt(plan, at);
  const skip2 = plainSquare(skip, { at, argument: "skip" });
  if (dropping === "averaged") {
    return { skip2, branch2: kept * plainSquare(branch, { at, argument: "alpha" }) };
  }
  return { skip2, branch2: plainSquare(kept * branch, { at, argument: "alpha" }) };
}

/** Fields over sites are kept in plain float64. */
function plainSquare(
  value: number,
  { at, argument }: { readonly at: BlockAddress; readonly argument: string },
): number {
  const square = toNumber(finiteSquare(value, { i: at.block, argument }));
  if (value === 0 || (square >= 1e-300 && square <= 1e300)) return square;
  throw new InvalidArgumentError(argument, value, "0, or from 1e-150 to 1e150 in size, at every block");
}
