import * as tf from "@tensorflow/tfjs";
import { matMulCall } from "./mat-mul-call.js";
import { kernels } from "./select.js";

interface MatMulAttributes {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

/**
 * The matrix product of assembly/mat-mul.ts. When no build runs, a product whose operands are transposed first: the stock wasm kernel walks transposed operands one number at
 * a time (0.4 GFLOP/s); a transpose and the plain product reach 28.
 */
export function batchMatMul(stock: tf.KernelConfig): tf.KernelConfig {
  return {
    ...stock,
    kernelFunc: (call) => {
      const { a, b } = call.inputs as { a: tf.TensorInfo; b: tf.TensorInfo };
      const { transposeA, transposeB } = call.attrs as unknown as MatMulAttributes;
      const own = ownProduct(a, b, { transposeA, transposeB });
      if (own) return own;
      // Another kernel may call this one with bare records, which tf's operations do not take.
      const areTensors = a instanceof tf.Tensor && b instanceof tf.Tensor;
      if ((!transposeA && !transposeB) || !areTensors) return stock.kernelFunc(call);
      return tf.tidy(() =>
        tf.matMul(
          transposeA ? transposed(a) : (a as tf.Tensor),
          transposeB ? transposed(b) : (b as tf.Tensor),
        ),
      );
    },
  };
}

/** Nothing when no build runs, or the batches are not alike (tfjs repeats the smaller one). */
function ownProduct(
  a: tf.TensorInfo,
  b: tf.TensorInfo,
  attributes: MatMulAttributes,
): tf.TensorInfo | undefined {
  const module = kernels();
  if (!module || a.dtype !== "float32" || b.dtype !== "float32") return undefined;
  const { transposeA, transposeB } = attributes;
  const batches = a.shape.slice(0, -2);
  if (batches.length !== b.shape.length - 2 || batches.some((size, axis) => size !== b.shape[axis]))
    return undefined;
  const [rows, depth] = transposeA ? a.shape.slice(-2).reverse() : a.shape.slice(-2);
  const columns = b.shape.at(transposeB ? -2 : -1) as number;
  const batch = batches.reduce((product, size) => product * size, 1);
  if (batch * rows * columns * depth === 0) return undefined;
  const c = module.output([...batches, rows, columns]);
  const shape = { batch, rows, columns, depth };
  try {
    matMulCall({ kernels: module, ...shape, transposeA, transposeB, tensors: [a, b, c] });
  } catch (error) {
    module.free(c);
    throw error;
  }
  return c;
}

/** The last two axes exchanged. */
function transposed(x: tf.Tensor): tf.Tensor {
  const axes = x.shape.map((_, axis) => axis);
  axes.push(...axes.splice(-2).reverse());
  return tf.transpose(x, axes);
}
