/** Where a block stands in its stage: j = 1…n of n blocks. A uniform stack is one stage, j = i and n = d. */
export interface StagePlace {
  /** j */
  readonly index: number;
  /** n */
  readonly length: number;
}

/** A scale as a function of the block i (1…d), the depth d and, in a network of several stages, the place in one. */
export type BlockScale = (block: number, depth: number, place?: StagePlace) => number;

/** A scale as a function, and the text it was given as. */
export interface Alpha {
  readonly scale: BlockScale;
  readonly text: string;
  /** Whether it is the same at every block; not, if absent. */
  readonly uniform?: boolean;
}

/** The same number at every block. */
export function constant(value: number, text = String(value)): Alpha {
  return { scale: () => value, text, uniform: true };
}
