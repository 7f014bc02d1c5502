import type { Activation } from "../network/activations.js";
import type { ResidualArchitecture } from "../network/architecture.js";
import type { StackDescription } from "./models/stack-description.js";

export type { BlockShape, StemShape, WeightLayerShape } from "../network/stack.js";

/** A residual network that can be trained, as plain data. */
export interface Architecture extends ResidualArchitecture {
  readonly input: "images" | "features";
  /** What stands before each weight layer of a branch, behind the normalisation. */
  readonly activation: Activation;
  /** What it was made from, where its name does not say it. */
  readonly description?: StackDescription;
}

/** Channels that enter the stem. */
export function inputWidth({ input }: Pick<Architecture, "input">, imageSize: number): number {
  return input === "images" ? 3 : 3 * imageSize * imageSize;
}

/** Channels after the last block. */
export function finalWidth({ blocks }: Pick<Architecture, "blocks">): number {
  return blocks[blocks.length - 1].width;
}

/** The side of the maps between the first convolution and its pooling, for images of `imageSize`. */
export function stemSide({ input, stem }: Pick<Architecture, "input" | "stem">, imageSize: number): number {
  return after(input === "images" ? imageSize : 1, stem.stride);
}

/** Sides of the maps of images of `imageSize`: what enters each block, i = 1…d, and what leaves the last. */
export function mapSides(architecture: Architecture, imageSize: number): number[] {
  const sides = [after(stemSide(architecture, imageSize), architecture.stem.pooling)];
  for (const { stride } of architecture.blocks) sides.push(after(sides[sides.length - 1], stride));
  return sides;
}

/** The side of a map behind a stride. */
function after(side: number, stride: number): number {
  return Math.ceil(side / stride);
}
