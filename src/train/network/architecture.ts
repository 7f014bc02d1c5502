import type { Activation } from "../../network/activations.js";
import type { ResidualArchitecture } from "../../network/architecture.js";
import { architectureGeometry, type Geometry } from "../../network/plan/index.js";
import type { StackDescription } from "./models/stack-description.js";

export type { BlockShape, StemShape, WeightLayerShape } from "../../network/stack.js";

/** A residual network that can be trained, as plain data. */
export interface Architecture extends ResidualArchitecture {
  readonly input: "images" | "features";
  /** What stands before each weight layer of a branch, behind the normalisation. */
  readonly activation: Activation;
  /** What it was made from, where its name does not say it. */
  readonly description?: StackDescription;
}

/** The layers of a network for images of a side: features are the numbers of an image. */
export function trainedGeometry(architecture: Architecture, imageSize: number): Geometry {
  return architecture.input === "features"
    ? architectureGeometry({ kind: "dense", architecture, inputs: 3 * imageSize ** 2, size: 1 })
    : architectureGeometry({ kind: "convolution", architecture, inputs: 3, size: imageSize });
}
