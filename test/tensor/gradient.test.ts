import { beforeAll, describe, expect, it } from "vitest";
import {
  batchNormRelu,
  conv2d,
  differentiable,
  globalAveragePool,
  lossAndGradients,
  relu,
  scaledAdd,
  share,
  softmaxCrossEntropy,
  startTensors,
  tf,
} from "../../src/tensor/index.js";
import { uniformTensor } from "./helpers.js";

beforeAll(() => startTensors("wasm"));

const variableOf = (values: number[]) => {
  const tensor = tf.tensor4d(values, [1, 1, 1, values.length]);
  const variable = tf.variable(tensor);
  tensor.dispose();
  return variable;
};
const asImage = (variable: tf.Variable) => variable as tf.Tensor as tf.Tensor4D;
/** Σ weights·x as a scalar with its gradient. */
const weighted = (x: tf.Tensor4D, weights: number[]) =>
  differentiable({
    inputs: [x],
    forward: () => tf.scalar(weights.reduce((sum, w, i) => sum + w * x.dataSync()[i], 0)),
    backward: (dy) => [
      tf.tensor4d(
        weights.map((w) => w * dy.dataSync()[0]),
        x.shape,
      ),
    ],
  });
const add = (skip: tf.Tensor4D, branch: tf.Tensor4D) => scaledAdd({ skip, branch });

describe("lossAndGradients", () => {
  it("adds up the gradients of every path, and leaves 0 for a variable that has none", () => {
    const [x, unused] = [variableOf([1, -2, 3]), variableOf([1])];
    // x + relu(x) + relu(x + x): by x 1 + 1 + 2 where x is positive, else 1.
    const { loss, gradients } = lossAndGradients(() => {
      const a = asImage(x);
      return weighted(add(add(a, relu(a)), relu(add(a, a))), [1, 10, 100]);
    }, [x, unused]);
    expect(loss.dataSync()[0]).toBe(4 - 20 + 1200);
    expect([...gradients[0].dataSync()]).toEqual([4, 10, 400]);
    expect([...gradients[1].dataSync()]).toEqual([0]);
    tf.dispose([loss, ...gradients, x, unused]);
  });

  it("never writes a sum over a gradient that is still needed", () => {
    const [x, a] = [variableOf([1, 1]), variableOf([1, 1])];
    const { loss, gradients } = lossAndGradients(() => {
      // Going back, the two gradients of the inner sum share a buffer when a's second one is added to the first.
      const [b, c] = [relu(asImage(x)), relu(asImage(a))];
      return weighted(add(add(asImage(a), b), c), [1, 1]);
    }, [x, a]);
    expect(gradients.map((gradient) => [...gradient.dataSync()])).toEqual([
      [1, 1],
      [2, 2],
    ]);
    tf.dispose([loss, ...gradients, x, a]);
  });

  it("agrees with tfjs's own tape", () => {
    const filters = [1, 2].map((seed) => tf.variable(uniformTensor<tf.Rank.R4>([3, 3, 4, 4], seed)));
    const alpha = tf.variable(tf.scalar(0.4));
    const [gamma, beta] = [1.5, 0.1].map((value) => tf.variable(tf.fill([4], value)));
    const images = uniformTensor<tf.Rank.R4>([2, 6, 5, 4], 3);
    const forward = () => {
      const [first, second] = filters.map(asImage);
      const x = conv2d({ x: images, filter: first });
      const branch = conv2d({ x: relu(x), filter: second });
      const merged = scaledAdd({ skip: x, branch, branchScale: alpha as tf.Tensor as tf.Scalar });
      // A block as they come: its normaliser adds its gradient to that of the skip path.
      const { y } = batchNormRelu({
        x: merged,
        gamma: gamma as tf.Tensor as tf.Tensor1D,
        beta: beta as tf.Tensor as tf.Tensor1D,
      });
      const end = add(merged, conv2d({ x: y, filter: second }));
      return softmaxCrossEntropy({ logits: globalAveragePool(end), labels: [1, 3] }).loss;
    };
    const variables = [...filters, alpha, gamma, beta];
    const reference = tf.variableGrads(forward, variables);
    const { loss, gradients } = lossAndGradients(forward, variables);
    expect(loss.dataSync()).toEqual(reference.value.dataSync());
    variables.forEach(({ name }, i) => {
      expect(gradients[i].dataSync()).toEqual(reference.grads[name].dataSync());
    });
    tf.dispose([...variables, images, loss, ...gradients]);
  });

  it("asks an operation only for the gradients that lead to a variable", () => {
    const [images, filter] = [tf.ones([1, 2, 2, 1]) as tf.Tensor4D, tf.variable(tf.ones([1, 1, 1, 1]))];
    const asked: (readonly boolean[])[] = [];
    const { loss, gradients } = lossAndGradients(() => {
      const input = relu(images);
      const y = differentiable({
        inputs: [input, filter],
        forward: () => tf.tensor4d([1], [1, 1, 1, 1]),
        backward: (dy, _, wanted) => {
          asked.push(wanted);
          return [undefined, share(dy)];
        },
      });
      return weighted(y, [5]);
    }, [filter]);
    expect(asked).toEqual([[false, true]]);
    expect([...gradients[0].dataSync()]).toEqual([5]);
    tf.dispose([images, filter, loss, ...gradients]);
  });

  it("refuses an operation that it has no gradient for, instead of a wrong gradient", () => {
    const x = variableOf([1]);
    expect(() => lossAndGradients(() => weighted(tf.mul(asImage(x), 2), [1]), [x])).toThrow(
      "lossAndGradients met the result of an operation it has no gradient for",
    );
    x.dispose();
  });

  it("leaves the loss and the gradients, and nothing that operations made on their way", () => {
    const x = variableOf([1, 2]);
    const before = tf.memory();
    const { loss, gradients } = lossAndGradients(() => {
      const y = differentiable({
        inputs: [asImage(x)],
        forward: (): tf.Tensor4D => tf.square(tf.mul(asImage(x), 1)),
        saves: (result) => [x, result],
        backward: (dy, [saved]) => [tf.mul(tf.mul(dy, 2), saved)],
      });
      return weighted(y, [1, 10]);
    }, [x]);
    expect(tf.memory().numTensors).toBe(before.numTensors + 2);
    expect([...gradients[0].dataSync()]).toEqual([2, 40]);
    tf.dispose([loss, ...gradients]);
    expect(tf.memory()).toEqual(before);
    x.dispose();
  });

  it.each(["forward", "backward"])("frees everything when the %s pass throws", (pass) => {
    const x = variableOf([1, 2]);
    const before = tf.memory();
    const fail = () => {
      throw new Error("failed on purpose");
    };
    const run = () =>
      lossAndGradients(() => {
        const a = relu(relu(asImage(x)));
        const b = differentiable({
          inputs: [a],
          forward: () => (pass === "forward" ? fail() : tf.ones(a.shape)) as tf.Tensor4D,
          saves: (y) => [a, y],
          backward: fail,
        });
        return weighted(add(a, b), [1, 1]);
      }, [x]);
    expect(run).toThrow("failed on purpose");
    expect(tf.memory()).toEqual(before);
    x.dispose();
  });
});
