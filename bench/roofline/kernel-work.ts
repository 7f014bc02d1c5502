import type { ConvolutionKernel, KernelFunctions } from "../../src/tensor/kernels/index.js";
import { winogradOperations } from "./winograd-operations.js";

/** The parts of a training step that the table adds up. */
export const GROUPS = [
  "convolution, forward",
  "convolution, input gradient",
  "convolution, filter gradient",
  "normalisation and ReLU",
  "addition",
  "pooling, classifier, loss",
  "update",
] as const;
export type Group = (typeof GROUPS)[number];

/** What one call of a kernel has to do. */
export interface KernelWork {
  readonly group: Group;
  readonly label: string;
  /** Floating-point operations that are carried out; a multiply-add is two, a comparison none. */
  readonly done: number;
  /** Those of plain sums of products, where the kernel takes Winograd's way; otherwise the same. */
  readonly credited: number;
  /** Bytes of the operands, each read or written once: what has to be moved when none of them is in a cache. */
  readonly bytes: number;
}

export type KernelName = keyof KernelFunctions;

/** A call of a function in assembly/, with the numbers that it takes. */
export interface KernelCall {
  readonly name: KernelName;
  readonly args: readonly number[];
  /** The arguments of the latest call of `convolution`, which describes what the convolution kernels do next. */
  readonly convolution: readonly number[];
}

/** Names of calls that compute nothing: their time counts as overhead. */
export function isPreparation(name: KernelName): boolean {
  return name === "convolution" || name.endsWith("Scratch");
}

/** @throws Error for a kernel that is not described here. */
export function workOf(call: KernelCall): KernelWork {
  const convolution = CONVOLUTIONS[call.name];
  if (convolution) return convolutionWork({ kernel: convolution[0], way: convolution[1], ...call });
  const describe = OTHERS[call.name];
  if (!describe) throw new Error(`bench/roofline/kernel-work.ts does not describe the kernel ${call.name}`);
  const { group, label, operations, floats } = describe(call.args);
  return { group, label, done: operations, credited: operations, bytes: 4 * floats };
}

const CONVOLUTION_GROUPS = {
  conv2d: "convolution, forward",
  conv2dBackpropInput: "convolution, input gradient",
  conv2dBackpropFilter: "convolution, filter gradient",
} as const satisfies Record<ConvolutionKernel, Group>;
/** Sums of products, fewer products on squares, or sums of products on pixels gathered from every other place. */
type Way = "plain" | "Winograd" | "Pointwise";

const CONVOLUTIONS: Readonly<Partial<Record<KernelName, readonly [ConvolutionKernel, Way]>>> = {
  conv2d: ["conv2d", "plain"],
  conv2dWinograd: ["conv2d", "Winograd"],
  conv2dPointwise: ["conv2d", "Pointwise"],
  conv2dBackpropInput: ["conv2dBackpropInput", "plain"],
  conv2dBackpropInputWinograd: ["conv2dBackpropInput", "Winograd"],
  conv2dBackpropInputPointwise: ["conv2dBackpropInput", "Pointwise"],
  conv2dBackpropFilter: ["conv2dBackpropFilter", "plain"],
  conv2dBackpropFilterWinograd: ["conv2dBackpropFilter", "Winograd"],
  conv2dBackpropFilterPointwise: ["conv2dBackpropFilter", "Pointwise"],
};

interface ConvolutionWork extends KernelCall {
  readonly kernel: ConvolutionKernel;
  readonly way: Way;
}

