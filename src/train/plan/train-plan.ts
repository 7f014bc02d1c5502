import { availableParallelism } from "node:os";
import { parseScale } from "../../analytic/expression.js";
import { configureScheme } from "../../analytic/index.js";
import type { Activation } from "../../network/activations.js";
import { requireInteger, requirePositive } from "../../network/domain.js";
import { InvalidArgumentError } from "../../network/errors.js";
import { requireOneOf } from "../../network/nearest.js";
import { type ResidualScheme, TRAINABLE_SCHEMES } from "../../network/schemes/index.js";
import type { DesignChoices } from "../../network/settings/design-choices.js";
import { checkFields } from "../../network/settings/fields.js";
import { LEARNING_RATE, type LearningRate } from "../../network/settings/learning-rate.js";
import type { Recipe, RecipeSettings } from "../../network/settings/recipe.js";
import { RUN_IMAGES, type RunImages } from "../../network/settings/run-images.js";
import type { TrainingLength } from "../../network/settings/training-length.js";
import { BACKEND_CHOICES, type BackendChoice } from "../../tensor/index.js";
import type { Architecture } from "../network/architecture.js";
import { designNetwork, type NetworkDesign } from "../network/design.js";
import { memoryRoom } from "../network/machine-memory.js";
import { planRecomputation, type Recompute } from "../network/memory.js";
import { parseModel, type StackDescription } from "../network/models/index.js";
import { ghostBatches } from "../step/ghost-batches.js";
import { planRecipe } from "../step/recipe.js";
import { describeLength, requireWarmup } from "../step/schedule.js";
import { type ProbePlan, type ProbeSettings, planProbes } from "./probe-plan.js";

/** Sides of images, in pixels. */
const [SMALLEST_IMAGE, LARGEST_IMAGE] = [8, 1024] as const;

/** What to train and how: plain data, which can be sent to another thread and is recorded in the result. */
export interface TrainSettings
  extends RecipeSettings,
    Partial<LearningRate>,
    Partial<RunImages>,
    DesignChoices,
    ProbeSettings {
  /** A name, such as `wrn-16-1`, or the description of a stack of one's own (parseModel). */
  readonly model: string | StackDescription;
  /** What stands before each weight layer of a branch; the model's own, ReLU for all that have a name, if absent. */
  readonly activation?: Activation;
  /**
   * A name, or a scheme with scales of its own (`resolveScheme`, `configureScheme`): all but those of transformers, pre-ln,
   * post-ln and deepnorm.
   */
  readonly scheme: string | ResidualScheme;
  /** The branch scale of schemes that take one, an expression in d, i, j and n, such as skipinit's 1/sqrt(d). */
  readonly alpha?: string;
  /** custom's scale of the skip path, another expression; 1 if absent. */
  readonly skip?: string;
  /** stochastic-depth's probability that a branch is kept, another expression; 1-0.5*i/d if absent. */
  readonly survival?: string;
  /** Whether branches of custom and stochastic-depth are normalised. */
  readonly normalized?: boolean;
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
  /** 0 if absent. */
  readonly seed?: number;
  /**
   * Side of the images in pixels, from 8 to 1024; the model's own if absent, such as 32. Images in memory are 32, or 16 or 8
   * averaged down.
   */
  readonly imageSize?: number;
}

/** Settings that were checked, with their defaults. */
export interface TrainPlan extends LearningRate, RunImages {
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
  readonly recipe: Recipe;
  readonly seed: number;
  readonly imageSize: number;
  /** Absent: no probes. */
  readonly probe?: ProbePlan;
}

/**
 * Checks everything that can be checked before data are there.
 *
 * @throws InvalidArgumentError naming the setting; OutOfMemoryError when a step would not fit into memory.
 */
export function planTraining(settings: TrainSettings): TrainPlan {
  const { largest, warmup, ...plan } = planSettings(settings);
  const { architecture, design, imageSize, workers } = plan;
  const length = lengthOf(settings);
  if (warmup !== undefined) requireWarmup(warmup, length);
  const segment = planRecomputation({
    recompute: settings.recompute,
    model: `${architecture.name} at ${imageSize}×${imageSize}`,
    plan: design.plan,
    batch: largest,
    room: memoryRoom({ plan: design.plan, workers }),
  });
  return { ...plan, length, segment, warmup };
}

/**
 * What a run and the summary of its model have in common, checked.
 *
 * @throws InvalidArgumentError naming the setting.
 */
