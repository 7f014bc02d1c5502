import type { Images } from "../../data/index.js";
import type { StepMetrics } from "../../network/documents.js";
import { InvalidArgumentError } from "../../network/errors.js";
import { writeFileWhole } from "../../system/write-file.js";
import type { TrainingData } from "../folder/training-data.js";
import type { Network } from "../network/network.js";
import type { TrainPlan } from "../plan/train-plan.js";
import { evaluate } from "../step/evaluate.js";
import { type Course, describeLength, stepsOf } from "../step/schedule.js";
import { encodeWeights } from "../weights/index.js";
import type { TakenSteps, TestedStep } from "./taken-steps.js";
import type { TrainOptions } from "./train-options.js";

export interface EvaluationsOptions {
  readonly network: Network;
  readonly plan: TrainPlan;
  readonly test: Images | undefined;
  /** How many of them ({@link testImagesOf}). */
  readonly images: number;
  readonly course: Course;
  readonly stepsPerEpoch: number;
  readonly options: TrainOptions;
}

/** At most so many test images at a time, and no more than a ghost batch, so that a test needs no more memory than a step. */
const LARGEST_BATCH = 100;

/** The tests of a run on the test images: every so many steps, and after the last one. */
export class Evaluations {
  readonly #options: EvaluationsOptions;
  /** Steps between two tests; only after the last step if absent. */
  readonly #every: number | undefined;

  constructor(options: EvaluationsOptions) {
    const { plan, stepsPerEpoch } = options;
    this.#options = options;
    const { testEvery } = plan;
    this.#every = testEvery && stepsOf({ argument: "test every", length: testEvery, stepsPerEpoch });
  }

  /** Whether a test is due after this step, and has not been made. A network whose loss was not finite is not tested. */
  isDue({ step, loss, testAccuracy }: StepMetrics): boolean {
    const { images, course } = this.#options;
    if (images === 0 || loss === null || testAccuracy !== undefined) return false;
    return step === course.steps || (this.#every !== undefined && step % this.#every === 0);
  }

  /**
   * Tests the network after a step.
   *
   * @returns the step's metrics with the test's; null when the signal was aborted.
   */
  async test(metrics: StepMetrics): Promise<TestedStep | null> {
    const { network, plan, test, images, options } = this.#options;
    const found = await evaluate({
      network,
      images: test!,
      count: images,
      batch: Math.min(LARGEST_BATCH, plan.ghostBatch),
      imageSize: plan.imageSize,
      signal: options.signal,
      onBatch: options.onEvaluation,
    });
    if (!found) return null;
    const { accuracy, loss } = found;
    return { ...metrics, testAccuracy: accuracy, testLoss: Number.isFinite(loss) ? loss : null };
  }

  /** Writes the weights to `saveBest` if the last of these steps is the best that was tested. */
  async keepBest(taken: TakenSteps): Promise<void> {
    const { network, plan, options } = this.#options;
    if (options.saveBest === undefined || taken.best !== taken.last) return;
    await writeFileWhole(options.saveBest, encodeWeights(network, plan));
  }
}

/**
 * How many images a run is tested on.
 *
 * @throws InvalidArgumentError for more than there are, or none where the run is to be tested on the way.
 */
export function testImagesOf({ testImages, testEvery }: TrainPlan, { test }: TrainingData): number {
  const available = test?.count ?? 0;
  if (testImages !== undefined && testImages > available) {
    throw new InvalidArgumentError("test images", testImages, `a whole number from 0 to ${available}`);
  }
  const images = testImages ?? available;
  if (testEvery !== undefined && images === 0) {
    throw new InvalidArgumentError(
      "test every",
      describeLength(testEvery),
      "absent where there are no test images",
    );
  }
  return images;
}
