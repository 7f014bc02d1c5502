import { InvalidArgumentError } from "../network/errors.js";
import type { ResidualScheme, SchemeName } from "../network/scheme.js";
import {
  type DesignChoices,
  type FixupComponent,
  NETWORK_PARTS,
  type NormPosition,
  SCHEME_PARTS,
  type SchemeParts,
} from "../network/settings/design-choices.js";
import { checkFields } from "../network/settings/fields.js";
import { type Architecture, finalWidth } from "./architecture.js";

/** What normalises: over a batch and space, over an image, or over groups of its channels. */
export type TrainNormalizer = "batch" | "layer" | "group";

/** SkipInit, ReZero, LayerScale, and unnormalised, which is SkipInit with α = 1 (De & Smith 2020, Table 2). */
export const SCHEMES_WITH_SCALAR: readonly SchemeName[] = [
  "skipinit",
  "rezero",
  "unnormalized",
  "layerscale",
];
const NORMALIZED: readonly SchemeName[] = [
  "batchnorm",
  "layernorm",
  "groupnorm",
  "stochastic-depth",
  "custom",
];

export interface ChoicesOptions extends DesignChoices {
  readonly architecture: Architecture;
  readonly scheme: ResidualScheme;
}

/**
 * The parts of a design that follow from the scheme and the choices.
 *
 * @throws InvalidArgumentError for a choice that the scheme does not have, naming those that do, or that does not fit.
 */
export function planChoices(options: ChoicesOptions) {
  const { scheme } = options;
  const parts = checkFields({ fields: SCHEME_PARTS, settings: options });
  const { alphaFixed } = parts;
  if (alphaFixed) requireScheme("alpha fixed", true, { scheme, takes: SCHEMES_WITH_SCALAR });
  const fixup = planFixup(options, parts);
  const isLearned = SCHEMES_WITH_SCALAR.includes(scheme.name) && !alphaFixed;
  return {
    ...planNormalization(options, parts),
    learnsScale: (isLearned && scheme.name !== "layerscale") || fixup.includes(3),
    scalesChannels: isLearned && scheme.name === "layerscale",
    fixup,
    ...checkFields({ fields: NETWORK_PARTS, settings: options }),
  };
}

function planNormalization(
  options: ChoicesOptions,
  { normPosition, normGroups }: SchemeParts,
): {
  readonly normPosition?: NormPosition;
  readonly normalizer: TrainNormalizer;
  readonly normGroups?: number;
} {
  const { scheme } = options;
  const { branchInput, normalizer = "batch" } = scheme;
  const isNormalized = branchInput === "normalized" && normalizer !== "expected";
  if (!isNormalized && options.normPosition !== undefined) {
    requireScheme("norm position", normPosition, {
      scheme,
      takes: NORMALIZED.filter((name) => name !== scheme.name),
    });
  }
  if (options.normGroups !== undefined) {
    requireScheme("norm groups", normGroups, { scheme, takes: ["groupnorm"] });
  }
  if (!isNormalized) return { normalizer: "batch" };
  if (normalizer !== "group") return { normPosition, normalizer };
  requireGroups(options.architecture, normGroups);
  return { normPosition, normalizer, normGroups };
}

/** @throws InvalidArgumentError naming the numbers of groups that divide all widths. */
function requireGroups(architecture: Architecture, groups: number): void {
  const { blocks } = architecture;
  const widths = [
    ...new Set([
      ...blocks.flatMap(({ layers, width }) => [...layers.map(({ inputWidth }) => inputWidth), width]),
      finalWidth(architecture),
    ]),
  ].sort((a, b) => a - b);
  const divides = (count: number) => widths.every((width) => width % count === 0);
  if (divides(groups)) return;
  const possible = Array.from({ length: widths[0] }, (_, index) => index + 1).filter(divides);
  const allowed = `one of ${possible.join(", ")}, which divide the ${widths.join(", ")} channels of ${architecture.name}`;
  throw new InvalidArgumentError("norm groups", groups, allowed);
}

function planFixup({ scheme, fixup }: ChoicesOptions, parts: SchemeParts): readonly FixupComponent[] {
  if (scheme.name === "fixup") return parts.fixup;
  if (fixup !== undefined) requireScheme("fixup", String(fixup), { scheme, takes: ["fixup"] });
  return [];
}

interface Takers {
  readonly scheme: ResidualScheme;
  readonly takes: readonly SchemeName[];
}

function requireScheme(argument: string, given: unknown, { scheme, takes }: Takers): void {
  if (takes.includes(scheme.name)) return;
  const allowed = `absent for ${scheme.name}; only ${takes.join(", ")} ${takes.length === 1 ? "takes" : "take"} it`;
  throw new InvalidArgumentError(argument, given as string, allowed);
}
