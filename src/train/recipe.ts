import { requirePositive } from "../network/domain.js";
import { InvalidArgumentError } from "../network/errors.js";
import { requireOneOf } from "../network/nearest.js";
import { PARAMETER_KINDS, type ParameterKind } from "./parameter.js";

/** How a step moves the weights: plain data. */
export interface RecipeSettings {
  /** Share of the velocity that is kept from step to step, from 0 to less than 1; 0.9 if absent. */
  readonly momentum?: number;
  /** Nesterov's momentum instead of the heavy ball; false if absent. */
  readonly nesterov?: boolean;
  /**
   * L2 coefficient λ, 5e-4 if absent: λ·w is added to the gradient of the selected parameters, that is λ‖w‖²/2 to the loss
   * (PyTorch's `weight_decay`).
   */
  readonly l2?: number;
  /**
   * What λ applies to: `weights`, the default, those of convolutions and of the classifier; `all`; `none`; or kinds, such as
   * `convolution,alpha` ({@link PARAMETER_KINDS}).
   */
  readonly l2On?: string | readonly ParameterKind[];
  /** Gradients whose norm, over all parameters together, is larger are scaled down to it; absent: never. */
  readonly clipNorm?: number;
  /** Label smoothing ε, from 0 to less than 1; 0 if absent. */
  readonly labelSmoothing?: number;
}

/** A recipe that was checked, with its defaults. */
export interface Recipe {
  readonly momentum: number;
  readonly nesterov: boolean;
  readonly l2: number;
  readonly l2On: readonly ParameterKind[];
  readonly clipNorm?: number;
  readonly labelSmoothing: number;
}

const WEIGHTS = ["convolution", "classifier"] as const satisfies readonly ParameterKind[];
const SELECTIONS: Readonly<Record<string, readonly ParameterKind[]>> = {
  weights: WEIGHTS,
  all: PARAMETER_KINDS,
  none: [],
};

/** @throws InvalidArgumentError naming the setting. */
export function planRecipe(settings: RecipeSettings): Recipe {
  const {
    momentum = 0.9,
    nesterov = false,
    l2 = 5e-4,
    l2On = WEIGHTS,
    clipNorm,
    labelSmoothing = 0,
  } = settings;
  requireShare("momentum", momentum);
  if (nesterov && momentum === 0) {
    throw new InvalidArgumentError("momentum", momentum, "more than 0 with `nesterov`");
  }
  if (!(l2 >= 0 && Number.isFinite(l2))) {
    throw new InvalidArgumentError("l2", l2, "a number of at least 0");
  }
  if (clipNorm !== undefined) requirePositive("clip norm", clipNorm);
  requireShare("label smoothing", labelSmoothing);
  return { momentum, nesterov, l2, l2On: selectKinds(l2On), clipNorm, labelSmoothing };
}

function requireShare(argument: string, value: number): void {
  if (!(value >= 0 && value < 1)) {
    throw new InvalidArgumentError(argument, value, "a number from 0 to less than 1");
  }
}

/** Kinds in their own order, each once. */
function selectKinds(selection: string | readonly string[]): readonly ParameterKind[] {
  const names = typeof selection === "string" ? selection.split(",").map((name) => name.trim()) : selection;
  const allowed = names.length === 1 ? [...Object.keys(SELECTIONS), ...PARAMETER_KINDS] : PARAMETER_KINDS;
  const selected = names.map((name) => requireOneOf<string>("l2 on", name, allowed));
  if (Object.hasOwn(SELECTIONS, selected[0])) return SELECTIONS[selected[0]];
  return PARAMETER_KINDS.filter((kind) => selected.includes(kind));
}
