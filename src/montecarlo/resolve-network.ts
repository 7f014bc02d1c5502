import { requireInputVariance } from "../analytic/input-variance.js";
import { preservingGain } from "../analytic/mean-field/gaussian-kernel.js";
import { depthOf } from "../analytic/moments.js";
import type { ResidualArchitecture } from "../network/architecture.js";
import { requireInteger, requirePositive } from "../network/domain.js";
import { InvalidArgumentError } from "../network/errors.js";
import { requireFloat32Scales } from "../network/float32-scales.js";
import { requireOneOf } from "../network/nearest.js";
import {
  BRANCH_ACTIVATIONS,
  type BranchActivation,
  type NetworkShape,
  NORMALIZER_POSITIONS,
  type NormalizerPosition,
  SAMPLED_NORMALIZERS,
  type SampledNetwork,
  type SampledNormalizer,
  WEIGHT_KINDS,
  type WeightKind,
} from "../network/sampled-network.js";
import type { ResidualScheme } from "../network/scheme.js";
import { groupsOf } from "./groups.js";
import { requireMemory } from "./memory.js";
import { requireCombination } from "./network-combination.js";
import { planNetwork } from "./network-plan.js";

/** What may be chosen of a network beside its scheme. */
export interface NetworkOverrides {
  /** `linear` if absent. */
  readonly activation?: BranchActivation;
  /** The scheme's own if absent: `batch` for batchnorm, `layer` for pre-ln, `none` for a raw branch, … */
  readonly normalizer?: SampledNormalizer;
  /** `post` for the schemes that normalise the merged sum, else `pre`, if absent. */
  readonly position?: NormalizerPosition;
  /** Groups of features for the normaliser `group`; 4 if absent. */
  readonly groups?: number;
  /** Weight layers of a branch; 1, or those of the architecture, if absent. */
  readonly branchLayers?: number;
  /** `gaussian` if absent. */
  readonly weights?: WeightKind;
  /** Variance of a weight times its fan-in; LeCun's 1 for linear and tanh, He's 2 for ReLU and GELU if absent. */
  readonly gain?: number;
  /** Residual blocks; those of the architecture if absent. */
  readonly depth?: number;
  /** s_0, the variance of what enters block 1, from 1e-300 to 1e300; 1 if absent. */
  readonly inputVariance?: number;
  readonly architecture?: ResidualArchitecture;
  /**
   * Inputs that go through a network together; 64 if absent. Infinity for `predictNetwork` and `predictBackward`, as so many
   * that their number does not matter; a sample needs a whole number.
   */
  readonly batch?: number;
  /** Dense networks: features of the (first) block, 128 if absent, and dimensions of the Gaussian input, 100. */
  readonly width?: number;
  readonly inputDimension?: number;
  /** Whether it is a convolutional network; not if absent. */
  readonly convolutional?: boolean;
  /** Convolutional networks: channels of the (first) block, 16 if absent; side of the images, the architecture's or 32;
   * and channels of the images, 3. */
  readonly channels?: number;
  readonly imageSize?: number;
  readonly imageChannels?: number;
}

/** The most features of a layer: a square matrix of them takes 1 GB. */
const MOST_FEATURES = 2 ** 14;
/** The most weight layers of one branch. */
const MOST_LAYERS = 64;

/**
 * The network of a scheme at initialisation, with every default filled in and every value checked.
 *
 * A gain that is not given is the usual one of the activation, and behind the normaliser `expected` the one that keeps a
 * variance of 1 with weights of zero mean over their fan-in (ReLU: 2/(1 − 1/π), NF-ResNet).
 *
 * @throws InvalidArgumentError for a value outside its domain, one that does not fit the others (BatchNorm of one
 * input, groups that do not divide a width, …) or more memory than there is, naming what would work.
 * @example
 * ```ts
 * const network = networkOf(resolveScheme("post-ln"), { depth: 24, activation: "gelu" });
 * [network.normalizer, network.position, network.gain]; // ["layer", "post", 2]
 * ```
 */
