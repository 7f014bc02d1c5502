import {
  type ImageBatch,
  type PathLengthDistribution,
  pathLengths,
  predictPlanned,
} from "../../analytic/index.js";
import { InvalidArgumentError } from "../../network/errors.js";
import { statisticsOf } from "../../network/normalizers.js";
import {
  type CountedMoment,
  type NetworkPlan,
  plannedBlocks,
  takesFeatures,
} from "../../network/plan/index.js";
import { type BlockLabel, labelOf } from "../network/block-label.js";

export interface PredictedProfileOptions {
  /** Of a design, or of one's own making (planNetwork). */
  readonly plan: NetworkPlan;
  /** The batch that goes through, [count, s, s, 3]; if absent a large one of independent pixels of mean 0 and second moment 1. */
  readonly images?: ImageBatch;
  /** In place of `images`: what enters the first block, as measured, [count, side, side, channels]. */
  readonly entering?: ImageBatch;
  /** Sites (images × pixels at the first block) up to which a batch is followed by pairs; 1,024 if absent. */
  readonly mostSites?: number;
}

/** What the probe is expected to find at a block: averages over channels, after the scales of both paths. */
export interface PredictedBlock extends BlockLabel {
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
 * seeds in a wide network (docs/statistics.md has how wide), in the same units. Every plan has one.
 *
 * @throws InvalidArgumentError for images of another size.
 * @example
 * ```ts
 * const architecture = parseModel("wrn-16-1");
 * const { plan } = designNetwork({ architecture, scheme: resolveScheme("skipinit") });
 * const { blocks, lengths } = predictProfileOf({ plan });
 * blocks[0].branch; // 0.16242…
 * lengths!.mean; // 0.77302…
 * ```
 */
export function predictProfileOf(options: PredictedProfileOptions): PredictedProfile {
  const { plan, entering, mostSites } = options;
  if (!plan?.runs)
    throw new InvalidArgumentError("plan", plan, "the plan of a network, such as `designNetwork` has");
  const images = inputOf(options);
  const { blocks: found, profile, by } = predictPlanned(plan, { images, entering, mostSites });
  const isWhole = profile.skip.every((skip, index) => {
    const total = skip + profile.branch[index];
    return total > 0 && Number.isFinite(total);
  });
  return {
    blocks: Array.from(plannedBlocks(plan), (at) => {
      const { skip, branch } = found[at.block - 1];
      return {
        ...labelOf(at),
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
function inputOf({ plan, images }: PredictedProfileOptions): ImageBatch | undefined {
  return images && takesFeatures(plan.stem) ? { ...images, channels: plan.stem.layer.inputs } : images;
}

function assumptionsOf(options: PredictedProfileOptions, by: "pairs" | "sites"): string[] {
  const { plan, images, entering } = options;
  const ofBatch = by === "sites" ? ["Sites are equally correlated within and between images."] : [];
  return [
    "Layers are wide.",
    ...(images || entering ? ofBatch : ["Pixels are independent, with mean 0 and second moment 1."]),
    ...(plan.stem.pooling > 1 && !entering
      ? ["Max-pooling behind the first convolution only takes every second site."]
      : []),
    ...(hasGroups(plan) ? ["Groups have several channels."] : []),
  ];
}

function hasGroups({ runs }: NetworkPlan): boolean {
  return runs.some(({ block: { layers, ending, merge } }) =>
    [...layers, ending, merge].some(({ normalizer }) => statisticsOf(normalizer) === "groups"),
  );
}
