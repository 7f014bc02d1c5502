import { readFile } from "node:fs/promises";
import { text as readStream } from "node:stream/consumers";
import type { Argv, CommandModule } from "yargs";
import { DataError, InvalidArgumentError } from "../../network/errors.js";
import { reasonOf } from "../../system/write-file.js";
import { groupedOptions, option, pictureFile } from "../options.js";
import { log, print } from "../output.js";

const builder = (yargs: Argv) =>
  yargs
    .positional("result", {
      type: "string",
      demandOption: true,
      // yargs hands a lone - over as empty text.
      coerce: (given: string) => given || "-",
      describe:
        "a result document (what a command prints with --json), a run's probe.jsonl, or - for standard input",
    })
    .options({
      ...groupedOptions("Output:", {
        output: option("output", pictureFile, {
          alias: "o",
          describe:
            "the picture: a file ending in .vl.json, .svg, .png or .html; the specification on stdout if absent",
        }),
      }),
    })
    .example("$0 plot result.json -o picture.png", "a picture of a saved result")
    .example("$0 paths --scheme sqrt2 --depth 50 --json | $0 plot - -o paths.svg", "without a file between");

type Arguments = Awaited<ReturnType<typeof builder>["argv"]>;

export const plotCommand: CommandModule<object, Arguments> = {
  command: "plot <result>",
  describe: "draw a result document",
  builder,
  handler: async ({ result, output }) => {
    const source = result === "-" ? "standard input" : result;
    const text = await readSource(result);
    const { parseResultDocument, plotOf, plotToFile, renderPlot } = await import("../../plot/index.js");
    const document = parseResultDocument(text, source);
    if (output === undefined) {
      await print(String(await renderPlot(plotOf(document), "vl.json")).trimEnd());
      return;
    }
    await plotToFile(document, output);
    log(`wrote ${output}`);
  },
};

async function readSource(path: string): Promise<string> {
  if (path === "-") {
    if (process.stdin.isTTY) throw new InvalidArgumentError("result", path, "a file, unless one is piped in");
    return readStream(process.stdin);
  }
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    throw new DataError(`cannot read ${path}: ${reasonOf(error)}`);
  }
}
