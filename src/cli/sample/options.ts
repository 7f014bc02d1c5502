import { InvalidArgumentError } from "../../network/errors.js";
import { NETWORK_CHOICES } from "../../network/settings/network-choices.js";
import { DENSE_SIZES, MAP_SIZES, NETWORK_INPUT } from "../../network/settings/network-sizes.js";
import { SAMPLE_IMAGES, SAMPLE_QUANTITIES, SAMPLER_CHOICES } from "../../network/settings/sample-run.js";
import {
  breakLockOption,
  givenOf,
  groupedOptions,
  networkOptions,
  oneOf,
  option,
  outputOptions,
  positiveNumber,
  seedOption,
  settingsOptions,
  text,
  wholeNumber,
  wholeNumbers,
} from "../options.js";

/** Two whole numbers or more, all different. */
const sizes =
  (least: number) =>
  (argument: string, given: string): number[] => {
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

const MEASURED = groupedOptions("What is measured:", {
  within: option("within", wholeNumbers(0), {
    describe: "compare P(K ≤ k) for this k, or several: 10,15; the 97 % quantile if absent",
  }),
  "at-block": option("at-block", wholeNumbers(1), {
    describe: "the path lengths after these blocks too: 100,1000",
  }),
  longest: option("longest", wholeNumber(0), {
    describe: "the longest path kept apart from longer ones; as many as matter if absent",
  }),
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
  trials: option("trials", wholeNumber(1), {
    describe: "independent networks, 8 if absent; a verdict needs 3",
  }),
  precision: option("precision", positiveNumber, {
    describe: "instead: as many as bring the standard error of --quantity down to this",
  }),
  quantity: option("quantity", oneOf(SAMPLE_QUANTITIES), {
    describe: `${SAMPLE_QUANTITIES.join(", ")}; the first P(K ≤ k) if absent`,
  }),
  "max-trials": option("max-trials", wholeNumber(8), {
    describe: "with --precision: at most; 1,000 if absent",
  }),
  widths: option("widths", sizes(1), {
    describe: "several widths instead of --width, extrapolated in 1/width",
  }),
  batches: option("batches", sizes(2), {
    describe: "several batch sizes instead of --batch, extrapolated in 1/batch",
  }),
  seed: seedOption,
});

const RUN = groupedOptions("How it runs:", {
  sampler: option("sampler", oneOf(SAMPLER_CHOICES), {
    default: "auto",
    describe: "direct draws every weight, gram (with --no-paths) what they make of the batch",
  }),
  workers: option("workers", wholeNumber(1), {
    describe: "threads (the same result for any number); the machine's cores if absent",
  }),
  out: option("out", text, {
    describe: "keep every network in this file: the same command goes on from it",
  }),
  "break-lock": breakLockOption,
});

/** The options of `respath sample`, by the heading they stand under in its help. */
export const sampleOptions = {
  ...NETWORK,
  ...SIZE,
  ...MEASURED,
  ...TRIALS,
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
