import { TRAINABLE_SCHEMES } from "../network/schemes/index.js";
import { COMPUTATION } from "../network/settings/computation.js";
import { LEARNING_RATE } from "../network/settings/learning-rate.js";
import { MODEL_CHOICES, SUMMARY_CHOICES } from "../network/settings/model-choices.js";
import { RECIPE } from "../network/settings/recipe.js";
import { RUN_FILES } from "../network/settings/run-files.js";
import { RUN_IMAGES } from "../network/settings/run-images.js";
import { SEED } from "../network/settings/shared.js";
import { RUN_LENGTH } from "../network/settings/training-length.js";
import { dataOptions } from "./data-sets.js";
import { type DesignArguments, designOf, designOptions } from "./design-options.js";
import {
  givenOf,
  groupedOptions,
  option,
  outputOptions,
  settingsOptions,
  text,
  trainableScheme,
} from "./options.js";
import { probeOption } from "./probe-option.js";

const { activation, imageSize } = MODEL_CHOICES;
const { batch, augment, ...TESTS } = RUN_IMAGES;
const { output, overwrite, breakLock, ...OTHER_FILES } = RUN_FILES;
const RECIPE_GROUP = { ...RUN_LENGTH, batch, ...LEARNING_RATE, ...RECIPE, augment, seed: SEED };

/** The options of `respath train`, by the heading they stand under in its help. */
export const trainOptions = {
  ...groupedOptions("Model:", {
    model: option("model", text, {
      demandOption: true,
      describe:
        "wrn-n-k (Wide-ResNet, n = 6N+4), fc-d-w (fully connected), resnet-50-v2, or a .json file (docs/models.md)",
    }),
    ...settingsOptions({ activation }),
    summary: {
      type: "boolean",
      default: false,
      describe:
        "print the model's blocks, parameters, operations, memory and predicted profile; train nothing",
    },
    ...settingsOptions(SUMMARY_CHOICES),
  }),
  ...groupedOptions("Scheme:", {
    scheme: option("scheme", trainableScheme, {
      demandOption: true,
      describe: `residual scheme: ${TRAINABLE_SCHEMES.join(", ")}`,
    }),
    ...designOptions,
  }),
  ...groupedOptions("Recipe:", settingsOptions(RECIPE_GROUP)),
  ...groupedOptions("Data:", { ...dataOptions, ...settingsOptions({ imageSize }) }),
  ...groupedOptions("Tests:", settingsOptions(TESTS)),
  ...groupedOptions("Computation:", settingsOptions(COMPUTATION)),
  ...groupedOptions("Files:", {
    ...settingsOptions({ output, overwrite, breakLock }),
    probe: probeOption,
    ...settingsOptions(OTHER_FILES),
  }),
  ...groupedOptions("Output:", outputOptions),
} as const;

/** What was given of a run's settings, beside its model, its scheme and its probes. */
export function runSettingsOf(argv: DesignArguments) {
  return {
    ...givenOf(MODEL_CHOICES, argv),
    ...designOf(argv),
    ...givenOf({ ...RECIPE_GROUP, ...COMPUTATION, ...TESTS }, argv),
  };
}

/** What of them a model's summary is about. */
export function summarySettingsOf(argv: DesignArguments) {
  const { ghostBatch, workers } = COMPUTATION;
  return {
    ...givenOf({ activation }, argv),
    ...designOf(argv),
    ...givenOf({ batch, ghostBatch, workers, imageSize, ...SUMMARY_CHOICES }, argv),
  };
}
