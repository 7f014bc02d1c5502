import type { tf } from "../../tensor/backend.js";
import { gramFactor } from "../../tensor/sampling/factor-gram.js";
import { computed } from "../../tensor/transfer.js";

/**
 * A pivot below this part of its diagonal element counts as 0. A Gram matrix of float32 products errs by some 1e-7, and
 * BatchNorm makes it singular: the inputs of a batch add up to 0.
 */
const ZERO_PIVOT = 1e-6;

/**
 * The lower triangular L with L·Lᵀ = scale·gram, by Cholesky's algorithm in float64. `gram` [batch, batch] is symmetric and
 * positive semidefinite: an input that depends on those before it has no pivot left, and gets a column of zeros.
 */
export function factorGram(gram: tf.Tensor2D, scale: number): tf.Tensor2D {
  const [batch] = gram.shape;
  const body = (target: Float32Array, products: Float32Array) => factorInto(target, products, batch, scale);
  return gramFactor(gram, { scale, zeroPivot: ZERO_PIVOT }) ?? computed<tf.Rank.R2>(gram.shape, [gram], body);
}

function factorInto(target: Float32Array, gram: Float32Array, batch: number, scale: number): void {
  const factor = new Float64Array(batch * batch);
  for (let i = 0; i < batch; i++) {
    const row = i * batch;
    let left = gram[row + i];
    for (let j = 0; j < i; j++) {
      const above = j * batch;
      const pivot = factor[above + j];
      if (pivot === 0) continue;
      let entry = gram[row + j];
      for (let k = 0; k < j; k++) entry -= factor[row + k] * factor[above + k];
      entry /= pivot;
      factor[row + j] = entry;
      left -= entry * entry;
    }
    factor[row + i] = left > ZERO_PIVOT * gram[row + i] ? Math.sqrt(left) : 0;
  }
  const root = Math.sqrt(scale);
  for (let i = 0; i < target.length; i++) target[i] = root * factor[i];
}
