import type { Argv, CommandBuilder, CommandModule } from "yargs";
import type { SampleDocument } from "../../network/documents.js";
import type { Comparison } from "../../network/verdict.js";
import { startProvenance } from "../../system/provenance.js";
import { interruptible } from "../interrupt.js";
import {
  depthOption,
  option,
  outputOptions,
  schemeOf,
  schemeOptions,
  seedOption,
  wholeNumber,
  wholeNumbers,
} from "../options.js";
import { grouped, present, withError } from "../output.js";

const builder = (yargs: Argv) =>
  yargs
    .options({
      ...schemeOptions,
      depth: depthOption,
      width: option("width", wholeNumber(1), { default: "128", describe: "features of every block" }),
      batch: option("batch", wholeNumber(1), { default: "64", describe: "inputs that go through together" }),
      trials: option("trials", wholeNumber(1), {
        default: "8",
        describe: "independent networks; a verdict needs 3",
      }),
      seed: seedOption,
      within: option("within", wholeNumbers(0), {
        describe: "compare P(K ≤ k) for this k, or several: 10,15; the 97 % quantile if absent",
      }),
      "input-dimension": option("input-dimension", wholeNumber(1), {
        default: "100",
        describe: "dimensions of the Gaussian input",
      }),
      ...outputOptions,
    })
    .example("$0 sample --scheme batchnorm --depth 100 --width 128", "paths in sampled networks")
    .example(
      "$0 sample --scheme unnormalized --activation relu --depth 50 --trials 20",
      "without a normaliser",
    );

type Arguments = Awaited<ReturnType<typeof builder>["argv"]>;

export const sampleCommand: CommandModule<object, Arguments> = {
  command: "sample",
  describe: "draw random networks and measure their path lengths, with error bars",
  // Names with a hyphen are inferred twice, in camel case as well, and TypeScript does not see that the two agree.
  builder: builder as CommandBuilder<object, Arguments>,
  handler: async (argv) => {
    const { alpha, activation, depth, width, batch, trials, seed, within, inputDimension } = argv;
    const finish = startProvenance({
      command: "sample",
      scheme: argv.scheme,
      alpha,
      activation,
      depth,
      width,
      batch,
      trials,
      seed,
      within,
      inputDimension,
    });
    const scheme = await schemeOf(argv);
    const { sampleNetworks } = await import("../../montecarlo/index.js");
    const document = await interruptible({ label: "sampling" }, ({ signal, onProgress }) =>
      sampleNetworks({
        scheme,
        activation,
        depth,
        width,
        batch,
        trials,
        seed,
        inputDimension,
        within,
        onTrial: (done) => onProgress(done / trials, `network ${done} of ${trials}`),
        signal,
      }),
    );
    await present({ ...document, provenance: finish("wasm") }, argv, () => describe(document, scheme.title));
  },
};

function describe(sample: SampleDocument, title: string): string {
  const { depth, width, batch, trials, activation, attribution, slopes } = sample;
  const rows: [string, Comparison][] = [
    ["mean length", sample.meanLength],
    ...Object.entries(sample.within).map(([k, p]): [string, Comparison] => [`P(K ≤ ${k})`, p]),
    ...(slopes
      ? ([
          ["slope of the skip variance", slopes.skip],
          // Without ReLU the batch mean does not grow: BatchNorm has made every batch sum to 0.
          ...(activation === "relu" ? [["slope of the squared moving mean", slopes.movingMeanSquared]] : []),
        ] as [string, Comparison][])
      : []),
  ];
  const cells = rows.map(([name, { mean, se, theory, z }]) => [
    name,
    trials > 1 ? withError(mean, se) : String(Number(mean.toPrecision(6))),
    String(Number(theory.toPrecision(6))),
    trials > 1 && Number.isFinite(z) ? z.toFixed(1) : "-",
  ]);
  const table = [["", "sampled", "theory", "z"], ...cells];
  const widths = table[0].map((_, column) => Math.max(...table.map((row) => row[column].length)));
  const line = (row: string[]) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column] + 2)))
      .join("");
  return [
    `${title}, ${grouped(depth)} ${depth === 1 ? "block" : "blocks"} of width ${grouped(width)}, ${activation} branches, batch ${grouped(batch)}, ${trials} ${trials === 1 ? "network" : "networks"} (${attribution} shares)`,
    ...table.map((row) => `  ${line(row)}`.trimEnd()),
    `${sample.verdict.status}: ${sample.verdict.reason}`,
  ].join("\n");
}
