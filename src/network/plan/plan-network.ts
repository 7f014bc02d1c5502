import { BRANCH_ACTIVATION_DEFINITIONS, type BranchActivation } from "../activations.js";
import type { LayerShape } from "../layers/index.js";
import { type NormalizerName, statisticsOf } from "../normalizers.js";
import type { ResidualScheme } from "../schemes/index.js";
import type { FixupComponent, NormPosition } from "../settings/design-choices.js";
import type { BlockPlan, LayerPlan, Normalization } from "./block-plan.js";
import { initialScaleOf } from "./fixup.js";
import type { Geometry, GeometryRun } from "./geometry.js";
import type { NetworkPlan } from "./network-plan.js";
import type { PlanChoices } from "./plan-choices.js";
import { requireChoices } from "./require-plannable.js";

export interface PlanOptions {
  readonly scheme: ResidualScheme;
  readonly geometry: Geometry;
  readonly choices: PlanChoices;
}

/**
 * What a scheme makes of a network's layers: the one description that predictions, samples and trained networks are made
 * of.
 *
 * @throws InvalidArgumentError naming a choice that cannot be.
 * @example
 * ```ts
 * const geometry = uniformGeometry({ kind: "dense", depth: 1e7, layers: 1, width: 64, inputs: 64, size: 1 });
 * const choices = { activation: "relu", stem: { gain: 1, isStandardized: false } } as const;
 * const plan = planNetwork({ scheme: resolveScheme("batchnorm"), geometry, choices });
 * plan.runs.length; // 1
 * plan.runs[0].block.layers[0].normalizer; // "batch"
 * ```
 */
export function planNetwork({ scheme, geometry, choices }: PlanOptions): NetworkPlan {
  requireChoices(
    choices,
    geometry.runs.flatMap(({ layers }) => layers.flatMap(({ inputs, outputs }) => [inputs, outputs])),
  );
  const settled = settle({ scheme, geometry, choices });
  const { depth, stem, runs } = geometry;
  const { normalizer } = settled;
  return {
    scheme: scheme.name,
    depth,
    stem: {
      layer: {
        ...stem.layer,
        normalizer: "none",
        activation: "linear",
        initialScale: 1,
        ...choices.stem,
      },
      pooling: stem.pooling,
    },
    runs: runs.map(({ first, length, stage, ...shapes }) => ({
      first,
      length,
      ...(stage ? { stage } : {}),
      block: planBlock(shapes, settled),
    })),
    scales: {
      skip: scheme.skipScale,
      branch: choices.fixup === undefined ? scheme.branchScale : 1,
      ...(scheme.survival ? { survival: scheme.survival } : {}),
      ...(choices.deviation === undefined ? {} : { deviation: choices.deviation }),
    },
    inputVariance: choices.inputVariance ?? 1,
    counted: statisticsOf(normalizer) === "batch" ? "variance" : "secondMoment",
  };
}

/** The normaliser of a scheme and where it stands. */
export function usualNormalization({ normalizer, normalizesMerge }: ResidualScheme): {
  readonly normalizer: NormalizerName;
  readonly position: NormPosition;
} {
  if (!normalizesMerge) return { normalizer, position: "each" };
  return { normalizer: normalizer === "none" ? "layer" : normalizer, position: "merge" };
}

/** He's for activations that are 0 for half of their arguments, else LeCun's; what keeps the variance behind weights of zero mean. */
export function usualGain(activation: BranchActivation, normalizer: NormalizerName): number {
  const { usualGain, preservingGain } = BRANCH_ACTIVATION_DEFINITIONS[activation];
  return statisticsOf(normalizer) === "predicted" ? preservingGain : usualGain;
}

/** Choices of which none is left open. */
interface Settled extends Required<Pick<PlanChoices, "activation" | "normalizer" | "position" | "gain">> {
  readonly groups?: number;
  readonly fixup: readonly FixupComponent[];
  readonly depth: number;
}

function settle({ scheme, geometry, choices }: PlanOptions): Settled {
  const usual = usualNormalization(scheme);
  const {
    activation,
    normalizer = usual.normalizer,
    position = usual.position,
    groups,
    fixup = [],
  } = choices;
  const { gain = usualGain(activation, normalizer) } = choices;
  const { depth } = geometry;
  return { activation, normalizer, position, gain, fixup, depth, ...(groups ? { groups } : {}) };
}

const NOTHING: Normalization = { normalizer: "none" };
const ONE_STREAM: BlockPlan["streams"] = { reads: [0], writes: [0] };

function planBlock(
  { layers, projection }: Omit<GeometryRun, "first" | "length">,
  settled: Settled,
): BlockPlan {
  const { position, fixup, depth } = settled;
  const own = normalizationOf(settled);
  return {
    layers: layers.map((shape, index) => {
      const initialScale = initialScaleOf(fixup, { number: index + 1, of: layers.length, depth });
      return planLayer(shape, { ...settled, isFirst: index === 0, initialScale });
    }),
    ending: position === "last" ? own : NOTHING,
    skip: projection
      ? { kind: "projection", layer: planLayer(projection, { ...settled, isFirst: true, initialScale: 1 }) }
      : { kind: "identity" },
    merge: { ...(position === "merge" ? own : NOTHING), activation: "linear" },
    streams: ONE_STREAM,
  };
}

interface LayerOptions extends Settled {
  /** Whether it is given what enters the block. */
  readonly isFirst: boolean;
  readonly initialScale: number;
}

function planLayer(shape: LayerShape, options: LayerOptions): LayerPlan {
  const { activation, normalizer, position, gain, isFirst, initialScale } = options;
  const isPredicted = statisticsOf(normalizer) === "predicted";
  // What is divided by its expected deviation is so once, where it enters the block.
  const isNormalized =
    (position === "each" && !isPredicted) || (position !== "last" && position !== "merge" && isFirst);
  return {
    ...shape,
    ...(isNormalized ? normalizationOf(options) : NOTHING),
    activation,
    gain,
    initialScale,
    isStandardized: isPredicted,
  };
}

function normalizationOf({ normalizer, groups }: Settled): Normalization {
  return statisticsOf(normalizer) === "groups" && groups ? { normalizer, groups } : { normalizer };
}
