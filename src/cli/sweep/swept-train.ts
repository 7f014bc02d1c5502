import type { TrainPlan } from "../../train/plan/train-plan.js";
import { chooseData, type DataArguments, dataSetOf } from "../data-sets.js";
import type { DesignArguments } from "../design-options.js";
import { log } from "../output.js";
import { runSettingsOf } from "../train-options.js";
import type { JobArguments, Swept } from "./swept.js";

type TrainArguments = DesignArguments &
  DataArguments & { readonly model: string; readonly scheme: string; readonly probe?: object };

/** A test image costs a forward pass: {@link operationsAnImage} has both. A probe sends a batch forward and back, split by path length. */
const PROBE_STEPS = 6;
/** Bytes besides the step's: Node.js and TensorFlow.js, and the images as they are read and checked (docs/sweeps.md). */
const NODE_BYTES = 220 * 2 ** 20;
const CIFAR_BYTES = 300e6;

export const sweptTrain: Swept = {
  check: async (argv) => {
    await chooseData(argv as unknown as TrainArguments);
    await planOf(argv);
  },
  cost: async (argv) => {
    const plan = await planOf(argv);
    const { operationsAnImage } = await import("../../train/network/operations.js");
    const { trainingBytes } = await import("../../train/network/memory.js");
    const { train, test, classes, bytes } = await imagesOf(argv as unknown as TrainArguments);
    const { design, batch, segment, ghostBatch, length, testEvery, testImages = test, probe } = plan;
    const operations = operationsAnImage(design.plan, classes);
    const stepsOf = (span: TrainPlan["length"]) =>
      "steps" in span ? span.steps : Math.max(1, Math.round((span.epochs * train) / batch));
    const steps = stepsOf(length);
    const times = (every: TrainPlan["length"] | undefined) =>
      1 + (every ? Math.floor((steps - 1) / stepsOf(every)) : 0);
    const unit = (batch * (operations.step + (segment === undefined ? 0 : operations.forward))) / 2;
    const tests = times(testEvery) * Math.min(testImages, test) * (operations.forward / 2);
    const probes = probe ? (1 + times(probe.every)) * PROBE_STEPS * (ghostBatch / batch) * unit : 0;
    return {
      unit,
      work: steps * unit + tests + probes,
      bytes: Math.round(
        NODE_BYTES + bytes + trainingBytes({ plan: design.plan, batch: ghostBatch, classes, segment }),
      ),
    };
  },
};

/** What the command would plan, on the one core that a job has. */
async function planOf(argv: JobArguments): Promise<TrainPlan> {
  const { model, scheme, probe } = argv as unknown as TrainArguments;
  const { planTraining, readModel } = await import("../../train/index.js");
  return planTraining({
    model: await readModel(model),
    scheme,
    ...runSettingsOf(argv),
    ...probe,
    workers: 1,
  });
}

interface ImageCounts {
  readonly train: number;
  readonly test: number;
  readonly classes: number;
  /** In memory. */
  readonly bytes: number;
}

const CIFAR = { train: 50_000, test: 10_000, bytes: CIFAR_BYTES };
const counted = new Map<string, Promise<ImageCounts>>();

/** How many images there are; a folder's are listed, once, and nothing is fetched. */
function imagesOf(argv: TrainArguments): Promise<ImageCounts> {
  const key = JSON.stringify([argv.data, argv["test-share"]]);
  const known = counted.get(key) ?? countImages(argv);
  counted.set(key, known);
  return known;
}

async function countImages(argv: TrainArguments): Promise<ImageCounts> {
  const known = await dataSetOf(argv.data);
  if (known !== undefined) return { ...CIFAR, classes: known === "cifar10" ? 10 : 100 };
  const { train, test } = await (await chooseData(argv))({ log });
  const { asImageSource } = await import("../../data/index.js");
  for (const images of [train, test]) if (images) await asImageSource(images).close();
  return { train: train.count, test: test?.count ?? 0, classes: train.classNames.length, bytes: 0 };
}
