import { InvalidArgumentError } from "../network/errors.js";
import type { TrainSettings } from "../train/plan.js";
import { numberFrom, oneOf, option, positiveNumber, text, wholeNumber } from "./options.js";

/** `500`, a number of steps, or `2.5epochs`. */
export const lengthOf = (argument: string, given: string): NonNullable<TrainSettings["warmup"]> => {
  const [, amount, unit] = /^([\d.e+-]+) *(epochs?|steps?)?$/.exec(given.trim()) ?? [];
  if (amount === undefined) {
    throw new InvalidArgumentError(argument, given, "a number of steps, or of epochs such as 2.5epochs");
  }
  return unit?.startsWith("epoch")
    ? { epochs: positiveNumber(argument, amount) }
    : { steps: wholeNumber(1)(argument, amount) };
};

/** How a training step moves the weights; the defaults are the paper's. */
export const recipeOptions = {
  lr: option("lr", positiveNumber, { default: "0.1", describe: "learning rate at its largest" }),
  schedule: option("schedule", oneOf(["constant", "paper", "cosine"] as const), {
    default: "constant",
    describe:
      "learning rate: constant, paper (halved every 1/20 of the run in its second half) or cosine (to 0)",
  }),
  warmup: option("warmup", lengthOf, {
    describe:
      "steps, or epochs such as 2.5epochs, in which the learning rate rises before the schedule starts",
  }),
  momentum: option("momentum", numberFrom(0), {
    default: "0.9",
    describe: "share of the velocity kept from step to step",
  }),
  nesterov: { type: "boolean", default: false, describe: "Nesterov's momentum instead of the heavy ball" },
  l2: option("l2", numberFrom(0), {
    default: "5e-4",
    describe: "L2 coefficient: l2·w is added to the gradient (PyTorch's weight_decay)",
  }),
  "l2-on": option("l2-on", text, {
    default: "weights",
    describe:
      "what l2 applies to: weights (of convolutions and classifier; not scales, shifts, biases, α), all, none, or kinds: convolution,classifier,scale,shift,bias,alpha",
  }),
  "clip-norm": option("clip-norm", positiveNumber, {
    describe: "scale larger gradients down to this norm, over all parameters; the norm is in metrics.jsonl",
  }),
  "label-smoothing": option("label-smoothing", numberFrom(0), {
    default: "0",
    describe: "share of the target that is spread over all classes",
  }),
  augment: {
    type: "boolean",
    default: true,
    describe: "random crops and flips; --no-augment trains on the images as they are",
  },
} as const;

interface RecipeArguments {
  readonly lr: number;
  readonly schedule: TrainSettings["schedule"];
  readonly warmup: TrainSettings["warmup"];
  readonly momentum: number;
  readonly nesterov: boolean;
  readonly l2: number;
  readonly "l2-on": string;
  readonly "clip-norm": number | undefined;
  readonly "label-smoothing": number;
  readonly augment: boolean;
}

/** The settings of {@link recipeOptions}. */
export function recipeOf(argv: RecipeArguments) {
  return {
    learningRate: argv.lr,
    schedule: argv.schedule,
    warmup: argv.warmup,
    momentum: argv.momentum,
    nesterov: argv.nesterov,
    l2: argv.l2,
    l2On: argv["l2-on"],
    clipNorm: argv["clip-norm"],
    labelSmoothing: argv["label-smoothing"],
    augment: argv.augment,
  } satisfies Partial<TrainSettings>;
}
