import { asImageSource, type Images } from "../../data/index.js";
import type { ProbeDocument } from "../../network/documents/probe.js";
import type { StepMetrics } from "../../network/documents.js";
import { InvalidArgumentError } from "../../network/errors.js";
import { FORMAT } from "../../network/format.js";
import { ProbeFile } from "../folder/probe-file.js";
import type { RunFiles } from "../folder/run-files.js";
import type { TrainingData } from "../folder/training-data.js";
import { memoryRoom } from "../network/machine-memory.js";
import { planRecomputation } from "../network/memory.js";
import type { Network } from "../network/network.js";
import type { ProbePlan } from "../plan/probe-plan.js";
import type { TrainPlan } from "../plan/train-plan.js";
import { probeNetwork } from "../probe/probe-network.js";
import { ghostBatches } from "../step/ghost-batches.js";
import type { LabelledBatch } from "../step/labelled-batch.js";
import { type Course, stepsOf } from "../step/schedule.js";
import type { TakenSteps } from "./taken-steps.js";
import type { TrainOptions } from "./train-options.js";

export interface ProbesOptions {
  readonly network: Network;
  readonly plan: TrainPlan;
  readonly data: TrainingData;
  readonly course: Course;
  readonly stepsPerEpoch: number;
  readonly options: TrainOptions;
}

/** The probes of a run: before its first step, every so many steps, and after its last one. */
export class Probes {
  readonly #options: ProbesOptions;
  readonly #every: number;
  readonly #batch: LabelledBatch;
  readonly #imagesFrom: ProbeDocument["imagesFrom"];
  /** Residual blocks a segment of recomputation. */
  readonly #segment: number | undefined;
  #file: ProbeFile | undefined;

  /**
   * @returns undefined where the plan has no probes.
   * @throws InvalidArgumentError for more images than there are; OutOfMemoryError when they do not fit.
   */
  static async of(options: ProbesOptions): Promise<Probes | undefined> {
    const { plan, data } = options;
    if (!plan.probe) return undefined;
    return new Probes(options, plan.probe, await firstImages(data.test ?? data.train, plan, plan.probe));
  }

  private constructor(options: ProbesOptions, probe: ProbePlan, batch: LabelledBatch) {
    const { plan, data, stepsPerEpoch } = options;
    const { architecture, design, imageSize, workers } = plan;
    this.#options = options;
    this.#every = stepsOf({ argument: "probe every", length: probe.every, stepsPerEpoch });
    this.#imagesFrom = data.test ? "test" : "train";
    this.#batch = batch;
    this.#segment = planRecomputation({
      model: `${architecture.name} at ${imageSize}×${imageSize}`,
      plan: design.plan,
      batch: this.#batch.shape[0],
      room: memoryRoom({ plan: design.plan, workers }),
    });
  }

  /**
   * Begins `probe.jsonl` among a run's files, or goes on with it.
   *
   * @param steps the steps taken before by a run that goes on, undefined for a new run.
   */
  async open(files: RunFiles, steps: number | undefined): Promise<void> {
    this.#file = await ProbeFile.open(() => files.place, steps);
  }

  /** Probes the network after the last of these steps, if that is due and has not been done. */
  async take({ count: step, last }: TakenSteps): Promise<void> {
    if (this.#file?.last === step || !this.#isDue(step, last)) return;
    const probe = this.#probe(step);
    await this.#file?.append(probe);
    this.#options.options.onProbe?.(probe);
  }

  #isDue(step: number, last: StepMetrics | undefined): boolean {
    return step % this.#every === 0 || step === this.#options.course.steps || last?.loss === null;
  }

  #probe(step: number): ProbeDocument {
    const { network, plan, stepsPerEpoch } = this.#options;
    const { architecture, scheme, recipe } = plan;
    return {
      kind: "probe",
      format: FORMAT,
      model: architecture.name,
      scheme: scheme.name,
      ...(scheme.alpha === undefined ? {} : { alpha: scheme.alpha }),
      depth: architecture.depth,
      images: this.#batch.shape[0],
      imagesFrom: this.#imagesFrom,
      step,
      epoch: step / stepsPerEpoch,
      ...probeNetwork({
        network,
        batch: this.#batch,
        labelSmoothing: recipe.labelSmoothing,
        segment: this.#segment,
      }),
    };
  }
}

/** The first images as they are. */
async function firstImages(
  images: Images,
  { batch, ghostBatch, imageSize }: TrainPlan,
  probe: ProbePlan,
): Promise<LabelledBatch> {
  const [{ size: usual }] = ghostBatches(batch, ghostBatch);
  const size = probe.images ?? Math.min(usual, images.count);
  if (size > images.count) {
    throw new InvalidArgumentError("probe images", size, `a whole number from 2 to ${images.count}`);
  }
  const indices = Uint32Array.from({ length: size }, (_, index) => index);
  return {
    ...(await asImageSource(images).batch({ indices, imageSize })),
    shape: [size, imageSize, imageSize, 3],
  };
}
