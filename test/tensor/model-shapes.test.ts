import { afterAll, describe, expect, it } from "vitest";
import { conv2d, startTensors, tf } from "../../src/tensor/index.js";
import { type KernelChoice, selectKernels, setExactConvolutions } from "../../src/tensor/kernels/index.js";
import {
  type ConvolutionCase,
  convolutionReference,
  errorOverBound,
  outputSize,
} from "./convolution-reference.js";
import { runnableBuilds, uniformTensor } from "./helpers.js";

await startTensors("wasm");
const builds: KernelChoice[] = [...runnableBuilds(), "composed"];
// Plain sums, which have a bound; winograd.test.ts has the others.
setExactConvolutions(true);
afterAll(() => {
  setExactConvolutions(false);
  selectKernels();
});

/** Of the models beyond the Wide-ResNets, with fewer channels where that does not matter. */
const CASES: (Omit<ConvolutionCase, "pad"> & { readonly what: string })[] = [
  { what: "ResNet's stem", batch: 1, height: 64, width: 64, inputs: 3, outputs: 64, kernel: 7, stride: 2 },
  {
    what: "a stem on odd maps",
    batch: 2,
    height: 15,
    width: 13,
    inputs: 3,
    outputs: 20,
    kernel: 7,
    stride: 2,
  },
  {
    what: "a stem larger than its map",
    batch: 2,
    height: 4,
    width: 3,
    inputs: 5,
    outputs: 8,
    kernel: 7,
    stride: 2,
  },
  { what: "large images", batch: 1, height: 224, width: 224, inputs: 3, outputs: 4, kernel: 7, stride: 2 },
  {
    what: "a bottleneck's first layer",
    batch: 2,
    height: 7,
    width: 7,
    inputs: 64,
    outputs: 16,
    kernel: 1,
    stride: 1,
  },
  { what: "a projection", batch: 2, height: 14, width: 14, inputs: 32, outputs: 64, kernel: 1, stride: 2 },
  {
    what: "a projection of odd maps",
    batch: 3,
    height: 7,
    width: 5,
    inputs: 12,
    outputs: 20,
    kernel: 1,
    stride: 2,
  },
  { what: "a dense layer", batch: 37, height: 1, width: 1, inputs: 48, outputs: 20, kernel: 1, stride: 1 },
  {
    what: "a stride on maps of one pixel",
    batch: 5,
    height: 1,
    width: 1,
    inputs: 16,
    outputs: 24,
    kernel: 1,
    stride: 2,
  },
  {
    what: "a dense layer of one image",
    batch: 1,
    height: 1,
    width: 1,
    inputs: 300,
    outputs: 64,
    kernel: 1,
    stride: 1,
  },
];

describe.each(builds)("convolutions by the %s kernels, against float64 sums", (build) => {
  it.each(CASES)("$what", ({ what: _, ...shape }) => {
    selectKernels(build);
    const pad = (shape.kernel - 1) / 2;
    const [rows, columns] = outputSize({ ...shape, pad });
    tf.tidy(() => {
      const x = uniformTensor<tf.Rank.R4>([shape.batch, shape.height, shape.width, shape.inputs], 1);
      const filter = uniformTensor<tf.Rank.R4>([shape.kernel, shape.kernel, shape.inputs, shape.outputs], 2);
      const dy = uniformTensor<tf.Rank.R4>([shape.batch, rows, columns, shape.outputs], 3);
      const { value, grads } = tf.valueAndGrads((a, f) =>
        conv2d({ x: a as tf.Tensor4D, filter: f as tf.Tensor4D, stride: shape.stride }),
      )([x, filter], dy);
      const reference = convolutionReference(
        { ...shape, pad },
        { x: x.dataSync(), filter: filter.dataSync(), dy: dy.dataSync() },
      );
      expect(value.shape).toEqual(dy.shape);
      expect(errorOverBound(value.dataSync(), reference.y), "y").toBeLessThanOrEqual(1);
      expect(errorOverBound(grads[0].dataSync(), reference.dx), "dx").toBeLessThanOrEqual(1);
      expect(errorOverBound(grads[1].dataSync(), reference.dw), "dw").toBeLessThanOrEqual(1);
    });
  });
});
