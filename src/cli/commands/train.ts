import type { Argv, CommandBuilder, CommandModule } from "yargs";
import type { RunDocument } from "../../network/documents.js";
import { InvalidArgumentError } from "../../network/errors.js";
import { SCHEME_NAMES } from "../../network/scheme.js";
import type { StepMetrics } from "../../train/index.js";
import { dataOption, loadDataSet } from "../data-sets.js";
import { interruptible } from "../interrupt.js";
import {
  oneOf,
  option,
  outputOptions,
  positiveNumber,
  schemeOptions,
  seedOption,
  text,
  wholeNumber,
} from "../options.js";
import { grouped, log, present } from "../output.js";
import { recipeOf, recipeOptions } from "../recipe-options.js";

/** auto, none, or a number of blocks. */
const recomputation = (argument: string, text: string) => {
  if (text === "auto" || text === "none") return text;
  if (!/^\d+$/.test(text)) {
    throw new InvalidArgumentError(argument, text, "auto, none or a number of blocks a segment");
  }
  return wholeNumber(1)(argument, text);
};

const builder = (yargs: Argv) =>
  yargs
    .options({
      model: option("model", text, {
        demandOption: true,
        describe: "Wide-ResNet wrn-n-k: n = 6N+4 layers, 16k, 32k and 64k channels",
      }),
      scheme: option("scheme", oneOf(SCHEME_NAMES), {
        demandOption: true,
        describe: "residual scheme: batchnorm, skipinit, rezero, sqrt2, unnormalized",
      }),
      alpha: schemeOptions.alpha,
      steps: option("steps", wholeNumber(1), { describe: "training steps (or --epochs)" }),
      epochs: option("epochs", positiveNumber, { describe: "passes over the training images (or --steps)" }),
      batch: option("batch", wholeNumber(1, 50_000), { default: "64", describe: "images a step" }),
      ...recipeOptions,
      seed: seedOption,
      "image-size": option("image-size", wholeNumber(1), {
        default: "32",
        describe: "side of the images: 32, or 16 or 8 (averaged down)",
      }),
      "test-images": option("test-images", wholeNumber(0, 10_000), {
        describe: "test on the first images only; all 10,000 if absent",
      }),
      "ghost-batch": option("ghost-batch", wholeNumber(1, 50_000), {
        describe: "images normalised together, at most; 64 if absent, or the batch if that is less",
      }),
      workers: option("workers", wholeNumber(1), {
        describe:
          "threads, one ghost batch each (the same result for any number); the machine's cores if absent",
      }),
      recompute: option("recompute", recomputation, {
        default: "auto",
        describe:
          "activations computed again instead of kept: auto (only if they do not fit), none, or blocks a segment",
      }),
      exact: {
        type: "boolean",
        default: false,
        describe: "convolutions as plain sums of products, without Winograd's faster and less exact way",
      },
      backend: option("backend", oneOf(["auto", "wasm", "webgpu", "tensorflow", "cpu"] as const), {
        default: "auto",
        describe:
          "where tensors are computed: auto (the fastest that works), wasm, webgpu, tensorflow (tfjs-node) or cpu (slow)",
      }),
      out: option("out", text, { describe: "folder for metrics.jsonl (each step) and run.json" }),
      "checkpoint-every": option("checkpoint-every", wholeNumber(1), {
        describe: "steps between two checkpoints in the --out folder; one more at the end",
      }),
      resume: {
        type: "boolean",
        default: false,
        describe: "go on from the checkpoint in the --out folder, bit for bit; anew if there is none",
      },
      "load-weights": option("load-weights", text, {
        describe: "weights to start from (safetensors), of the same model and scheme",
      }),
      "save-weights": option("save-weights", text, {
        describe: "file for the final weights (safetensors), with PyTorch's names and layouts",
      }),
      data: dataOption,
      dir: option("dir", text, { describe: "the folder for the data's files, instead of one in the cache" }),
      from: option("from", text, { describe: "the data's official archive, or the folder it extracts to" }),
      ...outputOptions,
    })
    .example(
      "$0 train --model wrn-16-1 --scheme skipinit --steps 200 --image-size 16 --out runs/skipinit",
      "a short run on real CIFAR-10",
    );

type Arguments = Awaited<ReturnType<typeof builder>["argv"]>;

