import { InvalidArgumentError } from "../network/errors.js";
import { requireOneOf } from "../network/nearest.js";
import { isMeasuring, type MeasuringNormalizer } from "../network/normalizers.js";
import {
  type ResidualScheme,
  resolveScheme,
  type SchemeName,
  settingsOf,
  TRAINABLE_SCHEMES,
  trainingOf,
} from "../network/schemes/index.js";
import { type Architecture, finalWidth } from "./architecture.js";

/**
 * Where a network normalises: before `each` activation; `first` in each branch and before the classifier; `last` in each branch,
 * before the merge; or behind each `merge`, the sum.
 */
export const NORM_POSITIONS = ["each", "first", "last", "merge"] as const;
export type NormPosition = (typeof NORM_POSITIONS)[number];

/** What normalises: over a batch and space, over an image, or over groups of its channels. */
export type TrainNormalizer = MeasuringNormalizer;

/** Fixup's components: 1 weights that start at 0, 2 scaled weights, 3 multipliers, 4 biases (Zhang, Dauphin & Ma 2019). */
export const FIXUP_COMPONENTS = [1, 2, 3, 4] as const;
export type FixupComponent = (typeof FIXUP_COMPONENTS)[number];

/** Parts of a scheme that can be chosen: plain data. */
export interface DesignChoices {
  /** For schemes that normalise; `each` if absent. */
  readonly normPosition?: NormPosition;
  /** Groups of channels of groupnorm; 8 if absent. */
  readonly normGroups?: number;
  /** Whether the branch's scale stays as it starts, where the scheme learns it; false if absent. */
  readonly alphaFixed?: boolean;
  /** Fixup's components, such as `1,3`, or `none`; all if absent. */
  readonly fixup?: string | readonly FixupComponent[];
  /** Biases of the convolutions, one for each channel; false if absent. */
  readonly convBiases?: boolean;
  /** The probability that dropout before the classifier drops a feature, from 0 to less than 1; 0 if absent. */
  readonly dropout?: number;
}

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

const USUAL_GROUPS = 8;

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
  const { scheme, alphaFixed = false, convBiases = false, dropout = 0 } = options;
  if (alphaFixed) requireScheme("alpha fixed", true, { scheme, has: HAS.scale });
  if (!(dropout >= 0 && dropout < 1)) {
    throw new InvalidArgumentError("dropout", dropout, "a number from 0 to less than 1");
  }
  const fixup = planFixup(options);
  const learned = alphaFixed ? undefined : trainingOf(scheme.name)?.learns;
  return {
    ...planNormalization(options),
    learnsScale: learned === "scalar" || fixup.includes(3),
    scalesChannels: learned === "channels",
    fixup,
    convBiases,
    dropout,
  };
}

function planNormalization(options: ChoicesOptions): {
  readonly normPosition?: NormPosition;
  readonly normalizer: TrainNormalizer;
  readonly normGroups?: number;
} {
  const { scheme, normPosition = "each", normGroups = USUAL_GROUPS } = options;
  const { name, normalizer } = scheme;
  if (!isMeasuring(normalizer) && options.normPosition !== undefined) {
    const has = (other: SchemeName) => other !== name && HAS.normalizer(other);
    requireScheme("norm position", normPosition, { scheme, has });
  }
  if (options.normGroups !== undefined) requireScheme("norm groups", normGroups, { scheme, has: HAS.groups });
  if (!isMeasuring(normalizer)) return { normalizer: "batch" };
  const position = requireOneOf("norm position", normPosition, NORM_POSITIONS);
  if (normalizer !== "group") return { normPosition: position, normalizer };
  requireGroups(options.architecture, normGroups);
  return { normPosition: position, normalizer, normGroups };
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
  if (Number.isInteger(groups) && groups >= 1 && divides(groups)) return;
  const possible = Array.from({ length: widths[0] }, (_, index) => index + 1).filter(divides);
  const allowed = `one of ${possible.join(", ")}, which divide the ${widths.join(", ")} channels of ${architecture.name}`;
  throw new InvalidArgumentError("norm groups", groups, allowed);
}

function planFixup({ scheme, fixup }: ChoicesOptions): readonly FixupComponent[] {
  if (!HAS.fixup(scheme.name)) {
    if (fixup !== undefined) requireScheme("fixup", String(fixup), { scheme, has: HAS.fixup });
    return [];
  }
  if (fixup === undefined) return FIXUP_COMPONENTS;
  if (fixup === "none") return [];
  const given = typeof fixup === "string" ? fixup.split(",").map((part) => part.trim()) : fixup.map(String);
  for (const part of given) {
    if (FIXUP_COMPONENTS.some((component) => String(component) === part)) continue;
    throw new InvalidArgumentError("fixup", String(fixup), "none, or some of 1,2,3,4");
  }
  return FIXUP_COMPONENTS.filter((component) => given.includes(String(component)));
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
