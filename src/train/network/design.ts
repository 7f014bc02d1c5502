import { predictMoments } from "../../analytic/moments/moments.js";
import { InvalidArgumentError } from "../../network/errors.js";
import { requireFloat32Scales } from "../../network/float32-scales.js";
import { type NetworkPlan, planNetwork, tabulated, usualGain } from "../../network/plan/index.js";
import { timesPowerOfTwo } from "../../network/scaled-number.js";
import { type ResidualScheme, SCHEMES, TRAINABLE_SCHEMES } from "../../network/schemes/index.js";
import type { DesignChoices } from "../../network/settings/design-choices.js";
import { type Architecture, trainedGeometry } from "./architecture.js";
import { type ChosenParts, checkChoices } from "./design-choices.js";
import type { TrainedParts } from "./trained-parts.js";

/** How a network is built under a residual scheme, as plain data: it can be sent to another thread. */
export interface NetworkDesign {
  /** What it computes at the start. */
  readonly plan: NetworkPlan;
  readonly parts: TrainedParts;
  /** Of the scheme's parts, for records. */
  readonly chosen: ChosenParts;
}

export interface DesignOptions extends DesignChoices {
  readonly architecture: Architecture;
  readonly scheme: ResidualScheme;
  /** Side of the images; the architecture's usual one if absent. */
  readonly imageSize?: number;
}

/**
 * The design of a network under `scheme`, with its parts chosen.
 *
 * @throws InvalidArgumentError for a scheme of transformers, and for a choice that the scheme does not have or that does not fit.
 * @example
 * ```ts
 * const architecture = parseModel("wrn-16-1");
 * designNetwork({ architecture, scheme: resolveScheme("skipinit") }).plan.scales.branch; // 0.4082482904638631
 * const { plan } = designNetwork({ architecture, scheme: resolveScheme("groupnorm"), normGroups: 4 });
 * plan.runs[0].block.layers[0].groups; // 4
 * ```
 */
export function designNetwork(options: DesignOptions): NetworkDesign {
  const { architecture, scheme, imageSize = architecture.imageSize } = options;
  requireTrainable(scheme);
  requireFloat32Scales(
    scheme,
    architecture.depth,
    architecture.blocks.map(({ place }) => place),
  );
  const { normalization, parts, chosen } = checkChoices(options);
  const plan = planNetwork({
    scheme,
    geometry: trainedGeometry(architecture, imageSize),
    choices: {
      activation: architecture.activation,
      ...normalization,
      fixup: chosen.fixup,
      ...(scheme.normalizer === "expected"
        ? { stem: { gain: 1, isStandardized: true }, deviation: deviationsOf(options) }
        : { stem: { gain: usualGain(architecture.activation, "none"), isStandardized: false } }),
    },
  });
  return { plan: tabulated(plan), parts, chosen };
}

/** The standard deviation of each block's input in a wide network at initialisation, in the scheme's own prediction. */
function deviationsOf({ architecture, scheme }: DesignOptions): Float64Array {
  const { input, inputExponent } = predictMoments({
    scheme,
    architecture,
    activation: architecture.activation,
  });
  return Float64Array.from(input.secondMoment, (moment, index) =>
    Math.sqrt(timesPowerOfTwo(moment, inputExponent[index])),
  );
}

function requireTrainable({ name }: ResidualScheme): void {
  const { training } = SCHEMES[name];
  if (!("instead" in training)) return;
  const { instead } = training;
  const hint = instead === null ? "" : `; instead of ${name}, which is transformers', ${instead}`;
  throw new InvalidArgumentError("scheme", name, `${TRAINABLE_SCHEMES.join(", ")} to be trained${hint}`);
}
