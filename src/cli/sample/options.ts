import { InvalidArgumentError } from "../../network/errors.js";
import { JUDGEMENT } from "../../network/settings/judgement.js";
import { NETWORK_CHOICES } from "../../network/settings/network-choices.js";
import { DENSE_SIZES, MAP_SIZES, NETWORK_INPUT } from "../../network/settings/network-sizes.js";
import { ASKED_LENGTHS, SAMPLE_IMAGES, SAMPLE_RUN } from "../../network/settings/sample-run.js";
import { failOnOption } from "../fail-on.js";
import {
  givenOf,
  groupedOptions,
  networkOptions,
  oneOf,
  option,
  outputOptions,
  settingsOptions,
  text,
  wholeNumber,
  wholeNumbers,
} from "../options.js";

/** Two whole numbers or more, all different. */
const sizes =
  (least: number) =>
  (argument: string, given: string): readonly number[] => {
    const numbers = wholeNumbers(least)(argument, given);
    if (new Set(numbers).size < 2) {
      throw new InvalidArgumentError(
        argument,
        given,
        "two different whole numbers or more, such as 64,128,256",
      );
    }
    return numbers;
  };

const { gain, ...CHOICES } = NETWORK_CHOICES;
const { inputVariance, batch, ...INPUT } = NETWORK_INPUT;
const { width, ...DENSE } = DENSE_SIZES;

const NETWORK = groupedOptions("Network:", {
  ...networkOptions,
  depth: option("depth", wholeNumber(1), { describe: "number of residual blocks" }),
  ...settingsOptions({ ...CHOICES, inputVariance, gain }),
});

const SIZE = groupedOptions("Size:", {
  ...settingsOptions({ width, batch, ...DENSE, ...INPUT, ...MAP_SIZES }),
  images: option("images", oneOf(SAMPLE_IMAGES), {
    default: "gaussian",
    describe: "convolutional: Gaussian noise, or CIFAR-10's training images",
  }),
  dir: option("dir", text, { describe: "folder with CIFAR-10's .bin files, instead of the cache" }),
  from: option("from", text, { describe: "cifar-10-binary.tar.gz or the folder it extracts to" }),
});

const { seed, sampler, workers, out, breakLock, ...TRIALS_ASKED } = SAMPLE_RUN;

const MEASURED = groupedOptions("What is measured:", {
  ...settingsOptions(ASKED_LENGTHS),
  paths: {
    type: "boolean",
    default: true,
    describe: "split by path length; --no-paths measures the variances alone, which is faster",
  },
  backward: {
    type: "boolean",
    default: false,
    describe: "a gradient from the output back instead: its norm by block and its path lengths",
  },
});

const TRIALS = groupedOptions("How many networks:", {
  ...settingsOptions(TRIALS_ASKED),
  widths: option("widths", sizes(1), {
    describe: "several widths instead of --width, extrapolated in 1/width",
  }),
  batches: option("batches", sizes(2), {
    describe: "several batch sizes instead of --batch, extrapolated in 1/batch",
  }),
  ...settingsOptions({ seed }),
});

const JUDGED = groupedOptions("How it is judged:", {
  ...settingsOptions(JUDGEMENT),
  "fail-on": failOnOption,
});

const RUN = groupedOptions("How it runs:", settingsOptions({ sampler, workers, out, breakLock }));

/** The options of `respath sample`, by the heading they stand under in its help. */
export const sampleOptions = {
  ...NETWORK,
  ...SIZE,
  ...MEASURED,
  ...TRIALS,
  ...JUDGED,
  ...RUN,
  ...groupedOptions("Output:", outputOptions),
} as const;

/** What was given for the network beside its scheme and depth. */
export function networkSettingsOf(argv: object) {
  return {
    ...givenOf(NETWORK_CHOICES, argv),
    ...givenOf(NETWORK_INPUT, argv),
    ...givenOf(DENSE_SIZES, argv),
    ...givenOf(MAP_SIZES, argv),
  };
}

/** What was given of how it is drawn, and of what is reported. */
export function runSettingsOf(argv: object) {
  return { ...givenOf(SAMPLE_RUN, argv), ...givenOf(ASKED_LENGTHS, argv), ...givenOf(JUDGEMENT, argv) };
}

export const SAMPLE_EXAMPLES = [
  ["$0 sample --scheme batchnorm --depth 100 --width 128", "paths in sampled networks"],
  [
    "$0 sample --scheme batchnorm --depth 10000 --within 15 --precision 0.003",
    "until the error bar is small enough",
  ],
  ["$0 sample --scheme batchnorm --depth 100 --widths 32,64,128,256", "what is left at infinite width"],
  ["$0 sample --scheme pre-ln --depth 24 --activation gelu --branch-layers 2", "LayerNorm before two layers"],
  [
    "$0 sample --scheme batchnorm --depth 1000 --width 1000 --no-paths",
    "variances alone, by the Gram sampler",
  ],
  [
    "$0 sample --scheme batchnorm --depth 2000 --trials 100 --out run.jsonl",
    "can be interrupted and gone on with",
  ],
] as const;
