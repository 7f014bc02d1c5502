import { afterAll, describe, expect, it } from "vitest";
import {
  conv2d,
  globalAveragePool,
  lossAndGradients,
  scaledAdd,
  softmaxCrossEntropy,
  startTensors,
  tf,
} from "../../src/tensor/index.js";
import { selectKernels } from "../../src/tensor/kernels/index.js";
import { convolutionReference, errorOverBound, outputSize } from "./convolution-reference.js";
import { type KernelCall, kernelCalls, runnableBuilds, uniformTensor } from "./helpers.js";

await startTensors("wasm");
afterAll(() => {
  selectKernels();
});

/** wasm-kernels.test.ts has many small shapes; here are those of many blocks and passes, the last one shorter. */
const CASES = [
  { batch: 25, height: 16, width: 14, inputs: 16, outputs: 32, stride: 2 },
  { batch: 3, height: 31, width: 33, inputs: 64, outputs: 24, stride: 2 },
  { batch: 7, height: 20, width: 9, inputs: 8, outputs: 40, stride: 3 },
  { batch: 2, height: 4, width: 4, inputs: 256, outputs: 128, stride: 2 },
].map((shape) => ({ ...shape, kernel: 1, pad: 0 }));

describe.each(runnableBuilds())("convolutions of gathered pixels with the %s kernels", (build) => {
  it.each(CASES)(
    "$batch images $height×$width, $inputs to $outputs channels, stride $stride: as float64 sums",
    (shape) => {
      selectKernels(build);
      const called = kernelCalls(() => expectRightSums(shape));
      expect(called.map(({ name }) => name)).toEqual(
        expect.arrayContaining(["conv2dPointwise", "conv2dBackpropFilterPointwise"]),
      );
      expect(accumulations(called)).toContain(0);
    },
  );

  it("add their input gradient to another one in place, as tfjs's tape adds them up", () => {
    selectKernels(build);
    const x = tf.variable(uniformTensor<tf.Rank.R4>([3, 10, 7, 16], 1));
    const [wide, narrow] = [3, 1].map((side) => uniformTensor<tf.Rank.R4>([side, side, 16, 24], side));
    const forward = () => {
      const input = x as tf.Tensor as tf.Tensor4D;
      // The last to be recorded is the first to be differentiated.
      const skip = conv2d({ x: input, filter: narrow, stride: 2 });
      const branch = conv2d({ x: input, filter: wide, stride: 2 });
      const logits = globalAveragePool(scaledAdd({ skip, branch, skipScale: 0.5 }));
      return softmaxCrossEntropy({ logits, labels: [0, 1, 2] }).loss;
    };
    const { grads } = tf.variableGrads(forward, [x]);
    const called = kernelCalls(() => {
      const { loss, gradients } = lossAndGradients(forward, [x]);
      expect(gradients[0].dataSync()).toEqual(grads[x.name].dataSync());
      tf.dispose([loss, ...gradients]);
    });
    expect(accumulations(called)).toContain(1);
    expect(called.filter(({ name }) => name === "scaledAdd")).toHaveLength(1);
    tf.dispose([x, wide, narrow]);
  });
});

/** What the calls for an input gradient say of adding it to another one: 1 or 0. */
function accumulations(calls: readonly KernelCall[]): number[] {
  return calls.filter(({ name }) => name === "conv2dBackpropInputPointwise").map(({ args }) => args[4]);
}

function expectRightSums(shape: (typeof CASES)[number]): void {
  const { batch, height, width, inputs, outputs, stride } = shape;
  const [rows, columns] = outputSize(shape);
  tf.tidy(() => {
    const x = uniformTensor<tf.Rank.R4>([batch, height, width, inputs], 1);
    const filter = uniformTensor<tf.Rank.R4>([1, 1, inputs, outputs], 2);
    const dy = uniformTensor<tf.Rank.R4>([batch, rows, columns, outputs], 3);
    const operands = { x: x.dataSync(), filter: filter.dataSync(), dy: dy.dataSync() };
    const reference = convolutionReference(shape, operands);
    const { value, grads } = tf.valueAndGrads((a: tf.Tensor, f: tf.Tensor) =>
      conv2d({ x: a as tf.Tensor4D, filter: f as tf.Tensor4D, stride }),
    )([x, filter], dy);
    expect(errorOverBound(value.dataSync(), reference.y), "y").toBeLessThanOrEqual(1);
    expect(errorOverBound(grads[0].dataSync(), reference.dx), "dx").toBeLessThanOrEqual(1);
    expect(errorOverBound(grads[1].dataSync(), reference.dw), "dw").toBeLessThanOrEqual(1);
  });
}
