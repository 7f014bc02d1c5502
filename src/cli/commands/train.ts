import type { Argv, CommandBuilder, CommandModule } from "yargs";
import type { RunDocument } from "../../network/documents.js";
import { UsageError } from "../../network/errors.js";
import { RUN_FILES } from "../../network/settings/run-files.js";
import type { StepMetrics } from "../../train/index.js";
import { chooseData } from "../data-sets.js";
import { interruptible, type WorkContext } from "../interrupt.js";
import { givenOf } from "../options.js";
import { grouped, log, present } from "../output.js";
import { describeProbes } from "../probe-option.js";
import { runSettingsOf, summarySettingsOf, trainOptions } from "../train-options.js";
import { presentSummary } from "../train-summary.js";

const builder = (yargs: Argv) =>
  yargs
    .options(trainOptions)
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
    if (summarySettingsOf(argv).classes !== undefined)
      throw new UsageError("--classes is for --summary: a run takes its data's");
    const files = givenOf(RUN_FILES, argv);
    const { output, loadWeights, saveWeights, saveBest } = files;
    if (files.overwrite && files.resume) {
      throw new UsageError(
        "give --resume, to go on with the run in --out, or --overwrite, to replace it, not both",
      );
    }
    const load = await chooseData(argv);
    const { readModel, readProbes, train } = await import("../../train/index.js");
    const model = await readModel(argv.model);
    const shown = { share: 0, testAccuracy: undefined as number | undefined };
    const document = await untilStopped(files, (context) =>
      train({
        model,
        scheme: argv.scheme,
        ...runSettingsOf(argv),
        ...argv.probe,
        ...files,
        log: context.log,
        onResume: (steps) =>
          context.log(
            steps === 0
              ? `no run in ${output}: starting anew`
              : `going on from ${output} after step ${grouped(steps)}`,
          ),
        onDroppedPrefix: (prefix) =>
          context.log(`${loadWeights}: every name begins with ${prefix}, which was left out`),
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
    if (!document) return;
    if (output !== undefined) log(`wrote ${output}/metrics.jsonl and ${output}/run.json`);
    if (output !== undefined && argv.probe) {
      log(`wrote ${output}/probe.jsonl: ${describeProbes(await readProbes(output))}`);
    }
    if (saveWeights !== undefined) log(`wrote ${saveWeights}`);
    if (saveBest !== undefined && document.bestTestStep !== undefined) {
      log(`wrote ${saveBest}, the weights after step ${grouped(document.bestTestStep)}`);
    }
    await present(document, argv, () => describe(document));
  },
};

/** A run's document; undefined where it has come to --stop-at, which is as was asked for. */
async function untilStopped(
  { stopAt }: { readonly stopAt?: number },
  work: (context: WorkContext) => Promise<RunDocument>,
): Promise<RunDocument | undefined> {
  try {
    return await interruptible({ label: "training" }, work);
  } catch (error) {
    // One that was interrupted is another error by now.
    if (stopAt === undefined || !(error instanceof Error && error.name === "StoppedError")) throw error;
    log(error.message.replace("`resume`", "--resume"));
    return undefined;
  }
}

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