export const trainCommand: CommandModule<object, Arguments> = {
  command: "train",
  describe: "train a Wide-ResNet on CIFAR-10 or CIFAR-100 and measure its variance profile before and after",
  // Names with a hyphen are inferred twice, in camel case as well, and TypeScript does not see that the two agree.
  builder: builder as CommandBuilder<object, Arguments>,
  handler: async (argv) => {
    const { train } = await import("../../train/index.js");
    const document = await interruptible({ label: "training" }, (context) =>
      train({
        model: argv.model,
        scheme: argv.scheme,
        alpha: argv.alpha,
        steps: argv.steps,
        epochs: argv.epochs,
        batch: argv.batch,
        ghostBatch: argv["ghost-batch"],
        workers: argv.workers,
        recompute: argv.recompute,
        exact: argv.exact,
        backend: argv.backend,
        ...recipeOf(argv),
        seed: argv.seed,
        imageSize: argv["image-size"],
        testImages: argv["test-images"],
        output: argv.out,
        checkpointEvery: argv["checkpoint-every"],
        resume: argv.resume,
        loadWeights: argv["load-weights"],
        saveWeights: argv["save-weights"],
        onResume: (steps) =>
          context.log(
            steps === 0
              ? `no checkpoint in ${argv.out}: starting anew`
              : `going on from ${argv.out} after step ${grouped(steps)}`,
          ),
        signal: context.signal,
        data: async () => {
          const { train, test, checksums } = await loadDataSet(argv.data, {
            directory: argv.dir,
            from: argv.from,
            ...context,
            onProgress: (_fraction, activity) => context.onProgress(0, activity),
          });
          return { name: argv.data, train, test, checksums };
        },
        onStep: (metrics, steps) => context.onProgress(metrics.step / steps, activityOf(metrics, steps)),
      }),
    );
    if (argv.out !== undefined) log(`wrote ${argv.out}/metrics.jsonl and ${argv.out}/run.json`);
    if (argv["save-weights"] !== undefined) log(`wrote ${argv["save-weights"]}`);
    await present(document, argv, () => describe(document));
  },
};

/** What the progress line says of a step, beside the time left. */
function activityOf(metrics: StepMetrics, steps: number): string {
  const { step, epoch, loss, accuracy, imagesPerSecond } = metrics;
  return [
    `epoch ${epoch.toFixed(2)}`,
    `step ${step} of ${steps}`,
    `loss ${loss?.toFixed(3) ?? "not finite"}`,
    `accuracy ${(100 * accuracy).toFixed(0)} %`,
    `${imagesPerSecond.toFixed(0)} img/s`,
  ].join(", ");
}

function describe(run: RunDocument): string {
  const { scheme, alpha, loss, testAccuracy, imagesPerSecond } = run;
  const show = (value: number | null) => (value === null ? "not finite" : value.toFixed(3));
  const tested =
    testAccuracy === null
      ? []
      : [`test accuracy ${(100 * testAccuracy).toFixed(2)} % of ${grouped(run.testImages)} images`];
  return [
    `${run.model}, ${scheme}${alpha === undefined ? "" : ` ${alpha}`}, ${run.depth} blocks, ${grouped(run.parameters)} parameters`,
    `  ${run.outcome} after ${grouped(run.steps)} ${run.steps === 1 ? "step" : "steps"}: ${run.reason}`,
    `  training loss ${show(loss.first)} at the first step, ${show(loss.last)} at the last`,
    ...tested.map((line) => `  ${line}`),
    `  ${imagesPerSecond.median.toFixed(0)} images a second (${imagesPerSecond.min.toFixed(0)} to ${imagesPerSecond.max.toFixed(0)})`,
    "  branch share q of the variance, block by block, before and after:",
    ...["before" as const, "after" as const].map((when) => `    ${when.padEnd(6)} ${shares(run, when)}`),
  ].join("\n");
}

/** q = b/(s+b) of the first, some middle and the last blocks. */
function shares(run: RunDocument, when: "before" | "after"): string {
  const blocks = run.profile[when];
  const few = blocks.filter(
    (_, index) => index % Math.ceil(blocks.length / 8) === 0 || index === blocks.length - 1,
  );
  return few.map(({ block, skip, branch }) => `${block}: ${format(branch / (skip + branch))}`).join("  ");
}

function format(share: number): string {
  return Number.isFinite(share) ? share.toFixed(3) : "–";
}
