import type { Argv, CommandBuilder, CommandModule } from "yargs";
import type { VarianceProfileDocument } from "../../network/documents.js";
import { UsageError } from "../../network/errors.js";
import { startProvenance } from "../../system/provenance.js";
import { inputText } from "../law-lines.js";
import {
  givenNetwork,
  groupedOptions,
  inputOf,
  inputOptions,
  networkArguments,
  networkOptions,
  option,
  outputOptions,
  wholeNumber,
} from "../options.js";
import { grouped, present } from "../output.js";

const builder = (yargs: Argv) =>
  yargs
    .options({
      ...groupedOptions("Network:", networkOptions),
      ...groupedOptions("Variances:", {
        ...inputOptions,
        "image-size": option("image-size", wholeNumber(1, 4096), {
          describe:
            "side of the images: predicts the maps of a convolutional BatchNorm-ReLU --architecture, zero padding included",
        }),
      }),
      ...groupedOptions("Output:", outputOptions),
    })
    .example("$0 variance --scheme unnormalized --depth 50 --plot growth.svg", "how fast it grows")
    .example(
      "$0 variance --architecture wrn-16-4 --scheme batchnorm --activation relu --image-size 32",
      "the maps of a Wide-ResNet",
    );

type Arguments = Awaited<ReturnType<typeof builder>["argv"]>;

export const varianceCommand: CommandModule<object, Arguments> = {
  command: "variance",
  describe: "the variance of the skip path and the residual branch, block by block",
  // Names with a hyphen are inferred twice, in camel case as well, and TypeScript does not see that the two agree.
  builder: builder as CommandBuilder<object, Arguments>,
  handler: async (argv) => {
    const { activation, imageSize } = argv;
    const input = inputOf(argv);
    const finish = startProvenance({
      command: "variance",
      ...networkArguments(argv),
      imageSize,
      ...input,
    });
    const network = await givenNetwork(argv);
    const { predictMapProfile, predictVarianceProfile } = await import("../../analytic/predict.js");
    let document: VarianceProfileDocument;
    if (imageSize === undefined) {
      document = predictVarianceProfile({ ...network, activation, ...input });
    } else {
      const { scheme, architecture } = network;
      if (architecture === undefined || activation !== "relu") {
        throw new UsageError("--image-size needs --architecture and --activation relu");
      }
      document = predictMapProfile({ scheme, architecture, imageSize, ...input });
    }
    const title = [network.scheme.title, ...(network.architecture ? [network.architecture.name] : [])].join(
      ", ",
    );
    await present({ ...document, provenance: finish() }, argv, () => describe(document, title));
  },
};

/** Blocks listed in the text: the first few, then powers of ten, then the last. */
function listed(depth: number): number[] {
  const blocks = [1, 2, 3, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 100_000, 1_000_000];
  return [...blocks.filter((block) => block < depth), depth];
}

function describe(result: VarianceProfileDocument, title: string): string {
  const show = (value: number | null) =>
    value === null ? "beyond float64" : String(Number(value.toPrecision(6)));
  const { moments } = result;
  const columns: [string, readonly (number | null)[]][] = [
    ["skip s_i", result.skip],
    ["branch b_i", result.branch],
  ];
  if (result.activation === "relu" && moments) {
    columns.push(["skip mean²", moments.skipMeanSquared], ["branch mean²", moments.branchMeanSquared]);
  }
  const row = (cells: readonly string[]) => cells.map((cell) => cell.padStart(16)).join("");
  const lines = [
    `${title}, ${grouped(result.depth)} ${result.depth === 1 ? "block" : "blocks"}, ${result.activation} branches${result.imageSize === undefined ? "" : `, images of ${result.imageSize}×${result.imageSize}`}, input variance ${inputText(result)}${result.moment ? `, ${result.moment}` : ""}`,
    row(["block i", ...columns.map(([name]) => name)]),
    ...listed(result.depth).map((block) =>
      row([grouped(block), ...columns.map(([, values]) => show(values[block - 1]))]),
    ),
  ];
  if (result.overflowBlock !== null) {
    lines.push(`The total variance exceeds float64 from block ${grouped(result.overflowBlock)} on.`);
  }
  for (const limits of result.precision ?? []) {
    // An input of variance 0 is no skip path that rounding takes.
    lines.push(...precisionLines(result.inputVariance === 0 ? { ...limits, skipLost: null } : limits));
  }
  if (result.gradientGrowth !== undefined && Number.isFinite(result.gradientGrowth)) {
    lines.push(
      `The squared gradient at the input is ${power(result.gradientGrowth)} times that at the output.`,
    );
  }
  return lines.join("\n");
}

/** 10^log10: 1.27e+30 also where that leaves float64. */
function power(log10: number): string {
  const exponent = Math.floor(log10);
  return Math.abs(exponent) < 4
    ? String(Number((10 ** log10).toPrecision(6)))
    : `${Number((10 ** (log10 - exponent)).toPrecision(4))}e${exponent < 0 ? "-" : "+"}${Math.abs(exponent)}`;
}

function precisionLines(limits: NonNullable<VarianceProfileDocument["precision"]>[number]): string[] {
  const { format, activationOverflow, varianceOverflow, underflow, branchLost, skipLost } = limits;
  const found = [
    ["the variance overflows", varianceOverflow],
    ["activations overflow", activationOverflow],
    ["activations underflow", underflow],
    ["the branch is lost in the skip path's rounding", branchLost],
  ] as const;
  const said = found.flatMap(([what, block]) =>
    block === null ? [] : [`${what} from block ${grouped(block)} on`],
  );
  // Where the branches do not grow along, the skip path soon is the larger of the two.
  if (skipLost !== null)
    said.push(`the skip path is lost in the branch's rounding at block ${grouped(skipLost)}`);
  return said.length === 0 ? [] : [`${format}: ${said.join("; ")}.`];
}
