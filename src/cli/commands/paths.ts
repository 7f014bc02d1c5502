import type { Argv, CommandModule } from "yargs";
import type { PathLengthsDocument } from "../../network/documents.js";
import { startProvenance } from "../../system/provenance.js";
import {
  conventionOption,
  depthOption,
  option,
  outputOptions,
  schemeOf,
  schemeOptions,
  wholeNumbers,
} from "../options.js";
import { grouped, percent, present } from "../output.js";

const builder = (yargs: Argv) =>
  yargs
    .options({
      ...schemeOptions,
      depth: depthOption,
      within: option("within", wholeNumbers(0), {
        describe: "give P(K ≤ k) for this k, or several: 10,15; the 97 % quantile if absent",
      }),
      convention: conventionOption,
      ...outputOptions,
    })
    .example("$0 paths --scheme batchnorm --depth 10000 --within 15", "the paper's 97 %")
    .example("$0 paths --scheme skipinit --alpha 0.1 --depth 100", "SkipInit with a scale of your own");

type Arguments = Awaited<ReturnType<typeof builder>["argv"]>;

export const pathsCommand: CommandModule<object, Arguments> = {
  command: "paths",
  describe: "the law of the path lengths: how many branches the signal traverses",
  builder,
  handler: async (argv) => {
    const { scheme, alpha, activation, depth, within, convention } = argv;
    const finish = startProvenance({
      command: "paths",
      scheme,
      alpha,
      activation,
      depth,
      within,
      convention,
    });
    const { predictPathLengths } = await import("../../analytic/predict.js");
    const resolved = await schemeOf(argv);
    const document = predictPathLengths({ scheme: resolved, depth, activation, convention, within });
    await present({ ...document, provenance: finish() }, argv, () => describe(document, resolved.title));
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
    "K, the number of branches traversed by a unit of output variance:",
    `  mean ${Number(result.mean.toPrecision(6))}, variance ${Number(result.variance.toPrecision(6))}`,
    ...Object.entries(result.within).map(
      ([k, p]) => `  P(K ≤ ${k}) = ${percent(p)}, P(K > ${k}) = ${percent(result.beyond[k])}`,
    ),
    `  quantiles: ${Object.entries(result.quantiles)
      .map(([p, k]) => `${Number((100 * Number(p)).toPrecision(4))} %: ${k}`)
      .join(", ")}`,
  ];
  if (otherConvention) {
    const given = Object.entries(otherConvention.within).map(([k, p]) => `P(K ≤ ${k}) = ${percent(p)}`);
    const law =
      activation === "linear" ? LAW[otherConvention.convention] : `convention ${otherConvention.convention}`;
    lines.push(`The ${law}, gives ${given.join(", ")}.`);
  }
  return lines.join("\n");
}
