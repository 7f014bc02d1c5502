import type { Argv, CommandBuilder, CommandModule } from "yargs";
import type { PathLengthsDocument } from "../../network/documents.js";
import { startProvenance } from "../../system/provenance.js";
import { inputText, lawLines } from "../law-lines.js";
import {
  givenNetwork,
  groupedOptions,
  inputOf,
  inputOptions,
  networkArguments,
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
        ...inputOptions,
      }),
      ...groupedOptions("Output:", outputOptions),
    })
    .example(
      "$0 paths --profile measured.json --within 5",
      "a network of your own (docs/your-own-network.md)",
    )
    .example("$0 paths --scheme batchnorm --depth 10000 --within 15 --convention paper", "the paper's 97 %")
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
  // Names with a hyphen are inferred twice, in camel case as well, and TypeScript does not see that the two agree.
  builder: builder as CommandBuilder<object, Arguments>,
  handler: async (argv) => {
    requireAlone(argv);
    if (argv.profile !== undefined) return presentMeasuredPaths({ ...argv, profile: argv.profile });
    const { activation, within } = argv;
    const input = inputOf(argv);
    const finish = startProvenance({ command: "paths", ...networkArguments(argv), within, ...input });
    const network = await givenNetwork(argv);
    const { predictPathLengths } = await import("../../analytic/predict.js");
    const document = predictPathLengths({ ...network, activation, within, ...input });
    const title = [network.scheme.title, ...(network.architecture ? [network.architecture.name] : [])].join(
      ", ",
    );
    await present({ ...document, provenance: finish() }, argv, () => describe(document, title));
  },
};

function describe(result: PathLengthsDocument, title: string): string {
  const { depth, activation, otherInput, inputVariance, inputOverBranch } = result;
  // The law of a raw branch does not depend on what enters.
  const isShown = inputOverBranch !== undefined || otherInput !== undefined || inputVariance !== 1;
  const lines = [
    `${title}, ${grouped(depth)} ${depth === 1 ? "block" : "blocks"}, ${activation} branches${
      isShown ? `, input variance ${inputText(result)}` : ""
    }`,
    ...lawLines(result),
  ];
  if (result.absoluteErrorBound !== undefined) {
    lines.push(
      `  computed to an absolute ${result.absoluteErrorBound.toExponential(1)} (a wide law of many blocks)`,
    );
  }
  if (otherInput) {
    const given = Object.entries(otherInput.within).map(([k, p]) => `P(K ≤ ${k}) = ${percent(p)}`);
    lines.push(`With ${inputText(otherInput)}: ${given.join(", ")}`);
  }
  return lines.join("\n");
}
