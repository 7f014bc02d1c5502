import { availableParallelism } from "node:os";
import { parseScale } from "../../analytic/expression.js";
import { configureScheme } from "../../analytic/index.js";
import { requireInteger } from "../../network/domain.js";
import { InvalidArgumentError } from "../../network/errors.js";
import { type ResidualScheme, TRAINABLE_SCHEMES } from "../../network/schemes/index.js";
import { COMPUTATION, type Computation } from "../../network/settings/computation.js";
import type { DesignChoices } from "../../network/settings/design-choices.js";
import { checkFields, type Fields } from "../../network/settings/fields.js";
import { LEARNING_RATE, type LearningRate } from "../../network/settings/learning-rate.js";
import { MODEL_CHOICES, type ModelChoices } from "../../network/settings/model-choices.js";
import type { ProbeSettings } from "../../network/settings/probes.js";
import type { Recipe, RecipeSettings } from "../../network/settings/recipe.js";
import type { FieldRecord } from "../../network/settings/records.js";
import { RUN_IMAGES, type RunImages } from "../../network/settings/run-images.js";
import { SEED } from "../../network/settings/shared.js";
import { RUN_LENGTH, type RunLength, type TrainingLength } from "../../network/settings/training-length.js";
import type { Architecture } from "../network/architecture.js";
import { designNetwork, type NetworkDesign } from "../network/design.js";
import { memoryRoom } from "../network/machine-memory.js";
import { planRecomputation } from "../network/memory.js";
import { parseModel, type StackDescription } from "../network/models/index.js";
import { ghostBatches } from "../step/ghost-batches.js";
import { planRecipe } from "../step/recipe.js";
import { describeLength, requireWarmup } from "../step/schedule.js";
import { type ProbePlan, planProbes } from "./probe-plan.js";

/** What to train and how: plain data, which can be sent to another thread and is recorded in the result. */
export interface TrainSettings
  extends RunLength,
    RecipeSettings,
    Partial<ModelChoices>,
    Partial<LearningRate>,
    Partial<RunImages>,
    Partial<Computation>,
    DesignChoices,
    ProbeSettings {
  /** A name, such as `wrn-16-1`, or the description of a stack of one's own (parseModel). */
  readonly model: string | StackDescription;
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
  /** 0 if absent. */
  readonly seed?: number;
}

/** Settings of a run that are planned as they are, checked and with their defaults. */
interface RunPlan extends LearningRate, RunImages, Computation {
  readonly seed: number;
}

const RUN_PLAN: Fields<Partial<RunPlan>, RunPlan, "ghostBatch" | "workers" | "backend"> = {
  ...RUN_IMAGES,
  ...COMPUTATION,
  ...LEARNING_RATE,
  seed: SEED,
};

/** Settings that were checked, with their defaults. */
export interface TrainPlan extends RunPlan {
  readonly architecture: Architecture;
  readonly scheme: ResidualScheme;
  readonly design: NetworkDesign;
  readonly length: TrainingLength;
  /** Blocks a segment of recomputation; absent: none. */
  readonly segment?: number;
  readonly recipe: Recipe;
  readonly imageSize: number;
  /** Absent: no probes. */
  readonly probe?: ProbePlan;
}

const { batch, ...OTHER_IMAGES } = RUN_IMAGES;

/** What is written of a plan (run.json, checkpoints), in that order; of its network there are records of their own. */
export const PLAN_RECORDS: {
  readonly [Name in Exclude<keyof TrainPlan, "architecture" | "scheme" | "design">]-?: FieldRecord;
} = {
  batch,
  ...COMPUTATION,
  segment: COMPUTATION.recompute,
  ...LEARNING_RATE,
  recipe: { record: "recipe" },
  seed: SEED,
  imageSize: MODEL_CHOICES.imageSize,
  ...OTHER_IMAGES,
  probe: {},
  length: {},
};

/**
 * Checks everything that can be checked before data are there.
 *
 * @throws InvalidArgumentError naming the setting; OutOfMemoryError when a step would not fit into memory.
 */
export function planTraining(settings: TrainSettings): TrainPlan {
  const { largest, ...plan } = planSettings(settings);
  const { architecture, design, imageSize, workers, recompute, warmup } = plan;
  const length = lengthOf(settings);
  if (warmup !== undefined) requireWarmup(warmup, length);
  const segment = planRecomputation({
    recompute,
    model: `${architecture.name} at ${imageSize}×${imageSize}`,
    plan: design.plan,
    batch: largest,
    room: memoryRoom({ plan: design.plan, workers }),
  });
  return { ...plan, length, segment };
}

/**
 * What a run and the summary of its model have in common, checked; `largest` is the number of images of the largest ghost batch.
 *
 * @throws InvalidArgumentError naming the setting.
 */
export function planSettings(settings: TrainSettings) {
  const model = planModel(settings);
  const run = checkFields({
    fields: RUN_PLAN,
    settings,
    usual: {
      ghostBatch: ({ batch }) => Math.min(batch, 64),
      workers: () => availableParallelism(),
      backend: () => "wasm" as const,
    },
  });
  const ghosts = ghostBatches(run.batch, requireInteger("ghost batch", run.ghostBatch, 1, run.batch));
  requireTests(run);
  return {
    ...model,
    ...run,
    largest: ghosts[0].size,
    workers: Math.min(run.workers, ghosts.length),
    recipe: planRecipe(settings),
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
  const { imageSize } = checkFields({
    fields: MODEL_CHOICES,
    settings,
    usual: { imageSize: () => architecture.imageSize },
  });
  return {
    architecture,
    scheme,
    imageSize,
    design: designNetwork({ ...settings, architecture, scheme, imageSize }),
  };
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

function lengthOf(settings: RunLength): TrainingLength {
  const { steps, epochs } = checkFields({ fields: RUN_LENGTH, settings });
  if (steps !== undefined && epochs !== undefined) {
    throw new InvalidArgumentError("steps", steps, "absent with `epochs`, as one of the two decides");
  }
  if (steps !== undefined) return { steps };
  if (epochs !== undefined) return { epochs };
  throw new InvalidArgumentError("steps", undefined, "given, or else `epochs`");
}
