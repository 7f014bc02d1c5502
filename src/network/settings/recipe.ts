import type { Magnitude, Share } from "../documents/numbers.js";
import { requireOneOf } from "../nearest.js";
import type { Fields } from "./fields.js";
import { numberFrom, POSITIVE, SHARE, SWITCH, TEXT, type TextKind } from "./kinds.js";

/**
 * What a parameter is: the weights of a convolution or of the classifier, the scale or shift of a normalisation, a bias, or
 * the scalar α of a residual branch.
 */
export const PARAMETER_KINDS = ["convolution", "classifier", "scale", "shift", "bias", "alpha"] as const;
export type ParameterKind = (typeof PARAMETER_KINDS)[number];

/** How a step moves the weights, as it is planned and recorded. */
export interface Recipe {
  /** Share of the velocity that is kept from step to step, from 0 to less than 1; 0.9 unless it is set. */
  readonly momentum: Share;
  /** Nesterov's momentum instead of the heavy ball; false unless it is set. */
  readonly nesterov: boolean;
  /**
   * L2 coefficient λ, 5e-4 unless it is set: λ·w is added to the gradient of the selected parameters, that is λ‖w‖²/2 to the
   * loss (PyTorch's `weight_decay`).
   */
  readonly l2: Magnitude;
  /** What λ applies to; the weights of convolutions and of the classifier unless it is set. */
  readonly l2On: readonly ParameterKind[];
  /** Gradients whose norm, over all parameters together, is larger are scaled down to it; absent: never. */
  readonly clipNorm?: Magnitude;
  /** Label smoothing ε, from 0 to less than 1; 0 unless it is set. */
  readonly labelSmoothing: Share;
}

/** How a step moves the weights: plain data. What is absent is the paper's. */
export interface RecipeSettings extends Partial<Omit<Recipe, "l2On">> {
  /**
   * What λ applies to: `weights`, the default, those of convolutions and of the classifier; `all`; `none`; or kinds, such as
   * `convolution,alpha` ({@link PARAMETER_KINDS}).
   */
  readonly l2On?: string | readonly ParameterKind[];
}

const SELECTIONS: Readonly<Record<string, readonly ParameterKind[]>> = {
  weights: ["convolution", "classifier"],
  all: PARAMETER_KINDS,
  none: [],
};

/** Kinds in their own order, each once. */
const SELECTION: TextKind<string | readonly ParameterKind[], readonly ParameterKind[]> = {
  read: TEXT.read,
  check: (argument, selection) => {
    const names = typeof selection === "string" ? selection.split(",").map((name) => name.trim()) : selection;
    const allowed = names.length === 1 ? [...Object.keys(SELECTIONS), ...PARAMETER_KINDS] : PARAMETER_KINDS;
    const selected = names.map((name) => requireOneOf<string>(argument, name, allowed));
    if (Object.hasOwn(SELECTIONS, selected[0])) return SELECTIONS[selected[0]];
    return PARAMETER_KINDS.filter((kind) => selected.includes(kind));
  },
};

/** The recipe's settings, in the order of --help and of run.json. */
export const RECIPE: Fields<RecipeSettings, Recipe> = {
  momentum: { kind: SHARE, default: 0.9, describe: "share of the velocity kept from step to step" },
  nesterov: {
    kind: SWITCH,
    default: false,
    describe: "Nesterov's momentum instead of the heavy ball",
  },
  l2: {
    kind: numberFrom(0),
    default: 5e-4,
    describe: "L2 coefficient: l2·w is added to the gradient (PyTorch's weight_decay)",
  },
  l2On: {
    kind: SELECTION,
    default: "weights",
    describe:
      "what l2 applies to: weights (of convolutions and classifier; not scales, shifts, biases, α), all, none, or kinds: convolution,classifier,scale,shift,bias,alpha",
  },
  clipNorm: {
    kind: POSITIVE,
    describe: "scale larger gradients down to this norm, over all parameters; the norm is in metrics.jsonl",
  },
  labelSmoothing: {
    kind: SHARE,
    default: 0,
    describe: "share of the target that is spread over all classes",
  },
};
