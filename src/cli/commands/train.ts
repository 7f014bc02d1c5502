import type { Argv, CommandBuilder, CommandModule } from "yargs";
import { ACTIVATIONS } from "../../network/activations.js";
import type { RunDocument } from "../../network/documents.js";
import { InvalidArgumentError, UsageError } from "../../network/errors.js";
import { TRAINABLE_SCHEMES } from "../../network/schemes/index.js";
import { BACKEND_CHOICES } from "../../network/settings/backends.js";
import type { StepMetrics } from "../../train/index.js";
import { chooseData, dataOptions } from "../data-sets.js";
import { designOf, designOptions } from "../design-options.js";
import { interruptible } from "../interrupt.js";
import {
  breakLockOption,
  groupedOptions,
  oneOf,
  option,
  outputOptions,
  positiveNumber,
  seedOption,
  text,
  trainableScheme,
  wholeNumber,
} from "../options.js";
import { grouped, log, present } from "../output.js";
import { describeProbes, probeOption } from "../probe-option.js";
import { recipeOf, recipeOptions, testOptions, testsOf } from "../recipe-options.js";
import { presentSummary, summaryOptions } from "../train-summary.js";

/** auto, none, or a number of blocks. */
const recomputation = (argument: string, given: string) => {
  const text = given.toLowerCase();
  if (text === "auto" || text === "none") return text;
  if (!/^\d+$/.test(text)) {
    throw new InvalidArgumentError(argument, given, "auto, none or a number of blocks a segment");
  }
  return wholeNumber(1)(argument, text);
};

const builder = (yargs: Argv) =>
  yargs
    .options({
      ...groupedOptions("Model:", {
        model: option("model", text, {
          demandOption: true,
          describe:
            "wrn-n-k (Wide-ResNet, n = 6N+4), fc-d-w (fully connected), resnet-50-v2, or a .json file (docs/models.md)",
        }),
        activation: option("activation", oneOf(ACTIVATIONS), {
          describe:
            "what stands before each weight layer of a branch: linear (nothing) or relu; the model's own if absent",
        }),
        ...summaryOptions,
      }),
      ...groupedOptions("Scheme:", {
        scheme: option("scheme", trainableScheme, {
          demandOption: true,
          describe: `residual scheme: ${TRAINABLE_SCHEMES.join(", ")}`,
        }),
        ...designOptions,
      }),
      ...groupedOptions("Recipe:", {
        steps: option("steps", wholeNumber(1), { describe: "training steps (or --epochs)" }),
        epochs: option("epochs", positiveNumber, {
          describe: "passes over the training images (or --steps)",
        }),
        batch: option("batch", wholeNumber(1, 50_000), { default: "64", describe: "images a step" }),
        ...recipeOptions,
        seed: seedOption,
      }),
      ...groupedOptions("Data:", {
        ...dataOptions,
        "image-size": option("image-size", wholeNumber(1), {
          describe:
            "side of the images: 32, 16 or 8 (averaged down) for the CIFARs, from 8 to 1024 for a folder; the model's own (32, or 224 for resnet-50-v2) if absent",
        }),
      }),
      ...groupedOptions("Tests:", testOptions),
      ...groupedOptions("Computation:", {
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
        backend: option("backend", oneOf(BACKEND_CHOICES), {
          default: "auto",
          describe:
            "where tensors are computed: auto (the fastest that works), wasm, webgpu, tensorflow (tfjs-node) or cpu (slow)",
        }),
      }),
      ...groupedOptions("Files:", {
        out: option("out", text, { describe: "folder for metrics.jsonl (each step) and run.json" }),
        overwrite: {
          type: "boolean",
          default: false,
          describe:
            "replace the run in the --out folder, once the new one has taken its first step, and files of weights that are there",
        },
        "break-lock": breakLockOption,
        probe: probeOption,
        "checkpoint-every": option("checkpoint-every", wholeNumber(1), {
          describe:
            "steps between two checkpoints in the --out folder; one more after the first step and at the end",
        }),
        resume: {
          type: "boolean",
          default: false,
          describe:
            "go on from the checkpoint in the --out folder, bit for bit; anew if there is no run in it",
        },
        "load-weights": option("load-weights", text, {
          describe: "weights to start from (safetensors), of the same model and scheme",
        }),
        "save-weights": option("save-weights", text, {
          describe: "file for the final weights (safetensors), with PyTorch's names and layouts",
        }),
        "save-best": option("save-best", text, {
          describe: "file for the weights with the best test accuracy (see --test-every)",
        }),
      }),
      ...groupedOptions("Output:", outputOptions),
    })
    .example(
      "$0 train --model wrn-16-1 --scheme skipinit --steps 200 --image-size 16 --out runs/skipinit",
      "a short run on real CIFAR-10",
    )
    .example(
      "$0 train --data flowers --image-size 64 --model wrn-16-2 --scheme batchnorm --epochs 20 --out runs/flowers",
      "your own images, in a folder for each class",
    );

type Arguments = Awaited<ReturnType<typeof builder>["argv"]>;

