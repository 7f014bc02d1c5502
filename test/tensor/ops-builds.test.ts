import { afterAll, beforeEach, describe, expect, it } from "vitest";
import {
  batchNormRelu,
  channelStatistics,
  conv2d,
  globalAveragePool,
  lossAndGradients,
  relu,
  scaledAdd,
  sgdMomentumUpdate,
  softmaxCrossEntropy,
  startTensors,
  tf,
} from "../../src/tensor/index.js";
import { type KernelChoice, kernels, selectKernels } from "../../src/tensor/kernels/index.js";
import { onBackend, runnableBuilds, uniformTensor } from "./helpers.js";
import { casesOf, type Input, type OpCase, type Outcome, SHAPES } from "./op-cases.js";

await startTensors("wasm");
const builds: KernelChoice[] = [...runnableBuilds(), "composed"];

afterAll(() => {
  selectKernels();
});

const EPSILON = 2 ** -23;
/** Kernels add up blocks of at most 256 terms in float32; beside the sum come a dozen other roundings. */
const BLOCK = 256;
const OTHERS = 16;

function tensorOf({ shape, scale = 1, offset = 0 }: Input, seed: number): tf.Tensor {
  const values = uniformTensor<tf.Rank>(shape as never, seed)
    .dataSync()
    .map((value) => scale * value + offset);
  return tf.tensor(values, [...shape]);
}

/** Values and gradients of `f` where it is run, as plain arrays. */
function evaluate({ inputs }: OpCase, f: OpCase["own"]): Outcome {
  return tf.tidy(() => {
    const tensors = inputs.map((input, i) => tensorOf(input, i + 1));
    const y = f(...tensors);
    const dy = tensorOf({ shape: y.shape }, 100);
    const gradients = tf.grads(f)(tensors, dy);
    return { y: y.dataSync(), gradients: gradients.map((gradient) => gradient.dataSync()) } as never;
  }) as unknown as Outcome;
}

function exactly(op: OpCase) {
  const inputs = op.inputs.map((input, i) => tensorOf(input, i + 1).dataSync<"float32">());
  const shape = tf.tidy(() => op.own(...op.inputs.map((input, i) => tensorOf(input, i + 1))).shape);
  const dy = tensorOf({ shape }, 100).dataSync<"float32">();
  return { outcome: op.exact(inputs, dy), scales: op.scales(inputs, dy) };
}

function errorOf(reference: ArrayLike<number>, found: ArrayLike<number>): number {
  if (reference.length !== found.length) return Number.POSITIVE_INFINITY;
  let error = 0;
  for (let i = 0; i < reference.length; i++) {
    const difference = Math.abs(reference[i] - found[i]);
    if (!(difference <= error)) error = difference;
  }
  return error;
}

function expectWithin(op: OpCase, found: Outcome, longestSum: number): void {
  const { outcome, scales } = exactly(op);
  const roundings = (Math.min(op.terms, longestSum) + OTHERS) * EPSILON;
  expect(errorOf(outcome.y, found.y), "y").toBeLessThanOrEqual(roundings * scales.y);
  outcome.gradients.forEach((gradient, i) => {
    const error = errorOf(gradient, found.gradients[i]);
    expect(error, `gradient by input ${i + 1}`).toBeLessThanOrEqual(roundings * scales.gradients[i]);
  });
}

beforeEach(() => {
  tf.engine().startScope();
  return () => tf.engine().endScope();
});

