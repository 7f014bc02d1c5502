import type { VarianceProfile } from "../../network/variance-profile.js";
import type { ImageBatch } from "../image-batch.js";
import type { CountedMoment, Field, FieldMoments } from "./field.js";
import { mapField } from "./map-field.js";
import { type BlockPlan, plannedPasses } from "./network-pass.js";
import { pairField } from "./pair-field.js";
import type { SiteState } from "./site-state.js";
import { type StemLayer, stemPatches } from "./stem-patches.js";

/** A residual network of ReLU or linear units as what each block computes. */
export interface PlannedNetwork {
  /** Side of the maps that enter; 1 for vectors, which have a channel for each number. */
  readonly size: number;
  /** The convolution before the first block; what enters is the block's input if absent. */
  readonly stem?: StemLayer;
  readonly blocks: readonly BlockPlan[];
  /** The moment that path lengths are counted in. */
  readonly counted: CountedMoment;
}

export interface PlannedOptions {
  /** The batch that goes through; if absent a large one of independent pixels of mean 0 and second moment 1. */
  readonly images?: ImageBatch;
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

/**
 * The moments of both paths of every block at initialisation, averaged over features, sites and inputs, at infinite width.
 *
 * By pairs of sites it is the covariance kernel of the batch. By sites, where there are no images or more of them than that
 * takes, second moments are the same, while the squared mean takes the sites for equally correlated.
 *
 * @throws InvalidArgumentError for images that do not have the network's size.
 * @example
 * ```ts
 * const layer = { activation: "relu", gain: 2, normalizer: "batch", isStandardized: false, kernel: 1, stride: 1 } as const;
 * const block = { skip2: 1, branch2: 1, layers: [layer] };
 * predictPlanned({ size: 1, blocks: [block], counted: "variance" }).blocks[0].branch.variance; // 0.68169…, 1 − 1/π
 * ```
 */
export function predictPlanned(network: PlannedNetwork, options: PlannedOptions = {}): PlannedPrediction {
  const { field, by } = fieldOf(network, options);
  const passes = Array.from(plannedPasses(field, network.blocks), ({ input, skip, branch }) => ({
    power: input.power,
    input: field.moments(input),
    skip: field.moments(skip),
    branch: field.moments(branch),
  }));
  const { counted } = network;
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
  { size, stem }: PlannedNetwork,
  { images, mostSites = MOST_SITES }: PlannedOptions,
): { readonly field: Field<SiteState>; readonly by: PlannedPrediction["by"] } {
  if (!images) return { field: fieldOfNoise(size, stem), by: "sites" };
  const input = stemPatches(images, size, stem ?? NO_STEM);
  const { count, channels } = input;
  const sites = input.data.length / channels;
  if (sites <= mostSites) return { field: pairField(input), by: "pairs" };
  const field = mapField({ batch: count, size: Math.sqrt(sites / count), stem: NO_STEM, images: input });
  return { field, by: "sites" };
}

const NO_STEM: StemLayer = { kernel: 1, stride: 1, gain: 1, isStandardized: false };

/** Of so many images that their number does not matter. Standardised weights make the same of independent pixels. */
function fieldOfNoise(size: number, stem = NO_STEM): Field<SiteState> {
  const field = mapField({ batch: Number.POSITIVE_INFINITY, size, stem });
  return { ...field, start: field.scaled(field.start, stem.gain) };
}

function atUnit({ secondMoment, meanSquared, variance }: FieldMoments, power: number): FieldMoments {
  const unit = 2 ** power;
  return {
    secondMoment: unit * secondMoment,
    meanSquared: unit * meanSquared,
    variance: unit * variance,
  };
}
