import { InvalidArgumentError } from "../../network/errors.js";
import { statisticsOf } from "../../network/normalizers.js";
import { type BlockPlan, hasOneStream, type LayerPlan, layersOf } from "../../network/plan/index.js";

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
  if (block.skip.kind === "none") return "without a skip path";
  if (!hasOneStream(block)) return "of several streams";
  const isDivided = ({ normalizer, isStandardized }: LayerPlan) =>
    statisticsOf(normalizer) !== "predicted" || isStandardized;
  return layersOf(block).every(isDivided) ? undefined : "with a deviation before other weights";
}
