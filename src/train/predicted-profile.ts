import {
  type ImageBatch,
  type PathLengthDistribution,
  pathLengths,
  predictPlanned,
} from "../analytic/index.js";
import type { CountedMoment } from "../network/plan/index.js";
import { type Architecture, inputWidth } from "./architecture.js";
import type { NetworkDesign } from "./design.js";
import { planPrediction } from "./predicted-plan.js";

export interface PredictedProfileOptions {
  readonly architecture: Architecture;
  readonly design: NetworkDesign;
  /** Side of the images; the architecture's usual one if absent. */
  readonly imageSize?: number;
  /** The batch that goes through, [count, s, s, 3]; if absent a large one of independent pixels of mean 0 and second moment 1. */
  readonly images?: ImageBatch;
  /** In place of `images`: what enters the first block, as measured, [count, side, side, channels]. */
  readonly entering?: ImageBatch;
  /** Sites (images × pixels at the first block) up to which a batch is followed by pairs; 1,024 if absent. */
  readonly mostSites?: number;
}

/** What the probe is expected to find at a block: averages over channels, after the scales of both paths. */
export interface PredictedBlock {
  /** i = 1…d, and the stage. */
  readonly block: number;
  readonly stage: number;
  readonly transition: boolean;
  /** The variances over batch and space; Infinity beyond float64. */
  readonly skip: number;
  readonly branch: number;
  /** The squared means over batch and space. */
  readonly skipMeanSquared: number;
  readonly branchMeanSquared: number;
}

export interface PredictedProfile {
  readonly blocks: readonly PredictedBlock[];
  /** What path lengths are counted in: variances behind BatchNorm, second moments elsewhere (docs/statistics.md). */
  readonly counted: CountedMoment;
  /** The law of the path lengths in that moment; absent where a block passes nothing on, or more than float64 holds. */
  readonly lengths?: PathLengthDistribution;
  /** Followed by `pairs` of sites: exact for a wide network. By `sites`: squared means are approximate. */
  readonly by: "pairs" | "sites";
  /** What is taken for granted, a sentence each. */
  readonly assumptions: readonly string[];
}

/**
 * The variance profile of a network at initialisation, before anything is trained: what `measureProfile` finds on average over
 * seeds in a wide network (docs/statistics.md has how wide), in the same units. Every design has one.
 *
 * @throws InvalidArgumentError for images of another size.
 * @example
 * ```ts
 * const architecture = parseModel("wrn-16-1");
 * const design = designNetwork({ architecture, scheme: resolveScheme("skipinit") });
 * const { blocks, lengths } = predictProfileOf({ architecture, design });
 * blocks[0].branch; // 0.16242…
 * lengths!.mean; // 0.77302…
 * ```
 */
export function predictProfileOf(options: PredictedProfileOptions): PredictedProfile {
  const { architecture, design, imageSize = architecture.imageSize, entering, mostSites } = options;
  const plan = planPrediction({ architecture, design, imageSize });
  const images = inputOf(options, imageSize);
  const { blocks, profile, by } = predictPlanned(plan, { images, entering, mostSites });
  const isWhole = profile.skip.every((skip, index) => {
    const total = skip + profile.branch[index];
    return total > 0 && Number.isFinite(total);
  });
  return {
    blocks: blocks.map(({ skip, branch }, index) => {
      const { block, stage, transition } = architecture.blocks[index];
      return {
        block,
        stage,
        transition,
        skip: skip.variance,
        branch: branch.variance,
        skipMeanSquared: skip.meanSquared,
        branchMeanSquared: branch.meanSquared,
      };
    }),
    counted: plan.counted,
    ...(isWhole ? { lengths: pathLengths(profile) } : {}),
    by,
    assumptions: assumptionsOf(options, by),
  };
}

/** Images as the stem takes them. */
function inputOf(
  { architecture, images }: PredictedProfileOptions,
  imageSize: number,
): ImageBatch | undefined {
  if (!images || architecture.input === "images") return images;
  return { ...images, channels: inputWidth(architecture, imageSize) };
}

function assumptionsOf(options: PredictedProfileOptions, by: "pairs" | "sites"): string[] {
  const { architecture, design, images, entering } = options;
  const hasGroups = design.normPosition !== undefined && design.normalizer === "group";
  const ofBatch = by === "sites" ? ["Sites are equally correlated within and between images."] : [];
  return [
    "Layers are wide.",
    ...(images || entering ? ofBatch : ["Pixels are independent, with mean 0 and second moment 1."]),
    ...(architecture.stem.pooling > 1 && !entering
      ? ["Max-pooling behind the first convolution only takes every second site."]
      : []),
    ...(hasGroups ? ["Groups have several channels."] : []),
  ];
}
