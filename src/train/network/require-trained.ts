import { InvalidArgumentError } from "../../network/errors.js";
import { statisticsOf } from "../../network/normalizers.js";
import { type BlockPlan, type LayerPlan, projectionOf } from "../../network/plan/index.js";

/**
 * Refuses a block that can be planned and is not trained.
 *
 * @throws InvalidArgumentError for one without a skip path, with other streams than one, or of weights that are to divide by an
 * expected deviation and are not standardised.
 */
export function requireTrained(block: BlockPlan): void {
  const given = notTrained(block);
  if (given === undefined) return;
  const allowed = "with a skip path, one stream, and deviations by standardised weights only, to be trained";
  throw new InvalidArgumentError("block", given, allowed);
}

function notTrained(block: BlockPlan): string | undefined {
  const { layers, skip, streams } = block;
  if (skip.kind === "none") return "without a skip path";
  const isOne = (of: readonly number[]) => of.length === 1 && of[0] === 0;
  if (!isOne(streams.reads) || !isOne(streams.writes)) return "of several streams";
  const projection = projectionOf(block);
  const isDivided = ({ normalizer, isStandardized }: LayerPlan) =>
    statisticsOf(normalizer) !== "predicted" || isStandardized;
  return [...layers, ...(projection ? [projection] : [])].every(isDivided)
    ? undefined
    : "with a deviation before other weights";
}
