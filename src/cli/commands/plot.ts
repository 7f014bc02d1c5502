import type { Argv, CommandModule } from "yargs";
import { DataError, InvalidArgumentError } from "../../network/errors.js";
import { readText } from "../../system/read-text.js";
import { reasonOf } from "../../system/write-file.js";
import { fileOrStdin, groupedOptions, option, outputOptions, STANDARD_OUTPUT, text } from "../options.js";
import { log, printSpecification } from "../output.js";

const PICTURE =
  "the picture: a file ending in .vl.json, .svg, .png or .html, or - for the Vega-Lite specification on stdout, as if absent";

const builder = (yargs: Argv) =>
  yargs
    .positional("result", {
      type: "string",
      demandOption: true,
      coerce: fileOrStdin,
      describe:
        "a result document (what a command prints with --json), a run's probe.jsonl, or - for standard input",
    })
    .options(
      groupedOptions("Sweeps:", {
        against: option("against", text, {
          describe: "the axis of the grid to draw against; the learning rate if absent",
        }),
        by: option("by", text, { describe: "the axis whose values are curves; the next one if absent" }),
        measure: option("measure", text, {
          describe: "what is drawn, such as training loss; the test accuracy if absent",
        }),
      }),
    )
    .options(groupedOptions("Output:", { plot: { ...outputOptions.plot, describe: PICTURE } }))
    .example("$0 plot result.json -o picture.png", "a picture of a saved result")
    .example("$0 paths --scheme sqrt2 --depth 50 --json | $0 plot - -o paths.svg", "without a file between");

type Arguments = Awaited<ReturnType<typeof builder>["argv"]>;

export const plotCommand: CommandModule<object, Arguments> = {
  command: "plot <result>",
  describe: "draw a result document",
  builder,
  handler: async ({ result, plot = STANDARD_OUTPUT, ...view }) => {
    const source = result === "-" ? "standard input" : result;
    const content = await readSource(result);
    const { parseResultDocument } = await import("../../plot/result-document.js");
    const { plotOf, plotToFile } = await import("../../plot/plot-of.js");
    const document = await parseResultDocument(content, source);
    const chosen = { x: view.against, by: view.by, measure: view.measure };
    if (plot === STANDARD_OUTPUT) return printSpecification(plotOf(document, chosen));
    await plotToFile(document, plot, chosen);
    log(`wrote ${plot}`);
  },
};

async function readSource(path: string): Promise<string> {
  if (path === "-" && process.stdin.isTTY)
    throw new InvalidArgumentError("result", path, "a file, unless one is piped in");
  try {
    return await readText(path);
  } catch (error) {
    throw new DataError(`cannot read ${path}: ${reasonOf(error)}`);
  }
}
