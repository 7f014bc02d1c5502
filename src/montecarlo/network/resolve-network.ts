import { depthOf } from "../../analytic/moments/moments.js";
import type { ResidualArchitecture } from "../../network/architecture.js";
import { InvalidArgumentError } from "../../network/errors.js";
import { requireFloat32Scales } from "../../network/float32-scales.js";
import { planNetwork, usualGain, usualNormalization } from "../../network/plan/index.js";
import type { NetworkShape, SampledNetwork } from "../../network/sampled-network.js";
import type { ResidualScheme } from "../../network/schemes/index.js";
import { checkFields } from "../../network/settings/fields.js";
import { NETWORK_CHOICES, type NetworkChoiceSettings } from "../../network/settings/network-choices.js";
import {
  DENSE_SIZES,
  type DenseSizes,
  MAP_SIZES,
  type MapSizes,
  NETWORK_INPUT,
  type NetworkInput,
} from "../../network/settings/network-sizes.js";
import { groupsOf } from "./groups.js";
import { requireMemory } from "./memory.js";
import { requireCombination } from "./network-combination.js";
import { sampledGeometry } from "./network-geometry.js";

/** What may be chosen of a network beside its scheme. */
export interface NetworkOverrides
  extends NetworkChoiceSettings,
    Partial<NetworkInput>,
    Partial<DenseSizes>,
    Partial<MapSizes> {
  /** Residual blocks; those of the architecture if absent. */
  readonly depth?: number;
  readonly architecture?: ResidualArchitecture;
}

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
  const { groups: askedGroups, ...choices } = choicesOf(scheme, overrides);
  const { inputVariance, batch, convolutional } = checkFields({ fields: NETWORK_INPUT, settings: overrides });
  const unplanned: Unplanned = {
    scheme,
    ...choices,
    shape: convolutional ? convolutionalShape(overrides) : denseShape(overrides),
    ...(architecture ? { architecture } : {}),
    depth: depthOf({ depth: overrides.depth, architecture }),
    // The usual variance is not named, so that the journals of older runs are those of the same networks.
    ...(inputVariance === NETWORK_INPUT.inputVariance.before ? {} : { inputVariance }),
    batch,
  };
  const places = architecture?.blocks.map(({ place }) => place);
  requireFloat32Scales(scheme, unplanned.depth, places);
  const network = planned(unplanned);
  requireCombination(network);
  requireMemory(network);
  const groups = groupsOf(network, askedGroups);
  return groups === undefined ? network : planned({ ...unplanned, groups });
}

type Unplanned = Omit<SampledNetwork, "plan">;

/** With what its blocks compute. */
function planned(network: Unplanned): SampledNetwork {
  const { scheme, activation, normalizer, position, groups, gain, inputVariance } = network;
  const choices = {
    ...{ activation, normalizer, gain, inputVariance, groups },
    position: position === "pre" ? "each" : "merge",
    // LeCun's, so that inputs of variance 1 keep it.
    stem: { gain: 1, isStandardized: false },
  } as const;
  return { ...network, plan: planNetwork({ scheme, geometry: sampledGeometry(network), choices }) };
}

/** The choices; those that are not set follow from the scheme, the architecture and each other. */
function choicesOf(scheme: ResidualScheme, overrides: NetworkOverrides) {
  const branchLayers = branchLayersOf(overrides);
  const { normalizer, position } = usualNormalization(scheme);
  return checkFields({
    fields: NETWORK_CHOICES,
    settings: overrides,
    usual: {
      normalizer: () => normalizer,
      position: () => (position === "merge" ? "post" : "pre"),
      branchLayers: () => branchLayers,
      gain: ({ activation, normalizer }) => usualGain(activation, normalizer),
    },
    argumentOf: asNamed,
  });
}

function branchLayersOf({ architecture, branchLayers }: NetworkOverrides): number {
  const own = architecture?.blocks[0].layers.length;
  if (own !== undefined && (branchLayers ?? own) !== own) {
    throw new InvalidArgumentError(
      "branchLayers",
      branchLayers,
      `absent, or the ${own} of ${architecture?.name}`,
    );
  }
  return own ?? 1;
}

function denseShape(overrides: NetworkOverrides): NetworkShape {
  requireAbsent(overrides, MAP_SIZES, "a dense network");
  return {
    kind: "dense",
    ...checkFields({ fields: DENSE_SIZES, settings: overrides, argumentOf: asNamed }),
  };
}

function convolutionalShape(overrides: NetworkOverrides): NetworkShape {
  requireAbsent(overrides, DENSE_SIZES, "a convolutional network");
  const { imageSize, ...sizes } = checkFields({
    fields: MAP_SIZES,
    settings: overrides,
    usual: { imageSize: () => imageSizeOf(overrides.architecture) },
    argumentOf: asNamed,
  });
  return {
    kind: "convolution",
    channels: sizes.channels,
    size: imageSize,
    imageChannels: sizes.imageChannels,
  };
}

function imageSizeOf(architecture: ResidualArchitecture | undefined): number {
  return architecture?.input === "images" ? architecture.imageSize : 32;
}

function asNamed(name: string): string {
  return name;
}

function requireAbsent(overrides: NetworkOverrides, fields: object, where: string): void {
  for (const name of Object.keys(fields) as (keyof NetworkOverrides)[]) {
    if (overrides[name] !== undefined) {
      throw new InvalidArgumentError(name, overrides[name], `absent for ${where}`);
    }
  }
}