describe.each(builds)("the %s kernels", (build) => {
  it.each(SHAPES.map((shape) => [shape.join("×"), shape] as const))(
    "%s: values and gradients as in float64",
    (_, shape) => {
      selectKernels(build);
      for (const op of casesOf(shape)) {
        // Composed of tfjs's own operations, sums are as long as their terms.
        expectWithin(op, evaluate(op, op.own), build === "composed" ? Number.POSITIVE_INFINITY : BLOCK);
      }
    },
  );

  it("give the same from run to run, bit for bit", () => {
    selectKernels(build);
    for (const op of casesOf([3, 16, 15, 5])) expect(evaluate(op, op.own)).toEqual(evaluate(op, op.own));
  });

  it.skipIf(build === "composed")("lose no precision in a large batch far from 0", () => {
    selectKernels(build);
    // Two values in turn, a different one for each channel: equal terms, whose sum in float32 drifts steadily.
    const steps = Float32Array.from({ length: 12 }, (_, c) => 1000 + 0.3 + 0.05 * c);
    const values = Float32Array.from({ length: 12 * 2 ** 16 }, (_, i) =>
      Math.floor(i / 12) % 2 ? steps[i % 12] : 1000,
    );
    const { mean, variance } = channelStatistics(tf.tensor4d(values, [64, 32, 32, 12]));
    steps.forEach((step, c) => {
      const half = (step - 1000) / 2;
      expect(Math.abs(mean[c] - 1000 - half)).toBeLessThanOrEqual((1000 + half * BLOCK) * EPSILON);
      expect(Math.abs(variance[c] - half * half)).toBeLessThanOrEqual(half * half * BLOCK * EPSILON);
    });
  });

  it.each(
    [1, 7, 8, 9, 1000].flatMap((size) => [
      { size, nesterov: false },
      { size, nesterov: true },
    ]),
  )("step of SGD on $size weights, Nesterov: $nesterov", ({ size, nesterov }) => {
    selectKernels(build);
    const [w, v, g] = [1, 2, 3].map((seed) => uniformTensor<tf.Rank.R1>([size], seed));
    const settings = { learningRate: 0.1, momentum: 0.9, decay: 0.2, gradientScale: 0.7, nesterov };
    const [variable, velocity] = [tf.variable(w), tf.variable(v)];
    sgdMomentumUpdate({ variable, velocity, gradient: g, ...settings });
    const [before, speed, slope] = [w, v, g].map((tensor) => Float64Array.from(tensor.dataSync()));
    const total = slope.map((value, i) => 0.7 * value + 0.2 * before[i]);
    const expected = speed.map((value, i) => 0.9 * value + total[i]);
    // Numbers up to 1: a total up to 0.9, a velocity up to 1.8 and a Nesterov step up to 2.52, of four roundings each.
    expect(errorOf(expected, velocity.dataSync())).toBeLessThanOrEqual(4 * 1.8 * EPSILON);
    const weights = before.map(
      (value, i) => value - 0.1 * (nesterov ? total[i] + 0.9 * expected[i] : expected[i]),
    );
    expect(errorOf(weights, variable.dataSync())).toBeLessThanOrEqual(4 * 1.3 * EPSILON);
    // The tensors the variables were made of share their buffers, and have kept their numbers.
    expect([...w.dataSync(), ...v.dataSync()]).toEqual([...before, ...speed]);
    tf.dispose([variable, velocity]);
  });

  it.each(SHAPES.map((shape) => [shape.join("×"), shape] as const))(
    "%s: add a gradient to another path's in place, as tfjs's tape adds them up",
    (_, shape) => {
      selectKernels(build);
      const variables = [{ shape }, { shape: [shape[3]], offset: 1.5 }, { shape: [shape[3]] }].map(
        (input, i) => tf.variable(tensorOf(input, i + 1)),
      );
      const [x, gamma, beta] = variables as tf.Tensor[] as [tf.Tensor4D, tf.Tensor1D, tf.Tensor1D];
      const forward = () => {
        // A convolution ends each branch, since the two gradients of a sum share a buffer at first.
        const block = (skip: tf.Tensor4D, activated: tf.Tensor4D) =>
          scaledAdd({ skip, branch: conv2d({ x: activated, filter }) });
        const middle = block(x, batchNormRelu({ x, gamma, beta }).y);
        const logits = globalAveragePool(block(middle, relu(middle)));
        return softmaxCrossEntropy({ logits, labels: new Array(shape[0]).fill(0) }).loss;
      };
      const filter = tensorOf({ shape: [1, 1, shape[3], shape[3]] }, 9) as tf.Tensor4D;
      const { grads } = tf.variableGrads(forward, variables);
      const { gradients } = lossAndGradients(forward, variables);
      variables.forEach(({ name }, i) => {
        expect(gradients[i].dataSync()).toEqual(grads[name].dataSync());
      });
      tf.dispose(variables);
    },
  );

  it("neither keep tensors nor let the heap grow", () => {
    selectKernels(build);
    const run = () => {
      for (const op of casesOf([3, 16, 15, 5])) evaluate(op, op.own);
    };
    run();
    const [memory, heap] = [tf.memory(), kernels()?.heapBytes()];
    for (let i = 0; i < 20; i++) run();
    expect(tf.memory()).toEqual(memory);
    expect(kernels()?.heapBytes()).toBe(heap);
  });
});

describe("tfjs's cpu backend", () => {
  it.each(SHAPES.map((shape) => [shape.join("×"), shape] as const))(
    "%s: gives the same",
    async (_, shape) => {
      for (const op of casesOf(shape)) {
        const reference = await onBackend("cpu", () => evaluate(op, op.stock));
        expectWithin(op, reference, Number.POSITIVE_INFINITY);
      }
    },
  );
});
