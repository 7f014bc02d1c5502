import { InvalidArgumentError } from "../network/errors.js";
import { isMeasuring, type MeasuringNormalizer } from "../network/normalizers.js";
import {
  type ResidualScheme,
  resolveScheme,
  type SchemeName,
  settingsOf,
  TRAINABLE_SCHEMES,
  trainingOf,
} from "../network/schemes/index.js";
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
export type TrainNormalizer = MeasuringNormalizer;

/** Parts that some schemes have and others do not. */
type Part = "scale" | "normalizer" | "alwaysNormalizer" | "groups" | "fixup";

/** Whether a scheme has what a choice is about. */
export const HAS: Readonly<Record<Part, (name: SchemeName) => boolean>> = {
  /** A factor at the end of the branch that is learned. */
  scale: (name) => trainingOf(name)?.learns !== undefined,
  /** Branches that are normalised by their statistics, always or where that is asked for. */
  normalizer: (name) => HAS.alwaysNormalizer(name) || settingsOf(name).includes("normalized"),
  alwaysNormalizer: (name) =>
    isMeasuring(resolveScheme(name).normalizer) && !settingsOf(name).includes("normalized"),
  groups: (name) => resolveScheme(name).normalizer === "group",
  fixup: (name) => trainingOf(name)?.fixup ?? false,
};

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
  if (alphaFixed) requireScheme("alpha fixed", true, { scheme, has: HAS.scale });
  const fixup = planFixup(options, parts);
  const learned = alphaFixed ? undefined : trainingOf(scheme.name)?.learns;
  return {
    ...planNormalization(options, parts),
    learnsScale: learned === "scalar" || fixup.includes(3),
    scalesChannels: learned === "channels",
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
  const { name, normalizer } = scheme;
  if (!isMeasuring(normalizer) && options.normPosition !== undefined) {
    const has = (other: SchemeName) => other !== name && HAS.normalizer(other);
    requireScheme("norm position", normPosition, { scheme, has });
  }
  if (options.normGroups !== undefined) requireScheme("norm groups", normGroups, { scheme, has: HAS.groups });
  if (!isMeasuring(normalizer)) return { normalizer: "batch" };
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
  if (HAS.fixup(scheme.name)) return parts.fixup;
  if (fixup !== undefined) requireScheme("fixup", String(fixup), { scheme, has: HAS.fixup });
  return [];
}

interface Holders {
  readonly scheme: ResidualScheme;
  readonly has: (name: SchemeName) => boolean;
}

function requireScheme(argument: string, given: unknown, { scheme, has }: Holders): void {
  if (has(scheme.name)) return;
  const holders = TRAINABLE_SCHEMES.filter(has);
  const allowed = `absent for ${scheme.name}; only ${holders.join(", ")} ${holders.length === 1 ? "takes" : "take"} it`;
  throw new InvalidArgumentError(argument, given as string, allowed);
}
