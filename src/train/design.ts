import { InvalidArgumentError } from "../network/errors.js";
import type { ResidualScheme, SchemeName } from "../network/scheme.js";
import type { Architecture } from "./architecture.js";

/** How a block is built under a residual scheme: `skipScale·skip + branchScale·branch` at its end. */
export interface BlockDesign {
  readonly skipScale: number;
  /** The initial value, where it is learned. */
  readonly branchScale: number;
}

/** How a network is built under a residual scheme, as plain data: it can be sent to another thread. */
export interface NetworkDesign {
  readonly scheme: SchemeName;
  /** What stands before each activation. */
  readonly normalizer: "batch" | "none";
  /** Whether the branch ends with a scalar that is learned; one that is not is a constant of the scheme. */
  readonly learnsScale: boolean;
  /** i = 1…d. */
  readonly blocks: readonly BlockDesign[];
}

const TRAINABLE: ReadonlySet<string> = new Set(["batchnorm", "skipinit", "rezero", "sqrt2", "unnormalized"]);
/** SkipInit, ReZero and unnormalised, which is SkipInit with α = 1 (De & Smith 2020, Table 2). */
const LEARNED: ReadonlySet<string> = new Set(["skipinit", "rezero", "unnormalized"]);

export interface DesignOptions {
  readonly architecture: Architecture;
  readonly scheme: ResidualScheme;
}

/**
 * The design of a network under `scheme`.
 *
 * @throws InvalidArgumentError for fixup, whose training needs its biases and multipliers as well as its initialisation,
 * and for the schemes that only the closed forms know.
 */
export function designNetwork({ architecture, scheme }: DesignOptions): NetworkDesign {
  requireTrainable(scheme);
  const { depth } = architecture;
  return {
    scheme: scheme.name,
    normalizer: scheme.branchInput === "normalized" ? "batch" : "none",
    learnsScale: LEARNED.has(scheme.name),
    blocks: architecture.blocks.map(({ block, place }) => ({
      skipScale: scheme.skipScale(block, depth, place),
      branchScale: scheme.branchScale(block, depth, place),
    })),
  };
}

function requireTrainable(scheme: ResidualScheme): void {
  if (TRAINABLE.has(scheme.name)) return;
  const why =
    scheme.name === "fixup"
      ? "Fixup's biases and multipliers are not there yet; skipinit with alpha 0 also starts with empty branches"
      : "the others are for predictions: paths, variance";
  throw new InvalidArgumentError(
    "scheme",
    scheme.name,
    `batchnorm, skipinit, rezero, sqrt2 or unnormalized to be trained (${why})`,
  );
}
