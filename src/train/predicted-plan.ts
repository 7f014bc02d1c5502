import { BRANCH_ACTIVATION_DEFINITIONS } from "../network/activations.js";
import type { NormalizerName } from "../network/normalizers.js";
import { architectureGeometry, type NetworkPlan, planNetwork } from "../network/plan/index.js";
import { resolveScheme } from "../network/schemes/index.js";
import { type Architecture, inputWidth } from "./architecture.js";
import type { BlockDesign, NetworkDesign } from "./design.js";

export interface PredictionPlanOptions {
  readonly architecture: Architecture;
  readonly design: NetworkDesign;
  /** Side of the images. */
  readonly imageSize: number;
}

/**
 * A network at initialisation as what its blocks compute, for the closed forms (`predictPlanned`): biases are 0, the scales of
 * normalisations 1, and max-pooling behind the stem is taken as a stride.
 */
export function planPrediction({ architecture, design, imageSize }: PredictionPlanOptions): NetworkPlan {
  const { activation, input } = architecture;
  const { normPosition, normGroups, standardizesWeights: isStandardized, fixup, blocks } = design;
  const plan = planNetwork({
    scheme: resolveScheme(design.scheme),
    geometry: architectureGeometry({
      kind: "convolution",
      architecture,
      inputs: inputWidth(architecture, imageSize),
      size: input === "images" ? imageSize : 1,
    }),
    choices: {
      activation,
      normalizer: normalizerOf(design),
      position: normPosition ?? "each",
      groups: normGroups,
      fixup,
      stem: {
        gain: isStandardized ? 1 : BRANCH_ACTIVATION_DEFINITIONS[activation].usualGain,
        isStandardized,
      },
    },
  });
  const table = (of: (block: BlockDesign) => number) => Float64Array.from(blocks, of);
  return {
    ...plan,
    scales: {
      skip: table(({ skipScale }) => skipScale),
      branch: table(({ branchScale }) => branchScale),
      survival: table(({ survival = 1 }) => survival),
      ...(isStandardized ? { deviation: table(({ deviation = 1 }) => deviation) } : {}),
    },
  };
}

function normalizerOf({ normPosition, normalizer, standardizesWeights }: NetworkDesign): NormalizerName {
  if (normPosition) return normalizer;
  return standardizesWeights ? "expected" : "none";
}
