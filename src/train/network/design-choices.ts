import { InvalidArgumentError } from "../../network/errors.js";
import { isMeasuring, statisticsOf } from "../../network/normalizers.js";
import type { PlanChoices } from "../../network/plan/index.js";
import {
  absentFor,
  type ResidualScheme,
  resolveScheme,
  type SchemeName,
  settingsOf,
  TRAINABLE_SCHEMES,
  trainingOf,
} from "../../network/schemes/index.js";
import {
  type DesignChoices,
  type FixupComponent,
  NETWORK_PARTS,
  type NormPosition,
  SCHEME_PARTS,
  type SchemeParts,
} from "../../network/settings/design-choices.js";
import { checkFields } from "../../network/settings/fields.js";
import type { Architecture } from "./architecture.js";
import type { TrainedParts } from "./trained-parts.js";

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
  groups: (name) => statisticsOf(resolveScheme(name).normalizer) === "groups",
  fixup: (name) => trainingOf(name)?.fixup ?? false,
};

/** What was chosen of a scheme's parts, as it is recorded; what the scheme does not have is absent. */
export interface ChosenParts {
  readonly normPosition?: NormPosition;
  readonly normGroups?: number;
  readonly fixup?: readonly FixupComponent[];
}

export interface ChoicesOptions extends DesignChoices {
  readonly architecture: Architecture;
  readonly scheme: ResidualScheme;
}

export interface CheckedChoices {
  readonly normalization: Pick<PlanChoices, "normalizer" | "position" | "groups">;
  readonly parts: TrainedParts;
  readonly chosen: ChosenParts;
}

/**
 * The parts of a design that follow from the scheme and the choices.
 *
 * @throws InvalidArgumentError for a choice that the scheme does not have, naming those that do, or that does not fit.
 */
export function checkChoices(options: ChoicesOptions): CheckedChoices {
  const { scheme } = options;
  const given = checkFields({ fields: SCHEME_PARTS, settings: options });
  const { alphaFixed } = given;
  if (alphaFixed) requireSchemeOf("alpha fixed", true, { scheme, has: HAS.scale });
  const fixup = planFixup(options, given);
  const { normPosition, normGroups } = planNormalization(options, given);
  const learned = alphaFixed ? undefined : trainingOf(scheme.name)?.learns;
  return {
    normalization: { normalizer: scheme.normalizer, position: normPosition, groups: normGroups },
    parts: {
      learnedScale: fixup?.includes(3) ? "scalar" : (learned ?? "none"),
      activationBiases: fixup?.includes(4) ?? false,
      startsAtZero: fixup?.includes(1) ?? false,
      ...checkFields({ fields: NETWORK_PARTS, settings: options }),
    },
    chosen: {
      ...(normPosition === undefined ? {} : { normPosition }),
      ...(normGroups === undefined ? {} : { normGroups }),
      ...(fixup === undefined ? {} : { fixup }),
    },
  };
}

function planNormalization(
  options: ChoicesOptions,
  { normPosition, normGroups }: SchemeParts,
): Pick<ChosenParts, "normPosition" | "normGroups"> {
  const { scheme } = options;
  const { name, normalizer } = scheme;
  if (!isMeasuring(normalizer) && options.normPosition !== undefined) {
    const has = (other: SchemeName) => other !== name && HAS.normalizer(other);
    requireSchemeOf("norm position", normPosition, { scheme, has });
  }
  if (options.normGroups !== undefined)
    requireSchemeOf("norm groups", normGroups, { scheme, has: HAS.groups });
  if (!isMeasuring(normalizer)) return {};
  if (statisticsOf(normalizer) !== "groups") return { normPosition };
  requireGroups(options.architecture, normGroups);
  return { normPosition, normGroups };
}

/** @throws InvalidArgumentError naming the numbers of groups that divide all widths. */
function requireGroups(architecture: Architecture, groups: number): void {
  const { blocks } = architecture;
  const widths = [
    ...new Set(blocks.flatMap(({ layers, width }) => [...layers.map(({ inputWidth }) => inputWidth), width])),
  ].sort((a, b) => a - b);
  const divides = (count: number) => widths.every((width) => width % count === 0);
  if (divides(groups)) return;
  const possible = Array.from({ length: widths[0] }, (_, index) => index + 1).filter(divides);
  const allowed = `one of ${possible.join(", ")}, which divide the ${widths.join(", ")} channels of ${architecture.name}`;
  throw new InvalidArgumentError("norm groups", groups, allowed);
}

function planFixup(
  { scheme, fixup }: ChoicesOptions,
  given: SchemeParts,
): readonly FixupComponent[] | undefined {
  if (HAS.fixup(scheme.name)) return given.fixup;
  if (fixup !== undefined) requireSchemeOf("fixup", String(fixup), { scheme, has: HAS.fixup });
  return undefined;
}

interface Holders {
  readonly scheme: ResidualScheme;
  readonly has: (name: SchemeName) => boolean;
}

function requireSchemeOf(argument: string, given: unknown, { scheme, has }: Holders): void {
  if (has(scheme.name)) return;
  const allowed = absentFor(scheme.name, TRAINABLE_SCHEMES.filter(has));
  throw new InvalidArgumentError(argument, given as string, allowed);
}
