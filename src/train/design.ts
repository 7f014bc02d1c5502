import { predictMoments } from "../analytic/moments.js";
import { InvalidArgumentError } from "../network/errors.js";
import { requireFloat32Scales } from "../network/float32-scales.js";
import { timesPowerOfTwo } from "../network/scaled-number.js";
import {
  type ResidualScheme,
  SCHEMES,
  type SchemeName,
  TRAINABLE_SCHEMES,
} from "../network/schemes/index.js";
import type {
  DesignChoices,
  FixupComponent,
  NetworkParts,
  NormPosition,
} from "../network/settings/design-choices.js";
import type { Architecture } from "./architecture.js";
import { HAS, planChoices, type TrainNormalizer } from "./design-choices.js";

/** How a block is built under a residual scheme: `skipScale·skip + branchScale·branch` at its end. */
export interface BlockDesign {
  readonly skipScale: number;
  /** The initial value, where it is learned. */
  readonly branchScale: number;
  /** The probability that a training step keeps the branch; absent: it always does. */
  readonly survival?: number;
  /** The expected standard deviation of what enters, which the block's first weights divide by; absent: none. */
  readonly deviation?: number;
}

/** How a network is built under a residual scheme, as plain data: it can be sent to another thread. */
export interface NetworkDesign extends NetworkParts {
  readonly scheme: SchemeName;
  /** Absent: nothing is normalised. */
  readonly normPosition?: NormPosition;
  /** What normalises, at `normPosition`. */
  readonly normalizer: TrainNormalizer;
  /** Of GroupNorm. */
  readonly normGroups?: number;
  /** Whether the branch ends with a scalar that is learned; one that is not is a constant of the scheme. */
  readonly learnsScale: boolean;
  /** Whether the branch ends with a learned factor for each channel (LayerScale), instead of the block's `branchScale`. */
  readonly scalesChannels: boolean;
  /** Scaled weight standardisation (NF-ResNet). */
  readonly standardizesWeights: boolean;
  /** Fixup's components; none for other schemes. */
  readonly fixup: readonly FixupComponent[];
  /** i = 1…d. */
  readonly blocks: readonly BlockDesign[];
}

export interface DesignOptions extends DesignChoices {
  readonly architecture: Architecture;
  readonly scheme: ResidualScheme;
}

/**
 * The design of a network under `scheme`, with its parts chosen.
 *
 * @throws InvalidArgumentError for a scheme of transformers, and for a choice that the scheme does not have or that does not fit.
 * @example
 * ```ts
 * const architecture = parseModel("wrn-16-1");
 * designNetwork({ architecture, scheme: resolveScheme("skipinit") }).blocks[0].branchScale; // 0.4082482904638631
 * designNetwork({ architecture, scheme: resolveScheme("groupnorm"), normGroups: 4 }).normPosition; // "each"
 * ```
 */
export function designNetwork(options: DesignOptions): NetworkDesign {
  const { architecture, scheme } = options;
  requireTrainable(scheme);
  const { depth } = architecture;
  requireFloat32Scales(
    scheme,
    depth,
    architecture.blocks.map(({ place }) => place),
  );
  const deviations = scheme.normalizer === "expected" ? deviationsOf(options) : undefined;
  const isFixup = HAS.fixup(scheme.name);
  return {
    scheme: scheme.name,
    ...planChoices(options),
    standardizesWeights: deviations !== undefined,
    blocks: architecture.blocks.map(({ block, place }, index) => ({
      skipScale: scheme.skipScale(block, depth, place),
      // Fixup's multiplier starts at 1; what makes its branches 0 are their last weights.
      branchScale: isFixup ? 1 : scheme.branchScale(block, depth, place),
      ...(scheme.survival ? { survival: scheme.survival(block, depth, place) } : {}),
      ...(deviations ? { deviation: deviations[index] } : {}),
    })),
  };
}

/**
 * What the initial weights of the layer `number` of a branch `of` m layers are multiplied with: Fixup's component 1 starts the
 * last at 0, component 2 multiplies the others by d^{−1/(2m−2)}.
 */
export function initialScaleOf(
  { fixup, blocks }: Pick<NetworkDesign, "fixup" | "blocks">,
  { number, of }: { readonly number: number; readonly of: number },
): number {
  if (number === of) return fixup.includes(1) ? 0 : 1;
  return fixup.includes(2) ? blocks.length ** (-1 / (2 * of - 2)) : 1;
}

/** The standard deviation of each block's input in a wide network at initialisation, in the scheme's own prediction. */
function deviationsOf({ architecture, scheme }: DesignOptions): number[] {
  const { input, inputExponent } = predictMoments({
    scheme,
    architecture,
    activation: architecture.activation,
  });
  return input.secondMoment.map((moment, index) => Math.sqrt(timesPowerOfTwo(moment, inputExponent[index])));
}

function requireTrainable({ name }: ResidualScheme): void {
  const { training } = SCHEMES[name];
  if (!("instead" in training)) return;
  const { instead } = training;
  const hint = instead === null ? "" : `; instead of ${name}, which is transformers', ${instead}`;
  throw new InvalidArgumentError("scheme", name, `${TRAINABLE_SCHEMES.join(", ")} to be trained${hint}`);
}