export const trainCommand: CommandModule<object, Arguments> = {
  command: "train",
  describe:
    "train a residual network on CIFAR-10, CIFAR-100 or a folder of images and measure its variance profile before and after",
  // Names with a hyphen are inferred twice, in camel case as well, and TypeScript does not see that the two agree.
  builder: builder as CommandBuilder<object, Arguments>,
  handler: async (argv) => {
    if (argv.summary) return presentSummary(argv);
    if (argv.classes !== undefined)
      throw new UsageError("--classes is for --summary: a run takes its data's");
    if (argv.overwrite && argv.resume) {
      throw new UsageError(
        "give --resume, to go on with the run in --out, or --overwrite, to replace it, not both",
      );
    }
    const load = await chooseData(argv);
    const { readModel, readProbes, train } = await import("../../train/index.js");
    const model = await readModel(argv.model);
    const shown = { share: 0, testAccuracy: undefined as number | undefined };
    const document = await interruptible({ label: "training" }, (context) =>
      train({
        model,
        activation: argv.activation,
        scheme: argv.scheme,
        ...designOf(argv),
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
        ...testsOf(argv),
        ...argv.probe,
        output: argv.out,
        checkpointEvery: argv["checkpoint-every"],
        resume: argv.resume,
        overwrite: argv.overwrite,
        breakLock: argv["break-lock"],
        log: context.log,
        loadWeights: argv["load-weights"],
        saveWeights: argv["save-weights"],
        saveBest: argv["save-best"],
        onResume: (steps) =>
          context.log(
            steps === 0
              ? `no run in ${argv.out}: starting anew`
              : `going on from ${argv.out} after step ${grouped(steps)}`,
          ),
        onDroppedPrefix: (prefix) =>
          context.log(`${argv["load-weights"]}: every name begins with ${prefix}, which was left out`),
        signal: context.signal,
        data: () =>
          load({ ...context, onProgress: (_fraction, activity) => context.onProgress(0, activity) }),
        onStep: (metrics, steps) => {
          shown.share = metrics.step / steps;
          shown.testAccuracy = metrics.testAccuracy ?? shown.testAccuracy;
          context.onProgress(shown.share, activityOf(metrics, steps, shown.testAccuracy));
        },
        onEvaluation: (done, total) =>
          context.onProgress(shown.share, `testing, ${grouped(done)} of ${grouped(total)} images`),
      }),
    );
    if (argv.out !== undefined) log(`wrote ${argv.out}/metrics.jsonl and ${argv.out}/run.json`);
    if (argv.out !== undefined && argv.probe) {
      log(`wrote ${argv.out}/probe.jsonl: ${describeProbes(await readProbes(argv.out))}`);
    }
    if (argv["save-weights"] !== undefined) log(`wrote ${argv["save-weights"]}`);
    if (argv["save-best"] !== undefined && document.bestTestStep !== undefined) {
      log(`wrote ${argv["save-best"]}, the weights after step ${grouped(document.bestTestStep)}`);
    }
    await present(document, argv, () => describe(document));
  },
};

/** What the progress line says of a step, beside the time left. */
function activityOf(metrics: StepMetrics, steps: number, testAccuracy: number | undefined): string {
  const { step, epoch, loss, accuracy, imagesPerSecond } = metrics;
  return [
    `epoch ${epoch.toFixed(2)}`,
    `step ${step} of ${steps}`,
    `loss ${loss?.toFixed(3) ?? "not finite"}`,
    `accuracy ${(100 * accuracy).toFixed(0)} %`,
    `${imagesPerSecond.toFixed(0)} img/s`,
    ...(testAccuracy === undefined ? [] : [`test accuracy ${(100 * testAccuracy).toFixed(2)} %`]),
  ].join(", ");
}

function describe(run: RunDocument): string {
  const { scheme, alpha, loss, imagesPerSecond } = run;
  const show = (value: number | null) => (value === null ? "not finite" : value.toFixed(3));
  return [
    `${run.model}, ${scheme}${alpha === undefined ? "" : ` ${alpha}`}, ${run.depth} blocks, ${grouped(run.parameters)} parameters`,
    `  ${run.outcome} after ${grouped(run.steps)} ${run.steps === 1 ? "step" : "steps"}: ${run.reason}`,
    `  training loss ${show(loss.first)} at the first step, ${show(loss.last)} at the last`,
    ...testLines(run),
    ...badImageLines(run),
    `  ${imagesPerSecond.median.toFixed(0)} images a second (${imagesPerSecond.min.toFixed(0)} to ${imagesPerSecond.max.toFixed(0)})`,
    "  branch share q of the variance, block by block, before and after:",
    ...["before" as const, "after" as const].map((when) => `    ${when.padEnd(6)} ${shares(run, when)}`),
  ].join("\n");
}

/** What became of the images that were damaged. */
function badImageLines({ badImages }: RunDocument): string[] {
  if (!badImages || badImages.count === 0) return [];
  const { count, names } = badImages;
  const [images, their] = count === 1 ? ["1 image", "its"] : [`${grouped(count)} images`, "their"];
  const named = [...names.slice(0, 3), ...(count > 3 ? ["…"] : [])].join(", ");
  return [`  ${images} could not be decoded, and others took ${their} place: ${named}`];
}

/** The final test accuracy, and the best one where there were several tests. */
function testLines({ testAccuracy, bestTestAccuracy, bestTestStep, testImages, tests = [] }: RunDocument) {
  const percent = (accuracy: number) => `${(100 * accuracy).toFixed(2)} %`;
  const images = `of ${grouped(testImages)} images`;
  const final =
    testAccuracy === null
      ? []
      : [`  final test accuracy ${percent(testAccuracy)} ${images}, after the last step`];
  if (bestTestAccuracy === undefined || bestTestStep === undefined || (tests.length < 2 && final.length > 0))
    return final;
  const best = `  best test accuracy ${percent(bestTestAccuracy)} ${images}, after step ${grouped(bestTestStep)}, of ${grouped(tests.length)} tests`;
  return [...final, best];
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
