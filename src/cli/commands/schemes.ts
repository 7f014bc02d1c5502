import type { Argv, CommandModule } from "yargs";
import { FORMAT } from "../../network/format.js";
import { resolveScheme, SCHEME_NAMES, settingsOf } from "../../network/schemes/index.js";
import { groupedOptions, outputOptions } from "../options.js";
import { print } from "../output.js";

const builder = (yargs: Argv) => yargs.options(groupedOptions("Output:", { json: outputOptions.json }));

type Arguments = Awaited<ReturnType<typeof builder>["argv"]>;

export const schemesCommand: CommandModule<object, Arguments> = {
  command: "schemes",
  describe: "the residual schemes: formula, branch fraction q_i, law of the path lengths, source",
  builder,
  handler: async ({ json }) => {
    const schemes = SCHEME_NAMES.map((name) => {
      const { title, formula, fraction, law, source } = resolveScheme(name);
      return { name, title, formula, fraction, law, source, settings: settingsOf(name) };
    });
    if (json) return print(JSON.stringify({ kind: "schemes", format: FORMAT, schemes }));
    const lines = schemes.map(({ name, formula, fraction, law, source, settings }) =>
      [
        `${name}: ${formula}`,
        `  q_i = ${fraction}; ${law}`,
        ...(settings.length === 0 ? [] : [`  takes ${settings.map((one) => `--${one}`).join(", ")}`]),
        `  ${source}`,
      ].join("\n"),
    );
    await print(lines.join("\n"));
  },
};
