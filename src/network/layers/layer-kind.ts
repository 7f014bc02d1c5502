import type { SummarizedBlock } from "../documents/model-summary.js";

/** What the layers of all kinds have: the maps that they are given. Weights and statistics follow from the kind. */
export interface LayerMaps {
  /** Features of its input and of its output. */
  readonly inputs: number;
  readonly outputs: number;
  /** Side of the maps it is given; 1 for features. */
  readonly size: number;
}

/** What a kind of layer is to a plan: what it returns, and what it costs. */
export interface LayerKind<Shape extends LayerMaps> {
  /** Side of the maps that it returns. */
  outputSize(layer: Shape): number;
  /** How many weights it has. */
  weights(layer: Shape): number;
  /** The weights that one number of its output is a sum over. */
  fanIn(layer: Shape): number;
  /** Multiply-and-adds for one input. */
  multiplyAdds(layer: Shape): number;
  /** Numbers of one input that a training step keeps for the way back. */
  kept(layer: Shape): number;
  /** What the summary of a model says of it. */
  summarized(layer: Shape): SummarizedBlock["layers"][number];
}
