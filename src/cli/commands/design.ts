import type { Argv, CommandBuilder, CommandModule } from "yargs";
import type { DesignDocument } from "../../network/documents/comparison.js";
import { InvalidArgumentError, UsageError } from "../../network/errors.js";
import { startProvenance } from "../../system/provenance.js";
import { comparedInput, comparisonTable, showLog } from "../comparison-table.js";
import {
  groupedOptions,
  inputOf,
  inputOptions,
  oneOf,
  option,
  outputOptions,
  wholeNumber,
} from "../options.js";
import { percent, present } from "../output.js";

const UNKNOWNS = ["alpha", "depth", "probability"] as const;
type Unknown = (typeof UNKNOWNS)[number];

const number =
  (allowed: string, isAllowed: (value: number) => boolean) =>
  (argument: string, text: string): number => {
    const value = text.trim() === "" ? Number.NaN : Number(text);
    if (!isAllowed(value)) throw new InvalidArgumentError(argument, text, allowed);
    return value;
  };

const builder = (yargs: Argv) =>
  yargs
    .options({
      ...groupedOptions("Question:", {
        solve: option("solve", oneOf<Unknown>(UNKNOWNS), {
          default: "alpha",
          describe: "what is wanted: the largest alpha, the deepest depth, or the probability",
        }),
        within: option("within", wholeNumber(0), {
          demandOption: true,
          describe: "the path length k of P(K ≤ k)",
        }),
        depth: option("depth", wholeNumber(1, 1e15), { describe: "number of residual blocks" }),
        probability: option(
          "probability",
          number("a number from 1e-200 to 1, or 0", (p) => p === 0 || (p >= 1e-200 && p <= 1)),
          { describe: "the least that P(K ≤ k) may be" },
        ),
        alpha: option(
          "alpha",
          number("a number from 0 to 1e150", (a) => a >= 0 && a <= 1e150),
          {
            describe: "the scale of every branch, x ← x + α f(x)",
          },
        ),
      }),
      ...groupedOptions("Input:", inputOptions),
      ...groupedOptions("Output:", outputOptions),
    })
    .example("$0 design --depth 1000 --within 15 --probability 0.97", "the largest α that keeps paths short")
    .example("$0 design --solve depth --alpha 0.1 --within 15 --probability 0.97", "how deep it may be");

type Arguments = Awaited<ReturnType<typeof builder>["argv"]>;

export const designCommand: CommandModule<object, Arguments> = {
  command: "design",
  describe: "how large α or how deep a network may be for its paths to stay short",
  // Names with a hyphen are inferred twice, in camel case as well, and TypeScript does not see that the two agree.
  builder: builder as CommandBuilder<object, Arguments>,
  handler: async (argv) => {
    const { solve, within, depth, probability, alpha } = argv;
    const known = requireKnown(argv);
    const input = inputOf(argv);
    const finish = startProvenance({
      command: "design",
      solve,
      within,
      depth,
      probability,
      alpha,
      ...input,
    });
    const { deepestNetwork, largestAlpha, probabilityWithin } = await import(
      "../../analytic/design/design.js"
    );
    const { compareDesign } = await import("../../analytic/design/design-comparison.js");
    const answers = { alpha: largestAlpha, depth: deepestNetwork, probability: probabilityWithin };
    const document = compareDesign(answers[solve](known), input);
    if (argv.plot !== undefined && !document.comparison) {
      throw new UsageError(`--plot has nothing to draw: ${document.answer} ${NO_TABLE}`);
    }
    await present({ ...document, provenance: finish() }, argv, () => describe(document));
  },
};

const NO_TABLE = "Schemes are compared at a known depth of up to 100,000 blocks.";

/** What must be given beside the unknown. */
function requireKnown(argv: Arguments) {
  const { solve, within } = argv;
  if (argv[solve] !== undefined) {
    throw new UsageError(`--${solve} is what is solved for; leave it out, or choose another --solve`);
  }
  const missing = UNKNOWNS.filter((name) => name !== solve && argv[name] === undefined);
  if (missing.length > 0) {
    const options = missing.map((name) => `--${name}`).join(" and ");
    throw new UsageError(`${options} must be given to solve for ${solve}`);
  }
  const [depth, probability, alpha] = [argv.depth, argv.probability, argv.alpha].map(Number);
  return { within, depth, probability, alpha };
}

function describe(document: DesignDocument): string {
  const { within, network, comparison, answer } = document;
  const lines = [answer];
  if (network) {
    const { probabilityWithin, probabilityBeyond, meanLength, totalVariance } = network;
    lines.push(
      `  P(K ≤ ${within}) = ${percent(probabilityWithin)}, P(K > ${within}) = ${percent(probabilityBeyond)}, mean ${Number(meanLength.toPrecision(6))}`,
      `  total variance growth (1 + α²)^d = ${showLog(totalVariance)}`,
    );
  }
  if (comparison) {
    const depth = comparison.depth.toLocaleString("en-GB");
    lines.push(
      `Schemes at ${depth} ${comparison.depth === 1 ? "block" : "blocks"}, linear branches, input variance ${comparedInput(comparison)}:`,
    );
    lines.push(...comparisonTable(comparison).map((line) => `  ${line}`));
  } else if (document.depth !== null) lines.push(NO_TABLE);
  return lines.join("\n");
}
