import type { BlockScale } from "../../network/scheme.js";

/** A scale as a function, and the text it was given as. */
export interface Alpha {
  readonly scale: BlockScale;
  readonly text: string;
  /** Whether it is the same at every block; not, if absent. */
  readonly uniform?: boolean;
}

/** What the user may set of a scheme. Which scheme takes what: `respath schemes`. */
export interface SchemeSettings {
  /** The branch scale. */
  readonly alpha?: Alpha;
  /** The scale of the skip path. */
  readonly skip?: Alpha;
  /** The probability that a branch is kept. */
  readonly survival?: Alpha;
  /** Whether the branch starts with BatchNorm. */
  readonly normalized?: boolean;
}

/** The same number at every block. */
export function constant(value: number, text = String(value)): Alpha {
  return { scale: () => value, text, uniform: true };
}
