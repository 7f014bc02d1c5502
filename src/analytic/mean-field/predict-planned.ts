import { type NetworkPlan, requireKnown } from "../../network/plan/index.js";
import type { VarianceProfile } from "../../network/variance-profile.js";
import type { Field, FieldMoments } from "./field.js";
import type { ImageBatch } from "./image-batch.js";
import { networkPasses, type PlanReading } from "./network-pass.js";
import { pairField } from "./pair-field.js";
import type { SiteState } from "./site-state.js";
import { mapsBehindStem, mapsOf, multiplied, NO_STEM, stemLayerOf } from "./stem-field.js";
import { stemPatches } from "./stem-patches.js";

export interface PlannedOptions {
  /** The batch that goes through; if absent a large one of independent pixels of mean 0 and second moment 1. */
  readonly images?: ImageBatch;
  /** In place of `images`: what enters the first block. */
  readonly entering?: ImageBatch;
  /** Sites at the first block of which all pairs are followed, at most: the square of it is kept. 1,024 if absent. */
  readonly mostSites?: number;
}

/** The two paths of a block after their scales. */
export interface PlannedMoments {
  readonly input: FieldMoments;
  readonly skip: FieldMoments;
  readonly branch: FieldMoments;
}

export interface PlannedPrediction {
  /** i = 1…d; Infinity beyond float64. */
  readonly blocks: readonly PlannedMoments[];
  /** In the counted moment. */
  readonly profile: VarianceProfile;
  /** What was followed: every pair of sites (pair-field.ts), or each site and its covariance with their mean (map-field.ts). */
  readonly by: "pairs" | "sites";
}

const MOST_SITES = 1024;

/** One network of a plan, as it is evaluated. */
const EVALUATED: PlanReading = { hasWideGroups: false, dropping: "evaluated" };

/**
 * The moments of both paths of every block of a network of ReLU or linear units at initialisation, averaged over features, sites
 * and inputs, at infinite width but for groups of features, which are as wide as the plan's. A branch that training drops at times
 * counts with its survival probability, as in an evaluation. Fully connected networks are maps of 1×1.
 *
 * By pairs of sites it is the covariance kernel of the batch. By sites, where there are no images or more of them than that
 * takes, second moments are the same, while the squared mean takes the sites for equally correlated.
 *
 * @throws InvalidArgumentError for images that do not have the network's size, or a plan that is not computed yet.
 * @example
 * ```ts
 * const geometry = uniformGeometry({ kind: "dense", depth: 1, layers: 1, width: 64, inputs: 64, size: 1 });
 * const choices = { activation: "relu", stem: { gain: 1, isStandardized: false } } as const;
 * const plan = planNetwork({ scheme: resolveScheme("batchnorm"), geometry, choices });
 * predictPlanned(plan).blocks[0].branch.variance; // 0.68169…, 1 − 1/π
 * ```
 */
export function predictPlanned(plan: NetworkPlan, options: PlannedOptions = {}): PlannedPrediction {
  requireKnown(plan, { noSkip: true });
  const { field, by } = fieldOf(plan, options);
  const passes = Array.from(
    networkPasses(plan, { field, reading: EVALUATED }),
    ({ input, skip, branch }) => ({
      power: input.power,
      input: field.moments(input),
      skip: field.moments(skip),
      branch: field.moments(branch),
    }),
  );
  const { counted } = plan;
  return {
    by,
    blocks: passes.map(({ power, input, skip, branch }) => ({
      input: atUnit(input, power),
      skip: atUnit(skip, power),
      branch: atUnit(branch, power),
    })),
    profile: {
      origin: "predicted",
      skip: passes.map(({ skip }) => skip[counted]),
      branch: passes.map(({ branch }) => branch[counted]),
      exponent: passes.map(({ power }) => power),
    },
  };
}

function fieldOf(
  plan: NetworkPlan,
  { images, entering, mostSites = MOST_SITES }: PlannedOptions,
): { readonly field: Field<SiteState>; readonly by: PlannedPrediction["by"] } {
  const input = entering ? entersFirst(plan, entering) : images && behindStem(plan, images);
  if (!input) return { field: mapsBehindStem({ plan, batch: Number.POSITIVE_INFINITY }), by: "sites" };
  const [field, by] =
    input.data.length / input.channels <= mostSites
      ? ([pairField(input), "pairs"] as const)
      : ([mapsOf(input), "sites"] as const);
  return { field: entering ? field : multiplied(field, plan.inputVariance), by };
}

function behindStem({ stem }: NetworkPlan, images: ImageBatch): ImageBatch {
  return stemPatches(images, stem.layer.size, stemLayerOf(stem));
}

function entersFirst({ runs }: NetworkPlan, entering: ImageBatch): ImageBatch {
  return stemPatches(entering, runs[0].block.layers[0].size, NO_STEM);
}

function atUnit({ secondMoment, meanSquared, variance }: FieldMoments, power: number): FieldMoments {
  const unit = 2 ** power;
  return {
    secondMoment: unit * secondMoment,
    meanSquared: unit * meanSquared,
    variance: unit * variance,
  };
}
