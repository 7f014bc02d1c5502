import { BRANCH_ACTIVATIONS, type BranchActivation } from "../activations.js";
import type { Count, Magnitude } from "../documents/numbers.js";
import { MOST_BRANCH_LAYERS } from "../limits.js";
import { NORMALIZER_NAMES, type NormalizerName } from "../normalizers.js";
import type { Fields } from "./fields.js";
import { oneOf, POSITIVE, type TextKind, wholeNumber } from "./kinds.js";

/** Where it normalises: before the activation of each weight layer of a branch, or the sum after each merge. */
export const NORMALIZER_POSITIONS = ["pre", "post"] as const;
export type NormalizerPosition = (typeof NORMALIZER_POSITIONS)[number];

export const WEIGHT_KINDS = ["gaussian", "orthogonal"] as const;
export type WeightKind = (typeof WEIGHT_KINDS)[number];

/** The usual variances of a weight times its fan-in by name: 1 and 2. */
export type GainName = "lecun" | "he";
const GAINS: Readonly<Record<GainName, number>> = { lecun: 1, he: 2 };

/** What is chosen of a sampled network beside its scheme and its sizes, as it is drawn and recorded. */
export interface NetworkChoices {
  /** `linear` unless it is set. */
  readonly activation: BranchActivation;
  /** The scheme's own unless it is set: `batch` for batchnorm, `layer` for pre-ln, `none` for a raw branch, … */
  readonly normalizer: NormalizerName;
  /** Unless it is set `post` for the schemes that normalise the merged sum, else `pre`. */
  readonly position: NormalizerPosition;
  /** Groups of features, of the normaliser `group` alone; 4 unless they are set. */
  readonly groups?: Count;
  /** Weight layers of a branch, each behind its own normaliser and activation; 1, or those of the architecture, unless set. */
  readonly branchLayers: Count;
  /** `gaussian` unless it is set. */
  readonly weights: WeightKind;
  /** Variance of a weight times its fan-in; LeCun's 1 for linear and tanh, He's 2 for ReLU and GELU unless it is set. */
  readonly gain: Magnitude;
}

/** The choices that a caller makes: plain data. */
export interface NetworkChoiceSettings extends Partial<Omit<NetworkChoices, "gain">> {
  /** Variance of a weight times its fan-in, or `lecun` (1) or `he` (2); the usual one of the activation if absent. */
  readonly gain?: number | GainName;
}

const GAIN_NAME = oneOf(Object.keys(GAINS) as GainName[]);
const GAIN: TextKind<number | GainName, number> = {
  read: GAIN_NAME.read,
  check: (argument, given) =>
    typeof given === "string" ? GAINS[GAIN_NAME.check(argument, given)] : POSITIVE.check(argument, given),
};

/** The choices' settings, in the order of documents. */
export const NETWORK_CHOICES: Fields<
  NetworkChoiceSettings,
  NetworkChoices,
  "normalizer" | "position" | "branchLayers" | "gain"
> = {
  activation: {
    kind: oneOf(BRANCH_ACTIVATIONS),
    default: "linear",
    describe: `what is before the weights: ${BRANCH_ACTIVATIONS.join(", ")}`,
  },
  normalizer: {
    kind: oneOf(NORMALIZER_NAMES),
    describe: `${NORMALIZER_NAMES.join(", ")}; the scheme's own if absent`,
  },
  position: {
    kind: oneOf(NORMALIZER_POSITIONS),
    describe: "where it normalises: pre (in the branch) or post (the merged sum)",
  },
  groups: {
    kind: wholeNumber(1),
    describe: "groups of features, for --normalizer group",
  },
  branchLayers: {
    kind: wholeNumber(1, MOST_BRANCH_LAYERS),
    describe: "weight layers of a branch; 1 if absent",
  },
  weights: {
    kind: oneOf(WEIGHT_KINDS),
    usual: "gaussian",
    describe: "gaussian or orthogonal; gaussian if absent",
  },
  gain: {
    kind: GAIN,
    describe: "variance of a weight: lecun (1/fan-in) or he (2/fan-in); the usual one if absent",
  },
};
