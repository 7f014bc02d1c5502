import * as tf from "@tensorflow/tfjs";

interface MatMulAttributes {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

/**
 * Matrix products whose operands are transposed first. The stock wasm kernel walks transposed operands one number at
 * a time (0.4 GFLOP/s); a transpose and the plain product reach 28.
 */
export function batchMatMul(stock: tf.KernelConfig): tf.KernelConfig {
  return {
    ...stock,
    kernelFunc: (call) => {
      const { a, b } = call.inputs as { a: tf.TensorInfo; b: tf.TensorInfo };
      const { transposeA, transposeB } = call.attrs as unknown as MatMulAttributes;
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

/** The last two axes exchanged. */
function transposed(x: tf.Tensor): tf.Tensor {
  const axes = x.shape.map((_, axis) => axis);
  axes.push(...axes.splice(-2).reverse());
  return tf.transpose(x, axes);
}
