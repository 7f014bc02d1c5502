import type * as tf from "@tensorflow/tfjs";
import { valuesOf } from "../transfer.js";

/** Sums over all numbers of a tensor h and of its components, in float64. */
export interface ComponentProducts {
  /** Σ h^(k)·h of each component. */
  readonly products: Float64Array;
  /** Σ h². */
  readonly whole: number;
}

/**
 * What shares of components are made of. With centring h is less its mean over all but the last dimension: the sums are
 * covariances then, as centring one factor of one is enough.
 */
export function componentProducts(
  components: readonly tf.Tensor[],
  total: tf.Tensor,
  isCentred: boolean,
): ComponentProducts {
  const reference = Float64Array.from(valuesOf(total));
  if (isCentred) takeMeansOff(reference, total.shape[total.rank - 1]);
  let whole = 0;
  for (let i = 0; i < reference.length; i++) whole += reference[i] ** 2;
  const products = Float64Array.from(components, (component) => {
    const values = valuesOf(component);
    let sum = 0;
    for (let i = 0; i < reference.length; i++) sum += values[i] * reference[i];
    return sum;
  });
  return { products, whole };
}

function takeMeansOff(values: Float64Array, features: number): void {
  const means = new Float64Array(features);
  for (let i = 0; i < values.length; i++) means[i % features] += values[i];
  for (let f = 0; f < features; f++) means[f] /= values.length / features;
  for (let i = 0; i < values.length; i++) values[i] -= means[i % features];
}
