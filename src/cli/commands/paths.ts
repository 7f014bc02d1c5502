import type { Argv, CommandModule } from "yargs";
import type { PathLengthsDocument } from "../../network/documents.js";
import { startProvenance } from "../../system/provenance.js";
import { lawLines } from "../law-lines.js";
import {
  conventionOption,
  groupedOptions,
  networkArguments,
  networkOf,
  networkOptions,
  option,
  outputOptions,
  wholeNumbers,
} from "../options.js";
import { grouped, percent, present } from "../output.js";
import { measuredOptions, presentMeasuredPaths, requireAlone } from "./measured-paths.js";

const builder = (yargs: Argv) =>
  yargs
    .options({
      ...groupedOptions("Network:", networkOptions),
      ...groupedOptions("Measured instead:", measuredOptions),
      ...groupedOptions("Path lengths:", {
        within: option("within", wholeNumbers(0), {
          describe: "give P(K ≤ k) for this k, or several: 10,15; the 97 % quantile if absent",
        }),
        convention: conventionOption,
      }),
      ...groupedOptions("Output:", outputOptions),
    })
    .example(
      "$0 paths --profile measured.json --within 5",
      "a network of your own (docs/your-own-network.md)",
    )
    .example("$0 paths --scheme batchnorm --depth 10000 --within 15", "the paper's 97 %")
    .example("$0 paths --scheme skipinit --alpha 0.1 --depth 100", "SkipInit with a scale of your own")
    .example(
      "$0 paths --architecture wrn-100-2 --scheme batchnorm",
      "a real network, transition blocks included",
    )
    .example('$0 paths --scheme custom --alpha 0.2 --skip "1/sqrt(2)" --depth 50', "a scheme of your own");

type Arguments = Awaited<ReturnType<typeof builder>["argv"]>;

export const pathsCommand: CommandModule<object, Arguments> = {
  command: "paths",
  describe: "the law of the path lengths: how many branches the signal traverses",
  builder,
  handler: async (argv) => {
    requireAlone(argv);
    if (argv.profile !== undefined) return presentMeasuredPaths({ ...argv, profile: argv.profile });
    const { activation, within, convention } = argv;
    const finish = startProvenance({ command: "paths", ...networkArguments(argv), within, convention });
    const network = await networkOf(argv);
    const { predictPathLengths } = await import("../../analytic/predict.js");
    const document = predictPathLengths({ ...network, activation, convention, within });
    const title = [network.scheme.title, ...(network.architecture ? [network.architecture.name] : [])].join(
      ", ",
    );
    await present({ ...document, provenance: finish() }, argv, () => describe(document, title));
  },
};

const LAW = { paper: "convention paper, p_i = 1/i", "unit-input": "convention unit-input, p_i = 1/(i+1)" };

function describe(result: PathLengthsDocument, title: string): string {
  const { depth, convention, activation, otherConvention } = result;
  const isHarmonic = otherConvention !== undefined && activation === "linear";
  const lines = [
    `${title}, ${grouped(depth)} ${depth === 1 ? "block" : "blocks"}, ${activation} branches${
      isHarmonic ? ` (${LAW[convention]})` : otherConvention ? ` (convention ${convention})` : ""
    }`,
    ...lawLines(result),
  ];
  if (result.absoluteErrorBound !== undefined) {
    lines.push(
      `  computed to an absolute ${result.absoluteErrorBound.toExponential(1)} (a wide law of many blocks)`,
    );
  }
  if (otherConvention) {
    const given = Object.entries(otherConvention.within).map(([k, p]) => `P(K ≤ ${k}) = ${percent(p)}`);
    const law =
      activation === "linear" ? LAW[otherConvention.convention] : `convention ${otherConvention.convention}`;
    lines.push(`The ${law}, gives ${given.join(", ")}.`);
  }
  return lines.join("\n");
}
