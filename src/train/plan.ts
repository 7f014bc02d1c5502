import { availableParallelism } from "node:os";
import { parseAlpha } from "../analytic/expression.js";
import { resolveScheme } from "../analytic/index.js";
import { IMAGE_SIZES, type ImageSize } from "../data/index.js";
import { requireInteger, requirePositive } from "../network/domain.js";
import { InvalidArgumentError } from "../network/errors.js";
import { requireOneOf } from "../network/nearest.js";
import type { ResidualScheme } from "../network/scheme.js";
import { BACKEND_CHOICES, type BackendChoice } from "../tensor/index.js";
import { type Architecture, parseModel } from "./architecture.js";
import { designNetwork, type NetworkDesign } from "./design.js";
import { ghostBatches } from "./ghost-batches.js";
import { memoryRoom } from "./machine-memory.js";
import { planRecomputation, type Recompute } from "./memory.js";
import { planRecipe, type Recipe, type RecipeSettings } from "./recipe.js";
import { requireWarmup, SCHEDULES, type ScheduleName, type TrainingLength } from "./schedule.js";

/** What to train and how: plain data, which can be sent to another thread and is recorded in the result. */
export interface TrainSettings extends RecipeSettings {
  /** Such as `wrn-16-1` (parseModel). */
  readonly model: string;
  /** batchnorm, skipinit, rezero, sqrt2 or unnormalized. */
  readonly scheme: string;
  /** skipinit's initial branch scale, an expression in d and i; 1/sqrt(d) if absent. */
  readonly alpha?: string;
  /** How long: either number of steps or of passes over the training images. */
  readonly steps?: number;
  readonly epochs?: number;
  /** 64 if absent, as in the paper. */
  readonly batch?: number;
  /**
   * Images that are normalised together, at most; 64 if absent, as in the paper, or the batch if that is less. A step goes
   * through the ghost batches of its batch (ghostBatches) and updates once.
   */
  readonly ghostBatch?: number;
  /** Threads, of which no more are used than there are ghost batches; the machine's cores if absent. The result is the same. */
  readonly workers?: number;
  /**
   * Residual blocks a segment of recomputation, which trades a second forward pass for memory; `none`; or `auto`, the
   * default: only where the activations would not fit. The result is the same.
   */
  readonly recompute?: Recompute;
  /** Where tensors are computed (startTensors); wasm if absent. Results differ in their last bits from one to another. */
  readonly backend?: BackendChoice;
  /** No Winograd convolutions (setExactConvolutions); false if absent. */
  readonly exact?: boolean;
  /** The largest: at the start, or at the end of the warm-up. */
  readonly learningRate: number;
  /** constant if absent (learningRateSchedule). */
  readonly schedule?: ScheduleName;
  /** How long the learning rate rises to its largest value before the schedule starts; not at all if absent. */
  readonly warmup?: TrainingLength;
  /** 0 if absent. */
  readonly seed?: number;
  /** 32, or 16 or 8 for images averaged down; 32 if absent. */
  readonly imageSize?: number;
  /** Random crops and flips; true if absent. */
  readonly augment?: boolean;
  /** Test images at the end, the first of them; all if absent, 0 for none. */
  readonly testImages?: number;
}

/** Settings that were checked, with their defaults. */
export interface TrainPlan {
  readonly architecture: Architecture;
  readonly scheme: ResidualScheme;
  readonly design: NetworkDesign;
  readonly length: TrainingLength;
  readonly batch: number;
  readonly ghostBatch: number;
  readonly workers: number;
  /** Blocks a segment of recomputation; absent: none. */
  readonly segment?: number;
  readonly exact: boolean;
  readonly learningRate: number;
  readonly schedule: ScheduleName;
  readonly warmup?: TrainingLength;
  readonly recipe: Recipe;
  readonly seed: number;
  readonly imageSize: ImageSize;
  readonly augment: boolean;
  readonly testImages?: number;
}

/**
 * Checks everything that can be checked before data are there.
 *
 * @throws InvalidArgumentError naming the setting; OutOfMemoryError when a step would not fit into memory.
 */
export function planTraining(settings: TrainSettings): TrainPlan {
  const {
    batch = 64,
    schedule = "constant",
    seed = 0,
    imageSize = 32,
    augment = true,
    testImages,
  } = settings;
  const { ghostBatch = Math.min(batch, 64), workers = availableParallelism() } = settings;
  const architecture = parseModel(settings.model);
  const alpha = settings.alpha === undefined ? undefined : parseAlpha(settings.alpha);
  const scheme = resolveScheme(settings.scheme, alpha);
  const design = designNetwork({ architecture, scheme });
  requireInteger("batch", batch, 1);
  requireInteger("ghost batch", ghostBatch, 1, batch);
  requireInteger("workers", workers, 1);
  requirePositive("learning rate", settings.learningRate);
  requireInteger("seed", seed, 0);
  requireOneOf("schedule", schedule, SCHEDULES);
  if (settings.backend !== undefined) requireOneOf("backend", settings.backend, BACKEND_CHOICES);
  if (testImages !== undefined) requireInteger("test images", testImages, 0);
  if (!(IMAGE_SIZES as readonly number[]).includes(imageSize)) {
    throw new InvalidArgumentError("image size", imageSize, `one of ${IMAGE_SIZES.join(", ")}`);
  }
  const length = lengthOf(settings);
  if (settings.warmup !== undefined) requireWarmup(settings.warmup, length);
  const ghosts = ghostBatches(batch, ghostBatch);
  const threads = Math.min(workers, ghosts.length);
  const segment = planRecomputation({
    recompute: settings.recompute,
    architecture,
    batch: ghosts[0].size,
    imageSize,
    room: memoryRoom({ architecture, workers: threads }),
  });
  return {
    architecture,
    scheme,
    design,
    length,
    batch,
    ghostBatch,
    workers: threads,
    segment,
    exact: settings.exact ?? false,
    learningRate: settings.learningRate,
    schedule,
    warmup: settings.warmup,
    recipe: planRecipe(settings),
    seed,
    imageSize: imageSize as ImageSize,
    augment,
    testImages,
  };
}

function lengthOf({ steps, epochs }: TrainSettings): TrainPlan["length"] {
  if ((steps === undefined) === (epochs === undefined)) {
    throw new InvalidArgumentError(
      "steps",
      steps === undefined ? "absent" : `${steps} together with ${epochs} epochs`,
      "given, or else epochs, but not both",
    );
  }
  return steps === undefined
    ? { epochs: requirePositive("epochs", epochs!) }
    : { steps: requireInteger("steps", steps, 1) };
}
