import type { Preparation } from "../../../network/plan/index.js";
import { activation, biasedActivation, isRectifying } from "./activation.js";
import type { MapLayer } from "./layer.js";
import { normalization } from "./normalization.js";

export interface PreparationOptions {
  readonly preparation: Preparation;
  readonly channels: number;
  /** Of the normalisation, such as `block3.activation1`. */
  readonly name: string;
  /** Of the scalar biases around an activation without a normalisation, such as `block3.bias1`; absent: none. */
  readonly biases?: string;
}

/** What stands before weights: a normalisation and the activation behind it, or the activation alone. */
export function prepare({ preparation, channels, name, biases }: PreparationOptions): MapLayer {
  const { activation: kind } = preparation;
  const normalized = normalization({
    name,
    channels,
    normalization: preparation,
    rectifies: isRectifying(kind),
  });
  if (normalized) return normalized;
  return biases === undefined ? activation(kind) : biasedActivation(biases, kind);
}