export function planSettings(settings: Omit<TrainSettings, "recompute">) {
  const { architecture, scheme, imageSize, design } = planModel(settings);
  const { seed = 0 } = settings;
  const { batch, ghostBatch, largest, workers } = planBatch(settings);
  requireInteger("seed", seed, 0);
  if (settings.backend !== undefined) requireOneOf("backend", settings.backend, BACKEND_CHOICES);
  const images = checkFields({ fields: RUN_IMAGES, settings });
  requireTests(images);
  return {
    architecture,
    scheme,
    design,
    batch,
    ghostBatch,
    largest,
    workers,
    exact: settings.exact ?? false,
    ...checkFields({ fields: LEARNING_RATE, settings }),
    recipe: planRecipe(settings),
    seed,
    imageSize,
    ...images,
    probe: planProbes(settings),
  };
}

/** What settings say of the network. */
export type ModelSettings = DesignChoices &
  Pick<
    TrainSettings,
    "model" | "activation" | "scheme" | "alpha" | "skip" | "survival" | "normalized" | "imageSize"
  >;

/** @throws InvalidArgumentError naming the setting. */
export function planModel(
  settings: ModelSettings,
): Pick<TrainPlan, "architecture" | "scheme" | "imageSize" | "design"> {
  const architecture = parseModel(settings.model, { activation: settings.activation });
  const scheme = schemeOf(settings);
  const { imageSize = architecture.imageSize } = settings;
  requireInteger("image size", imageSize, SMALLEST_IMAGE, LARGEST_IMAGE);
  return {
    architecture,
    scheme,
    imageSize,
    design: designNetwork({ ...settings, architecture, scheme, imageSize }),
  };
}

/** How a batch is cut and how many threads work on it; `largest` is the number of images of the largest ghost batch. */
export interface BatchPlan extends Pick<TrainPlan, "batch" | "ghostBatch" | "workers"> {
  readonly largest: number;
}

/** @throws InvalidArgumentError naming the setting. */
export function planBatch(settings: Pick<TrainSettings, "batch" | "ghostBatch" | "workers">): BatchPlan {
  const { batch = 64 } = settings;
  const { ghostBatch = Math.min(batch, 64), workers = availableParallelism() } = settings;
  requireInteger("batch", batch, 1);
  requireInteger("ghost batch", ghostBatch, 1, batch);
  requireInteger("workers", workers, 1);
  const ghosts = ghostBatches(batch, ghostBatch);
  return { batch, ghostBatch, largest: ghosts[0].size, workers: Math.min(workers, ghosts.length) };
}

function schemeOf({ scheme, normalized, ...settings }: ModelSettings): ResidualScheme {
  if (typeof scheme !== "string") {
    requireNothingSet({
      normalized,
      alpha: settings.alpha,
      skip: settings.skip,
      survival: settings.survival,
    });
    return scheme;
  }
  const scales = (["alpha", "skip", "survival"] as const).flatMap((name) => {
    const text = settings[name];
    return text === undefined ? [] : [[name, parseScale(text, name)] as const];
  });
  const given = { ...Object.fromEntries(scales), ...(normalized === undefined ? {} : { normalized }) };
  // Those that cannot be trained are refused with what is like them.
  return configureScheme(scheme, given, TRAINABLE_SCHEMES);
}

/** A scheme that is given as an object has its scales. */
function requireNothingSet(settings: Readonly<Record<string, string | boolean | undefined>>): void {
  for (const [name, value] of Object.entries(settings)) {
    if (value === undefined) continue;
    throw new InvalidArgumentError(name, value, "absent with a `scheme` that is configured already");
  }
}

function requireTests({ testEvery, testImages }: RunImages): void {
  if (testEvery === undefined || testImages !== 0) return;
  throw new InvalidArgumentError(
    "test every",
    describeLength(testEvery),
    "absent where there are no test images (`testImages` 0)",
  );
}

function lengthOf({ steps, epochs }: TrainSettings): TrainPlan["length"] {
  if (steps === undefined && epochs === undefined) {
    throw new InvalidArgumentError("steps", undefined, "given, or else `epochs`");
  }
  if (steps !== undefined && epochs !== undefined) {
    throw new InvalidArgumentError("steps", steps, "absent with `epochs`, as one of the two decides");
  }
  return steps === undefined
    ? { epochs: requirePositive("epochs", epochs!) }
    : { steps: requireInteger("steps", steps, 1) };
}
