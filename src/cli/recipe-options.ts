import { LEARNING_RATE } from "../network/settings/learning-rate.js";
import { RECIPE } from "../network/settings/recipe.js";
import { RUN_IMAGES } from "../network/settings/run-images.js";
import { givenOf, settingsOptions } from "./options.js";

const { augment, ...TESTS } = RUN_IMAGES;

/** How a training step moves the weights; the defaults are the paper's. */
export const recipeOptions = settingsOptions({ ...LEARNING_RATE, ...RECIPE, augment });

/** How often a run is tested. */
export const testOptions = settingsOptions(TESTS);

/** The settings of {@link recipeOptions}. */
export function recipeOf(argv: object) {
  return { ...givenOf(LEARNING_RATE, argv), ...givenOf(RECIPE, argv), ...givenOf({ augment }, argv) };
}

/** The settings of {@link testOptions}. */
export function testsOf(argv: object) {
  return givenOf(TESTS, argv);
}
