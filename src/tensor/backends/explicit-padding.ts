import * as tf from "@tensorflow/tfjs";

type Padding = "valid" | "same" | number | readonly [number, number][];

interface ConvolutionAttributes {
  readonly pad: Padding;
  readonly inputShape: readonly number[];
}

/**
 * Kernels over a backend's own gradients of conv2d that also take padding given side by side, which ours has
 * (tensor/ops/conv2d.ts) and libtensorflow's gradients do not: the padded image is made, and the stock kernel told that
 * nothing is padded.
 */
export function withExplicitPadding(backendName: string): tf.KernelConfig[] {
  const filter = tf.getKernel("Conv2DBackpropFilter", backendName);
  const input = tf.getKernel("Conv2DBackpropInput", backendName);
  return [
    {
      ...filter,
      kernelFunc: (call) => {
        const { pad } = call.attrs as unknown as ConvolutionAttributes;
        if (!isExplicit(pad)) return filter.kernelFunc(call);
        return tf.tidy(() => {
          const x = tf.pad(call.inputs["x"] as tf.Tensor, [...pad]);
          return resultOf(filter, {
            ...call,
            inputs: { ...call.inputs, x },
            attrs: { ...call.attrs, pad: "valid" },
          });
        });
      },
    },
    {
      ...input,
      kernelFunc: (call) => {
        const { pad, inputShape } = call.attrs as unknown as ConvolutionAttributes;
        if (!isExplicit(pad)) return input.kernelFunc(call);
        return tf.tidy(() => {
          const padded = inputShape.map((size, axis) => size + pad[axis][0] + pad[axis][1]);
          const gradient = resultOf(input, {
            ...call,
            attrs: { ...call.attrs, pad: "valid", inputShape: padded },
          });
          return tf.slice(
            gradient,
            pad.map(([before]) => before),
            [...inputShape],
          );
        });
      },
    },
  ];
}

function isExplicit(pad: Padding): pad is readonly [number, number][] {
  return Array.isArray(pad);
}

function resultOf(kernel: tf.KernelConfig, call: Parameters<tf.KernelConfig["kernelFunc"]>[0]): tf.Tensor {
  const info = kernel.kernelFunc(call) as tf.TensorInfo;
  return tf.engine().makeTensorFromTensorInfo(info);
}