export function networkOf(scheme: ResidualScheme, overrides: NetworkOverrides = {}): SampledNetwork {
  const { architecture } = overrides;
  const activation = requireOneOf("activation", overrides.activation ?? "linear", BRANCH_ACTIVATIONS);
  const normalizer = requireOneOf(
    "normalizer",
    overrides.normalizer ?? normalizerOf(scheme),
    SAMPLED_NORMALIZERS,
  );
  const network: SampledNetwork = {
    scheme,
    activation,
    normalizer,
    position: requireOneOf("position", overrides.position ?? positionOf(scheme), NORMALIZER_POSITIONS),
    branchLayers: branchLayersOf(overrides),
    weights: requireOneOf("weights", overrides.weights ?? "gaussian", WEIGHT_KINDS),
    gain: requirePositive("gain", overrides.gain ?? gainOf(activation, normalizer)),
    shape: overrides.convolutional ? convolutionalShape(overrides) : denseShape(overrides),
    ...(architecture ? { architecture } : {}),
    depth: depthOf({ depth: overrides.depth, architecture }),
    ...inputOf(overrides),
    batch: requireBatch(overrides.batch ?? 64),
  };
  const places = architecture?.blocks.map(({ place }) => place);
  requireFloat32Scales(scheme, network.depth, places);
  const plan = planNetwork(network);
  requireCombination(network, plan);
  requireMemory(network, { plan });
  const groups = groupsOf(network, { plan, groups: overrides.groups });
  return groups === undefined ? network : { ...network, groups };
}

function normalizerOf({
  branchInput,
  normalizer = "batch",
  normalizesMerge,
}: ResidualScheme): SampledNormalizer {
  if (branchInput === "normalized") return normalizer;
  return normalizesMerge ? "layer" : "none";
}

function positionOf({ normalizesMerge }: ResidualScheme): NormalizerPosition {
  return normalizesMerge ? "post" : "pre";
}

function gainOf(activation: BranchActivation, normalizer: SampledNormalizer): number {
  if (normalizer === "expected") return preservingGain(activation);
  return activation === "linear" || activation === "tanh" ? 1 : 2;
}

/** The usual variance is not named, so that the journals of older runs are those of the same networks. */
function inputOf({ inputVariance = 1 }: NetworkOverrides): Pick<SampledNetwork, "inputVariance"> {
  if (requireInputVariance(inputVariance) > 0) return inputVariance === 1 ? {} : { inputVariance };
  throw new InvalidArgumentError("input variance", inputVariance, "a positive number to sample a network");
}

function requireBatch(batch: number): number {
  return batch === Number.POSITIVE_INFINITY ? batch : requireInteger("batch", batch, 1);
}

function branchLayersOf({ architecture, branchLayers }: NetworkOverrides): number {
  const own = architecture?.blocks[0].convolutions.length;
  if (own !== undefined && (branchLayers ?? own) !== own) {
    throw new InvalidArgumentError(
      "branchLayers",
      branchLayers,
      `absent, or the ${own} of ${architecture?.name}`,
    );
  }
  return requireInteger("branchLayers", own ?? branchLayers ?? 1, 1, MOST_LAYERS);
}

function denseShape(overrides: NetworkOverrides): NetworkShape {
  requireAbsent(overrides, ["channels", "imageSize", "imageChannels"], "a dense network");
  return {
    kind: "dense",
    width: requireInteger("width", overrides.width ?? 128, 1, MOST_FEATURES),
    inputDimension: requireInteger("inputDimension", overrides.inputDimension ?? 100, 1),
  };
}

function convolutionalShape(overrides: NetworkOverrides): NetworkShape {
  requireAbsent(overrides, ["width", "inputDimension"], "a convolutional network");
  const size = overrides.imageSize ?? overrides.architecture?.images?.size ?? 32;
  return {
    kind: "convolutional",
    channels: requireInteger("channels", overrides.channels ?? 16, 1, MOST_FEATURES),
    size: requireInteger("imageSize", size, 1, 4096),
    imageChannels: requireInteger("imageChannels", overrides.imageChannels ?? 3, 1),
  };
}

function requireAbsent(
  overrides: NetworkOverrides,
  names: readonly (keyof NetworkOverrides)[],
  where: string,
): void {
  for (const name of names) {
    if (overrides[name] !== undefined) {
      throw new InvalidArgumentError(name, overrides[name], `absent for ${where}`);
    }
  }
}
