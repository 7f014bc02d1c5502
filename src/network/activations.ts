/** What stands before a weight layer of a branch, φ, as far as gains and titles follow from it. */
export interface ActivationDefinition {
  /** As shown in titles. */
  readonly title: string;
  /** Variance of a weight times its fan-in, as it is usually drawn: 2 (He) where φ is 0 for half of its arguments, 1 (LeCun) elsewhere. */
  readonly usualGain: number;
  /**
   * 1/Var φ(z) for z ~ N(0, 1): the gain with which weights of zero mean over their fan-in return the variance 1 of their
   * inputs z (Brock, De & Smith 2021, arXiv 2101.08692).
   */
  readonly preservingGain: number;
  /** Whether E φ(z) is not 0. */
  readonly hasMean: boolean;
}

/** What a branch applies before each of its weight layers, after the normaliser, by name. */
export const BRANCH_ACTIVATION_DEFINITIONS = {
  linear: { title: "linear", usualGain: 1, preservingGain: 1, hasMean: false },
  relu: { title: "ReLU", usualGain: 2, preservingGain: 2 / (1 - 1 / Math.PI), hasMean: true },
  tanh: { title: "tanh", usualGain: 1, preservingGain: 2.536175433217451, hasMean: false },
  gelu: { title: "GELU", usualGain: 2, preservingGain: 2.8931500853621004, hasMean: true },
} as const satisfies Readonly<Record<string, ActivationDefinition>>;

export type BranchActivation = keyof typeof BRANCH_ACTIVATION_DEFINITIONS;
export const BRANCH_ACTIVATIONS = Object.keys(BRANCH_ACTIVATION_DEFINITIONS) as readonly BranchActivation[];

/** Those of the closed forms and of networks that are trained: weights alone, or ReLU then weights (He-scaled). */
export const ACTIVATIONS = ["linear", "relu"] as const satisfies readonly BranchActivation[];
export type Activation = (typeof ACTIVATIONS)[number];
