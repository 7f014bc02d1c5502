import type { Argv, CommandModule } from "yargs";
import type { VarianceProfileDocument } from "../../network/documents.js";
import { startProvenance } from "../../system/provenance.js";
import { conventionOption, depthOption, outputOptions, schemeOf, schemeOptions } from "../options.js";
import { grouped, present } from "../output.js";

const builder = (yargs: Argv) =>
  yargs
    .options({ ...schemeOptions, depth: depthOption, convention: conventionOption, ...outputOptions })
    .example("$0 variance --scheme unnormalized --depth 50 --plot growth.svg", "how fast it grows");

type Arguments = Awaited<ReturnType<typeof builder>["argv"]>;

export const varianceCommand: CommandModule<object, Arguments> = {
  command: "variance",
  describe: "the variance of the skip path and the residual branch, block by block",
  builder,
  handler: async (argv) => {
    const { scheme, alpha, activation, depth, convention } = argv;
    const finish = startProvenance({ command: "variance", scheme, alpha, activation, depth, convention });
    const { predictVarianceProfile } = await import("../../analytic/predict.js");
    const resolved = await schemeOf(argv);
    const document = predictVarianceProfile({ scheme: resolved, depth, activation, convention });
    await present({ ...document, provenance: finish() }, argv, () => describe(document, resolved.title));
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
  const rows = listed(result.depth).map((block) => {
    const [skip, branch] = [result.skip[block - 1], result.branch[block - 1]];
    return [grouped(block), show(skip), show(branch)].map((cell) => cell.padStart(16)).join("");
  });
  const lines = [
    `${title}, ${grouped(result.depth)} ${result.depth === 1 ? "block" : "blocks"}, ${result.activation} branches, convention ${result.convention}`,
    ["block i", "skip s_i", "branch b_i"].map((cell) => cell.padStart(16)).join(""),
    ...rows,
  ];
  if (result.overflowBlock !== null) {
    lines.push(`The total variance exceeds float64 from block ${grouped(result.overflowBlock)} on.`);
  }
  return lines.join("\n");
}
