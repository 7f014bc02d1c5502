import type { Argv, CommandBuilder, CommandModule } from "yargs";
import { UsageError } from "../../network/errors.js";
import { requireScheme } from "../../network/schemes/index.js";
import { startProvenance } from "../../system/provenance.js";
import { comparedInput, comparisonTable } from "../comparison-table.js";
import {
  depthOption,
  groupedOptions,
  inputOf,
  inputOptions,
  option,
  outputOptions,
  schemeOf,
  schemeOptions,
  text,
  wholeNumber,
} from "../options.js";
import { grouped, present } from "../output.js";

const builder = (yargs: Argv) =>
  yargs
    .options({
      ...groupedOptions("Networks:", {
        schemes: option("schemes", text, {
          default: "batchnorm,skipinit,sqrt2,unnormalized,fixup",
          describe: "schemes, separated by commas; a branch scale is given as in skipinit=0.1",
        }),
        depth: depthOption,
        activation: schemeOptions.activation,
      }),
      ...groupedOptions("Path lengths:", {
        within: option("within", wholeNumber(0), { describe: "give P(K ≤ k) for this k too" }),
        ...inputOptions,
      }),
      ...groupedOptions("Output:", outputOptions),
    })
    .example("$0 compare --depth 1000", "which schemes keep variance and paths short")
    .example("$0 compare --schemes skipinit,skipinit=0.1,skipinit=1 --depth 100 --plot alpha.png", "scales");

type Arguments = Awaited<ReturnType<typeof builder>["argv"]>;

export const compareCommand: CommandModule<object, Arguments> = {
  command: "compare",
  describe: "schemes beside each other: variance, path lengths, gradients, overflow",
  // Names with a hyphen are inferred twice, in camel case as well, and TypeScript does not see that the two agree.
  builder: builder as CommandBuilder<object, Arguments>,
  handler: async (argv) => {
    const { depth, activation, within } = argv;
    const input = inputOf(argv);
    const finish = startProvenance({
      command: "compare",
      schemes: argv.schemes,
      depth,
      activation,
      within,
      ...input,
    });
    const { compareSchemes } = await import("../../analytic/design/compare-schemes.js");
    const schemes = await Promise.all(entriesOf(argv.schemes).map(schemeOf));
    const document = compareSchemes({ schemes, depth, activation, within, ...input });
    await present({ ...document, provenance: finish() }, argv, () => {
      const counted = `${grouped(depth)} ${depth === 1 ? "block" : "blocks"}`;
      return [
        `${counted}, ${activation} branches, input variance ${comparedInput(document)}`,
        ...comparisonTable(document),
      ].join("\n");
    });
  },
};

/** `batchnorm,skipinit=pow(i, -0.5)`: names, each with its α if given; commas within parentheses belong to the α. */
function entriesOf(list: string): { scheme: string; alpha?: string }[] {
  return list.split(/,(?![^(]*\))/).map((entry) => {
    const [scheme, ...rest] = entry.split("=");
    const alpha = rest.join("=").trim();
    if (scheme.trim() === "" || (rest.length > 0 && alpha === "")) {
      throw new UsageError(
        `--schemes must be names separated by commas, such as batchnorm,skipinit=0.1, not ${JSON.stringify(list)}`,
      );
    }
    const name = requireScheme("--schemes", scheme.trim());
    return { scheme: name, ...(rest.length > 0 ? { alpha } : {}) };
  });
}
