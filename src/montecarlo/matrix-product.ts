import { tf } from "../tensor/backend.js";

/** left [rows, inner] · right [inner, columns], float32, on the tensor backend. */
export function matrixProduct(left: Float32Array, right: Float32Array, inner: number): Float32Array {
  const a = tf.tensor2d(left, [left.length / inner, inner]);
  const b = tf.tensor2d(right, [inner, right.length / inner]);
  const product = tf.matMul(a, b);
  try {
    // Not tf.tidy: it walks through what its function returns, element by element, in search of tensors.
    return product.dataSync() as Float32Array;
  } finally {
    tf.dispose([a, b, product]);
  }
}
