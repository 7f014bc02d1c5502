import type { SampleOptions } from "../../montecarlo/index.js";
import type { PreparedSample } from "../../montecarlo/sample/prepare-sample.js";
import { InvalidArgumentError } from "../../network/errors.js";
import { CIFAR_SIDE } from "../../network/limits.js";
import type { SampleImages } from "../../network/settings/sample-run.js";
import { givenNetwork } from "../options.js";
import { type CompatibleArguments, requireCompatible } from "../sample/compatible.js";
import { networkSettingsOf, runSettingsOf } from "../sample/options.js";
import type { JobArguments, Swept } from "./swept.js";

type SampleArguments = CompatibleArguments & {
  readonly scheme?: string;
  readonly images: SampleImages;
  readonly paths: boolean;
  readonly backward: boolean;
};

/** Bytes besides those of a network (docs/sweeps.md). */
const NODE_BYTES = 220 * 2 ** 20;
/** Copies of the largest tensors that a trial has at once. */
const COPIES = 4;
/** A gradient that is sent back costs another pass. */
const BACKWARD = 2;
/** Deeper networks take longer to prepare than to estimate by the blocks that are prepared. */
const MOST_PREPARED = 1000;

export const sweptSample: Swept = {
  check: async (given) => {
    const argv = given as unknown as SampleArguments;
    requireCompatible(argv);
    if (argv.images !== "gaussian" && !networkSettingsOf(argv).convolutional) {
      throw new InvalidArgumentError("--images", argv.images, "gaussian without --convolutional");
    }
    const { askedLengths, resolveJudgement, resolveRun, sampledNetworkOf } = await import(
      "../../montecarlo/sample/options.js"
    );
    const { requireSampler } = await import("../../montecarlo/network/sampler.js");
    const options = await optionsOf(argv);
    const run = resolveRun(options);
    resolveJudgement(options);
    askedLengths(options);
    const network = sampledNetworkOf(options);
    if (run.sampler !== "auto") requireSampler(run.sampler, network, argv.paths);
  },
  cost: async (given) => {
    const argv = given as unknown as SampleArguments;
    const { prepared, deeper } = await preparedOf(argv);
    const { multiplyAddsOf } = await import("../../montecarlo/trials/threads.js");
    const { distinctLayers, numbersGiven, numbersReturned, weightsOf } = await import(
      "../../network/plan/index.js"
    );
    const { plan, run } = prepared;
    const { network, windows = [] } = plan;
    const unit = multiplyAddsOf(plan) * deeper * (argv.backward ? BACKWARD : 1);
    const trials = "trials" in run.rule ? run.rule.trials : run.rule.maxTrials;
    const layers = distinctLayers(network.plan);
    const components = windows.reduce((most, { low, high }) => Math.max(most, high - low + 1), 1);
    const most = (numbersOf: (layer: (typeof layers)[number]) => number) =>
      layers.reduce((sum, layer) => Math.max(sum, numbersOf(layer)), 0);
    const activations = most((layer) => Math.max(numbersGiven(layer), numbersReturned(layer)));
    const numbers = most(weightsOf) + activations * components * network.batch;
    return { unit, work: trials * unit, bytes: NODE_BYTES + 4 * COPIES * numbers };
  },
};

/** The options as the command has them, without the images, which would have to be loaded. */
async function optionsOf(argv: JobArguments | SampleArguments): Promise<SampleOptions> {
  const { scheme, architecture, depth } = await givenNetwork(argv as SampleArguments);
  const { images } = argv as SampleArguments;
  const settings = networkSettingsOf(argv);
  return {
    scheme,
    ...settings,
    imageSize: settings.imageSize ?? (images === "cifar10" ? CIFAR_SIDE : undefined),
    ...runSettingsOf(argv),
    architecture,
    depth,
  };
}

/** What its trials are; of a deep network those of fewer blocks, and how many times as many it has. */
async function preparedOf(argv: SampleArguments): Promise<{ prepared: PreparedSample; deeper: number }> {
  const { prepareSample } = await import("../../montecarlo/sample/prepare-sample.js");
  const options = await optionsOf(argv);
  const { depth = 1 } = options;
  const isDeep = depth > MOST_PREPARED && options.architecture === undefined;
  const { atBlocks: _, longest: __, slopeFrom: ___, within: ____, ...shorter } = options;
  return {
    prepared: prepareSample(isDeep ? { ...shorter, depth: MOST_PREPARED } : options, argv.paths),
    deeper: isDeep ? depth / MOST_PREPARED : 1,
  };
}
