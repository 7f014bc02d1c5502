import { InvalidArgumentError } from "../../network/errors.js";
import { checkFields } from "../../network/settings/fields.js";
import { RECIPE, type Recipe, type RecipeSettings } from "../../network/settings/recipe.js";

/** @throws InvalidArgumentError naming the setting. */
export function planRecipe(settings: RecipeSettings): Recipe {
  const recipe = checkFields({ fields: RECIPE, settings });
  const { momentum, nesterov } = recipe;
  if (nesterov && momentum === 0) {
    throw new InvalidArgumentError("momentum", momentum, "more than 0 with `nesterov`");
  }
  return recipe;
}
