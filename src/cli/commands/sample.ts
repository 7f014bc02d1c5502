import type { Argv, CommandBuilder, CommandModule } from "yargs";
import type { SampleOptions } from "../../montecarlo/index.js";
import { CIFAR_SIDE } from "../../network/limits.js";
import type { ResidualScheme } from "../../network/schemes/index.js";
import { startProvenance } from "../../system/provenance.js";
import { failOn } from "../fail-on.js";
import { interruptible, type WorkContext } from "../interrupt.js";
import { givenNetwork } from "../options.js";
import { present, withError } from "../output.js";
import { requireCompatible } from "../sample/compatible.js";
import {
  describeBackwardSample,
  describeExtrapolation,
  describeSample,
  describeVarianceSample,
} from "../sample/describe.js";
import { sampledImages } from "../sample/images.js";
import { networkSettingsOf, runSettingsOf, SAMPLE_EXAMPLES, sampleOptions } from "../sample/options.js";

const builder = (yargs: Argv) =>
  SAMPLE_EXAMPLES.reduce(
    (described, [command, what]) => described.example(command, what),
    yargs.options(sampleOptions),
  );

type Arguments = Awaited<ReturnType<typeof builder>["argv"]>;

export const sampleCommand: CommandModule<object, Arguments> = {
  command: "sample",
  describe: "draw random networks and measure their path lengths, with error bars",
  // Names with a hyphen are inferred twice, in camel case as well, and TypeScript does not see that the two agree.
  builder: builder as CommandBuilder<object, Arguments>,
  handler: async (argv) => {
    requireCompatible(argv);
    const finish = startProvenance({ command: "sample", ...given(argv) });
    const { scheme, architecture, depth } = await givenNetwork(argv);
    const title = [scheme.title, ...(architecture ? [architecture.name] : [])].join(", ");
    const hint = argv.out === undefined ? undefined : "the same command goes on from where it stopped";
    const [document, text] = await interruptible({ label: "sampling", hint }, async (context) => {
      const options = { ...(await optionsOf(argv, scheme, context)), architecture, depth };
      return draw(argv, options, title);
    });
    await present({ ...document, provenance: finish("wasm") }, argv, () => text);
    failOn(argv.failOn, [document.verdict]);
  },
};

/** Draws what the arguments ask for: the document, and its table. */
async function draw(argv: Arguments, options: SampleOptions, title: string) {
  const { sampleBackward, sampleBlockVariances, sampleNetworks, sampleSizes } = await import(
    "../../montecarlo/index.js"
  );
  const { widths, batches } = argv;
  const sizes = widths ?? batches;
  if (sizes) {
    const document = await sampleSizes({ ...options, along: widths ? "width" : "batch", sizes });
    return [document, describeExtrapolation(document, title)] as const;
  }
  if (argv.backward) {
    const document = await sampleBackward(options);
    return [document, describeBackwardSample(document, title)] as const;
  }
  if (!argv.paths) {
    const document = await sampleBlockVariances(options);
    return [document, describeVarianceSample(document, title)] as const;
  }
  const document = await sampleNetworks(options);
  return [document, describeSample(document, title)] as const;
}

async function optionsOf(
  argv: Arguments,
  scheme: ResidualScheme,
  context: WorkContext,
): Promise<SampleOptions> {
  const settings = networkSettingsOf(argv);
  const run = runSettingsOf(argv);
  const images = await sampledImages({ ...argv, ...settings, seed: run.seed }, context);
  // Planning a deep network takes a while.
  context.doesNotWait();
  return {
    scheme,
    ...settings,
    imageSize: settings.imageSize ?? (images ? CIFAR_SIDE : undefined),
    ...(images ? { images } : {}),
    ...run,
    workers: run.workers ?? "auto",
    log: context.log,
    signal: context.signal,
    onPlanned: () => {
      context.waits();
      context.onProgress(0, "the first network");
    },
    onEstimate: ({ label, mean, se, trials, fraction }) => {
      const after = `after ${trials} ${trials === 1 ? "network" : "networks"}`;
      context.onProgress(fraction, `${label} ${withError(mean, se)} ${after}`);
    },
  };
}

/** What was given on the line, or stands for what was not, by its name in the API. */
function given(argv: Arguments): Record<string, unknown> {
  const { _, $0, json, plot, o, debug, breakLock, ...rest } = argv as Record<string, unknown>;
  return Object.fromEntries(
    Object.entries(rest).filter(([name, value]) => value !== undefined && !name.includes("-")),
  );
}
