import { requireInteger } from "../../network/domain.js";
import { InvalidArgumentError } from "../../network/errors.js";
import { statisticsOf } from "../../network/normalizers.js";
import { distinctLayers } from "../../network/plan/index.js";
import type { SampledNetwork } from "../../network/sampled-network.js";
import { greatestCommonDivisor } from "./network-geometry.js";

/** The theory is that of wide groups; the 32 of the publication (Wu & He 2018) would have 4 features each at width 128. */
const USUAL_GROUPS = 4;

/**
 * The groups of features of a network's GroupNorm; nothing for other normalisers.
 *
 * @throws InvalidArgumentError for groups that do not divide every width that is normalised, or leave a group with a
 * single number, naming the nearest that do; for groups where nothing is grouped.
 */
export function groupsOf(
  { normalizer, plan }: Pick<SampledNetwork, "normalizer" | "plan">,
  groups?: number,
): number | undefined {
  if (statisticsOf(normalizer) !== "groups") {
    if (groups === undefined) return undefined;
    throw new InvalidArgumentError(
      "groups",
      groups,
      `absent for the \`normalizer\` ${normalizer}; only group has them`,
    );
  }
  const given = requireInteger("groups", groups ?? USUAL_GROUPS, 1);
  const layers = distinctLayers(plan);
  const widths = layers.flatMap(({ inputs, outputs }) => [inputs, outputs]);
  const common = widths.reduce(greatestCommonDivisor, 0);
  const isWideEnough = (count: number) =>
    layers.every(({ inputs, size }) => (inputs / count) * size ** 2 >= 2);
  const possible = divisorsOf(common).filter(isWideEnough);
  if (possible.includes(given)) return given;
  const below = possible.filter((count) => count < given).at(-1);
  const above = possible.find((count) => count > given);
  const near = [below, above].filter((count) => count !== undefined);
  throw new InvalidArgumentError(
    "groups",
    given,
    near.length > 0
      ? `a divisor of ${common} that leaves at least 2 numbers a group, such as ${near.join(" or ")}`
      : `absent: ${common} features cannot be grouped; choose an even width`,
  );
}

function divisorsOf(value: number): number[] {
  return Array.from({ length: value }, (_, index) => index + 1).filter((count) => value % count === 0);
}
