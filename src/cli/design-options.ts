import type { TrainSettings } from "../train/plan.js";
import { networkOptions, numberFrom, oneOf, option, text, wholeNumber } from "./options.js";

/** How a trained network is built under its scheme. */
export const designOptions = {
  alpha: networkOptions.alpha,
  skip: option("skip", text, { describe: "scale of the skip path of custom, such as 1/sqrt(2)" }),
  survival: networkOptions.survival,
  normalized: networkOptions.normalized,
  "alpha-fixed": {
    type: "boolean",
    default: false,
    describe: "skipinit, rezero, unnormalized, layerscale: the branch scale stays as it starts",
  },
  "norm-position": option("norm-position", oneOf(["each", "first", "last", "merge"] as const), {
    describe:
      "where schemes that normalise do: before each activation (the default), first or last in a branch, or on the sum after each merge",
  }),
  "norm-groups": option("norm-groups", wholeNumber(1), {
    describe: "groups of channels of groupnorm; 8 if absent",
  }),
  fixup: option("fixup", text, {
    describe:
      "components of fixup, such as 1,3, or none; all if absent: 1 weights from 0, 2 scaled weights, 3 multipliers, 4 biases",
  }),
  "conv-biases": {
    type: "boolean",
    default: false,
    describe: "convolutions with biases, one for each channel",
  },
  dropout: option("dropout", numberFrom(0), {
    default: "0",
    describe: "probability that a feature is dropped before the classifier in training",
  }),
} as const;

interface DesignArguments {
  readonly alpha?: string;
  readonly skip?: string;
  readonly survival?: string;
  readonly normalized?: boolean;
  readonly "alpha-fixed": boolean;
  readonly "norm-position"?: TrainSettings["normPosition"];
  readonly "norm-groups"?: number;
  readonly fixup?: string;
  readonly "conv-biases": boolean;
  readonly dropout: number;
}

/** The settings of {@link designOptions}. */
export function designOf(argv: DesignArguments) {
  return {
    alpha: argv.alpha,
    skip: argv.skip,
    survival: argv.survival,
    normalized: argv.normalized,
    alphaFixed: argv["alpha-fixed"],
    normPosition: argv["norm-position"],
    normGroups: argv["norm-groups"],
    fixup: argv.fixup,
    convBiases: argv["conv-biases"],
    dropout: argv.dropout,
  } satisfies Partial<TrainSettings>;
}
