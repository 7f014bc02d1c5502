import { BRANCH_ACTIVATIONS } from "../activations.js";
import { requireInteger, requirePositive } from "../domain.js";
import { InvalidArgumentError } from "../errors.js";
import { KERNEL_KINDS } from "../layers/index.js";
import { MOST_BRANCH_LAYERS, MOST_PLANNED_BLOCKS } from "../limits.js";
import { requireOneOf } from "../nearest.js";
import { NORMALIZER_NAMES, statisticsOf } from "../normalizers.js";
import { NORM_POSITIONS } from "../settings/design-choices.js";
import type { PlanChoices } from "./plan-choices.js";

/** The longest side of a map. */
const LARGEST_SIDE = 4096;

/**
 * Of shapes that a plan is made of.
 *
 * @throws InvalidArgumentError naming the first that cannot be.
 */
export function requireShape(shape: {
  readonly kind: string;
  readonly depth: number;
  readonly layers: number;
  readonly inputs: number;
  readonly size: number;
  /** Absent: the architecture's. */
  readonly width?: number;
}): void {
  requireOneOf("kind", shape.kind, KERNEL_KINDS);
  requireInteger("depth", shape.depth, 1, MOST_PLANNED_BLOCKS);
  requireInteger("layers", shape.layers, 1, MOST_BRANCH_LAYERS);
  requireCount("inputs", shape.inputs);
  requireInteger("size", shape.size, 1, LARGEST_SIDE);
  if (shape.width !== undefined) requireCount("width", shape.width);
}

/** Infinity stands for so many features that their number does not matter. */
function requireCount(argument: string, value: number): void {
  if (value !== Number.POSITIVE_INFINITY) requireInteger(argument, value, 1);
}

/**
 * Of choices.
 *
 * @param widths of what layers are given and what they return.
 * @throws InvalidArgumentError naming the first that cannot be, or groups that do not divide a width that is normalised.
 */
export function requireChoices(choices: PlanChoices, widths: readonly number[]): void {
  const { activation, normalizer, position, groups, gain, stem, inputVariance } = choices;
  requireOneOf("activation", activation, BRANCH_ACTIVATIONS);
  if (normalizer !== undefined) requireOneOf("normalizer", normalizer, NORMALIZER_NAMES);
  if (position !== undefined) requireOneOf("position", position, NORM_POSITIONS);
  if (gain !== undefined) requirePositive("gain", gain);
  requirePositive("stem.gain", stem?.gain as number);
  if (inputVariance !== undefined) requirePositive("inputVariance", inputVariance);
  if (groups === undefined) return;
  requireInteger("groups", groups, 1);
  if (normalizer !== undefined && statisticsOf(normalizer) !== "groups") return;
  const other = widths.find((width) => Number.isFinite(width) && width % groups !== 0);
  if (other !== undefined) throw new InvalidArgumentError("groups", groups, `a divisor of ${other}`);
}
