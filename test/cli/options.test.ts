import { describe, expect, it } from "vitest";
import { COMMANDS } from "../../src/cli/commands/index.js";
import { messageOf } from "../../src/cli/flags.js";
import { declarationsOf } from "../../src/cli/parse-plainly.js";
import { InvalidArgumentError } from "../../src/network/errors.js";
import { NETWORK_PARTS, SCHEME_PARTS } from "../../src/network/settings/design-choices.js";
import { type AnyFields, inWords, kebab } from "../../src/network/settings/fields.js";
import { LEARNING_RATE } from "../../src/network/settings/learning-rate.js";
import { NETWORK_CHOICES } from "../../src/network/settings/network-choices.js";
import { DENSE_SIZES, MAP_SIZES, NETWORK_INPUT } from "../../src/network/settings/network-sizes.js";
import { RECIPE } from "../../src/network/settings/recipe.js";
import { RUN_IMAGES } from "../../src/network/settings/run-images.js";

const TABLES: Readonly<Record<string, object>> = {
  train: { ...LEARNING_RATE, ...RECIPE, ...RUN_IMAGES, ...SCHEME_PARTS, ...NETWORK_PARTS },
  sample: { ...NETWORK_CHOICES, ...NETWORK_INPUT, ...DENSE_SIZES, ...MAP_SIZES },
};
const ROWS = Object.entries(TABLES).flatMap(([command, table]) =>
  Object.entries(table as AnyFields)
    .filter(([, { describe }]) => describe !== undefined)
    .map(([name, field]) => ({ command, name, flag: field.flag ?? kebab(name), field })),
);

describe("a setting of the API is an option", () => {
  it.each(ROWS)("of $command: $name is --$flag", async ({ command, name, flag, field }) => {
    const { definitions } = declarationsOf(await COMMANDS[command]());
    const { type, default: text, coerce, describe } = definitions[flag];
    expect({ type, describe }).toEqual({
      type: field.kind.read ? "string" : "boolean",
      describe: field.describe,
    });
    // What --help says of the default reads as the API's own.
    expect(coerce ? coerce(text) : text).toEqual(field.default);
    // The API's complaints are about the option.
    const options = Object.keys(definitions);
    const { setting } = definitions[flag];
    const renamed = setting === undefined ? {} : { [setting]: flag };
    for (const argument of [name, inWords(name)]) {
      const error = new InvalidArgumentError(argument, 7, "another");
      expect(messageOf(error, { command, options, switches: [], renamed, args: [] })).toBe(
        `--${flag} must be another, not 7`,
      );
    }
  });
});
