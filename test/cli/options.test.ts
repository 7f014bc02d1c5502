import { describe, expect, it } from "vitest";
import { COMMANDS } from "../../src/cli/commands/index.js";
import { messageOf } from "../../src/cli/flags.js";
import { declarationsOf } from "../../src/cli/parse-plainly.js";
import { InvalidArgumentError } from "../../src/network/errors.js";
import { COMPUTATION } from "../../src/network/settings/computation.js";
import { NETWORK_PARTS, SCHEME_PARTS } from "../../src/network/settings/design-choices.js";
import { type AnyFields, inWords, kebab } from "../../src/network/settings/fields.js";
import { LEARNING_RATE } from "../../src/network/settings/learning-rate.js";
import { MODEL_CHOICES, SUMMARY_CHOICES } from "../../src/network/settings/model-choices.js";
import { NETWORK_CHOICES } from "../../src/network/settings/network-choices.js";
import { DENSE_SIZES, MAP_SIZES, NETWORK_INPUT } from "../../src/network/settings/network-sizes.js";
import { RECIPE } from "../../src/network/settings/recipe.js";
import { RUN_FILES } from "../../src/network/settings/run-files.js";
import { RUN_IMAGES } from "../../src/network/settings/run-images.js";
import { ASKED_LENGTHS, SAMPLE_RUN } from "../../src/network/settings/sample-run.js";
import { BREAK_LOCK, SEED } from "../../src/network/settings/shared.js";
import { RUN_LENGTH } from "../../src/network/settings/training-length.js";

const TABLES: Readonly<Record<string, object>> = {
  train: {
    ...{ ...MODEL_CHOICES, ...SUMMARY_CHOICES, ...SCHEME_PARTS, ...NETWORK_PARTS },
    ...{ ...RUN_LENGTH, ...LEARNING_RATE, ...RECIPE, ...RUN_IMAGES, seed: SEED },
    ...{ ...COMPUTATION, ...RUN_FILES },
  },
  sample: {
    ...{ ...NETWORK_CHOICES, ...NETWORK_INPUT, ...DENSE_SIZES, ...MAP_SIZES },
    ...{ ...SAMPLE_RUN, ...ASKED_LENGTHS },
  },
  validate: { seed: SEED, breakLock: BREAK_LOCK },
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
