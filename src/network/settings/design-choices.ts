import type { Share } from "../documents/numbers.js";
import { InvalidArgumentError } from "../errors.js";
import { SCHEME_NAMES, trainingOf } from "../schemes/index.js";
import type { Fields } from "./fields.js";
import { oneOf, SHARE, SWITCH, TEXT, type TextKind, wholeNumber } from "./kinds.js";

/**
 * Where a network normalises: before `each` activation; `first` in each branch and before the classifier; `last` in each branch,
 * before the merge; or behind each `merge`, the sum.
 */
export const NORM_POSITIONS = ["each", "first", "last", "merge"] as const;
export type NormPosition = (typeof NORM_POSITIONS)[number];

/** Fixup's components: 1 weights that start at 0, 2 scaled weights, 3 multipliers, 4 biases (Zhang, Dauphin & Ma 2019). */
export const FIXUP_COMPONENTS = [1, 2, 3, 4] as const;
export type FixupComponent = (typeof FIXUP_COMPONENTS)[number];

/** What can be chosen under every scheme, as it is planned and recorded. */
export interface NetworkParts {
  /** Biases of the convolutions, one for each channel; false unless it is set. */
  readonly convBiases: boolean;
  /** The probability that dropout before the classifier drops a feature, from 0 to less than 1; 0 unless it is set. */
  readonly dropout: Share;
}

/** Parts of a scheme that can be chosen: plain data. */
export interface DesignChoices extends Partial<NetworkParts> {
  /** Whether the branch's scale stays as it starts, where the scheme learns it; false if absent. */
  readonly alphaFixed?: boolean;
  /** For schemes that normalise; `each` if absent. */
  readonly normPosition?: NormPosition;
  /** Groups of channels of groupnorm; 8 if absent. */
  readonly normGroups?: number;
  /** Fixup's components, such as `1,3`, or `none`; all if absent. */
  readonly fixup?: string | readonly FixupComponent[];
}

/** What can be chosen under some schemes, each checked by itself. */
export interface SchemeParts {
  readonly alphaFixed: boolean;
  readonly normPosition: NormPosition;
  readonly normGroups: number;
  readonly fixup: readonly FixupComponent[];
}

/** The schemes that learn the branch's scale. */
const LEARNING = SCHEME_NAMES.filter((name) => trainingOf(name)?.learns !== undefined);

const COMPONENTS: TextKind<string | readonly FixupComponent[], readonly FixupComponent[]> = {
  read: TEXT.read,
  check: (argument, fixup) => {
    if (fixup === "none") return [];
    const given = typeof fixup === "string" ? fixup.split(",").map((part) => part.trim()) : fixup.map(String);
    for (const part of given) {
      if (FIXUP_COMPONENTS.some((component) => String(component) === part)) continue;
      throw new InvalidArgumentError(argument, String(fixup), "none, or some of 1,2,3,4");
    }
    return FIXUP_COMPONENTS.filter((component) => given.includes(String(component)));
  },
};

/** The settings of {@link SchemeParts}, in the order of --help; the trainer knows which scheme takes which (checkChoices). */
export const SCHEME_PARTS: Fields<DesignChoices, SchemeParts> = {
  alphaFixed: {
    kind: SWITCH,
    default: false,
    describe: `${LEARNING.join(", ")}: the branch scale stays as it starts`,
  },
  normPosition: {
    kind: oneOf(NORM_POSITIONS),
    usual: "each",
    describe:
      "where schemes that normalise do: before each activation (the default), first or last in a branch, or on the sum after each merge",
  },
  normGroups: {
    kind: wholeNumber(1),
    usual: 8,
    describe: "groups of channels of groupnorm; 8 if absent",
  },
  fixup: {
    kind: COMPONENTS,
    usual: FIXUP_COMPONENTS,
    describe:
      "components of fixup, such as 1,3, or none; all if absent: 1 weights from 0, 2 scaled weights, 3 multipliers, 4 biases",
  },
};

/** The settings of {@link NetworkParts}, in the order of --help and of run.json. */
export const NETWORK_PARTS: Fields<Partial<NetworkParts>, NetworkParts> = {
  convBiases: {
    kind: SWITCH,
    default: false,
    describe: "convolutions with biases, one for each channel",
  },
  dropout: {
    kind: SHARE,
    default: 0,
    describe: "probability that a feature is dropped before the classifier in training",
  },
};