function convolutionWork({ kernel, way, args, convolution }: ConvolutionWork): KernelWork {
  const [batch, height, width, inputs, outputs, rows, columns, stride, , , outHeight, outWidth] = convolution;
  const outPixels = batch * outHeight * outWidth;
  const credited = 2 * outPixels * rows * columns * inputs * outputs;
  // 1×1 of stride 2 sees every fourth pixel of its input. Its gradient by the rest is 0, and written unless the whole is added
  // to what other operations have contributed, the fifth argument.
  const seen = batch * Math.min(height * width, outHeight * outWidth * rows * columns);
  const accumulates = kernel === "conv2dBackpropInput" && args[4] === 1;
  const written = accumulates ? 2 * seen : batch * height * width;
  const inputPixels = kernel === "conv2dBackpropInput" ? written : seen;
  const inputImages = { rows: height, columns: width, channels: inputs };
  const outputImages = { rows: outHeight, columns: outWidth, channels: outputs };
  const [from, to] =
    kernel === "conv2dBackpropInput" ? [outputImages, inputImages] : [inputImages, outputImages];
  return {
    group: CONVOLUTION_GROUPS[kernel],
    label: `${way} ${rows}×${columns} stride ${stride}, ${height}×${width}, ${inputs} to ${outputs}`,
    done: way === "Winograd" ? winogradOperations({ kernel, batch, from, to }) : credited,
    credited,
    bytes: 4 * (inputPixels * inputs + outPixels * outputs + rows * columns * inputs * outputs),
  };
}

interface OtherWork {
  readonly group: Group;
  readonly label: string;
  readonly operations: number;
  /** Numbers read and written. */
  readonly floats: number;
}

/**
 * The other kernels, by their names in assembly/. Operations are counted in the loops over all numbers; what is done once for
 * each channel is left out.
 */
const OTHERS: Readonly<Partial<Record<KernelName, (args: readonly number[]) => OtherWork>>> = {
  channelMoments: ([, , , , pixels, channels]) =>
    normalization("statistics of a batch", 4 * pixels * channels, pixels * channels),
  affineRelu: ([, , , , , , , pixels, channels]) =>
    normalization("scale, shift and ReLU", 2 * pixels * channels, 2 * pixels * channels),
  // Two passes over x and dy: 6 operations a number for the sums, 8 for the result.
  batchNormReluGradient: ([, , , , , , , , , , pixels, channels, accumulates]) =>
    normalization(
      "gradient of batch normalisation and ReLU",
      14 * pixels * channels,
      (accumulates ? 4 : 3) * pixels * channels + 4 * channels,
    ),
  relu: ([, , count]) => normalization("ReLU", 0, 2 * count),
  reluGradient: ([, , , count, accumulates]) =>
    normalization("gradient of ReLU", accumulates ? count : 0, (accumulates ? 4 : 3) * count),
  scaledAdd: ([, , , count]) => addition("scaled addition", 3 * count, 3 * count),
  scale: ([, , count]) => addition("scaling", count, 2 * count),
  scaleGradient: ([, , , count]) => addition("gradient of a learned scale", 3 * count, 3 * count),
  globalAveragePool: ([, , batch, pixels, channels]) =>
    end("global average pool", batch * pixels * channels, batch * (pixels + 1) * channels),
  globalAveragePoolGradient: ([, , batch, pixels, channels]) =>
    end("gradient of the pool", batch * channels, batch * (pixels + 1) * channels),
  matMul: ([, , , batch, rows, columns, depth]) =>
    end(
      `matrix product ${rows}×${depth} · ${depth}×${columns}`,
      2 * batch * rows * columns * depth,
      batch * (rows * depth + depth * columns + rows * columns),
    ),
  // A difference, an exponential, a sum and a quotient for each logit.
  softmaxCrossEntropy: ([, , , , batch, classes]) =>
    end("softmax cross-entropy", 4 * batch * classes, 2 * batch * classes),
  sgdMomentum: ([, , , count]) => ({
    group: "update",
    label: "SGD with momentum",
    operations: 6 * count,
    floats: 5 * count,
  }),
};

const inGroup = (group: Group) => (label: string, operations: number, floats: number) => ({
  group,
  label,
  operations,
  floats,
});
const normalization = inGroup("normalisation and ReLU");
const addition = inGroup("addition");
const end = inGroup("pooling, classifier, loss");
