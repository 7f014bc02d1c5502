import { afterAll, describe, expect, it } from "vitest";
import { lossAndGradients, softmaxCrossEntropy, startTensors, tf } from "../../src/tensor/index.js";
import { selectKernels } from "../../src/tensor/kernels/index.js";
import { runnableBuilds, uniformTensor } from "./helpers.js";

await startTensors("wasm");
afterAll(() => {
  selectKernels();
});

/** One rounding to float32. */
const ROUNDING = 2 ** -24;
/** What float64 sums of some hundred terms are right to, with room to spare. */
const DOUBLE = 2 ** -42;

interface Case {
  readonly name: string;
  readonly classes: number;
  readonly logits: ArrayLike<number>;
  readonly labels: readonly number[];
  readonly smoothing?: number;
}

function uniform(size: number, scale: number): Float32Array {
  return tf.tidy(() =>
    uniformTensor<tf.Rank.R1>([size], size)
      .dataSync()
      .map((value) => scale * value),
  ) as unknown as Float32Array;
}

const cases = (): Case[] => [
  { name: "one class", classes: 1, logits: [3, -7], labels: [0, 0] },
  { name: "ten classes", classes: 10, logits: uniform(640, 6), labels: labelsUpTo(10, 64) },
  { name: "a hundred classes", classes: 100, logits: uniform(700, 20), labels: labelsUpTo(100, 7) },
  {
    name: "logits that exp would overflow on",
    classes: 3,
    logits: uniform(90, 3e38),
    labels: labelsUpTo(3, 30),
  },
  { name: "logits apart by up to 760", classes: 9, logits: uniform(900, 380), labels: labelsUpTo(9, 100) },
  { name: "equal logits", classes: 4, logits: new Float32Array(8).fill(1e30), labels: [1, 2] },
  { name: "smoothed", classes: 10, logits: uniform(640, 6), labels: labelsUpTo(10, 64), smoothing: 0.1 },
  {
    name: "much smoothed",
    classes: 100,
    logits: uniform(700, 20),
    labels: labelsUpTo(100, 7),
    smoothing: 0.9,
  },
  { name: "one class, smoothed", classes: 1, logits: [3, -7], labels: [0, 0], smoothing: 0.5 },
];

function labelsUpTo(classes: number, rows: number): number[] {
  return Array.from({ length: rows }, (_, row) => (7 * row) % classes);
}

/** Mean loss, gradient and number correct in float64, from the formulas. */
function reference({ classes, logits, labels, smoothing = 0 }: Case) {
  const gradient = new Float64Array(logits.length);
  let [loss, correct] = [0, 0];
  labels.forEach((label, row) => {
    const of = Array.from({ length: classes }, (_, c) => logits[row * classes + c]);
    const largest = Math.max(...of);
    const total = of.reduce((sum, logit) => sum + Math.exp(logit - largest), 0);
    correct += of.indexOf(largest) === label ? 1 : 0;
    of.forEach((logit, c) => {
      const target = (c === label ? 1 - smoothing : 0) + smoothing / classes;
      const share = Math.exp(logit - largest) / total;
      if (target > 0) loss += (target * (largest - logit + Math.log(total))) / labels.length;
      gradient[row * classes + c] = (share - target) / labels.length;
    });
  });
  return { loss, gradient, correct };
}

/** The operation and its gradient, times `factor`. */
function run({ classes, logits, labels, smoothing }: Omit<Case, "name">, factor = 1) {
  return tf.tidy(() => {
    const x = tf.tensor2d(Float32Array.from(logits), [labels.length, classes]);
    const lossOf = (z: tf.Tensor) => softmaxCrossEntropy({ logits: z as tf.Tensor2D, labels, smoothing });
    const { loss, correct } = lossOf(x);
    const gradient = tf.grad((z) => lossOf(z).loss)(x, tf.scalar(factor));
    return { loss: loss.dataSync()[0], correct, gradient: gradient.dataSync() } as never;
  }) as unknown as { loss: number; correct: number; gradient: Float32Array };
}

describe.each([...runnableBuilds(), "composed"] as const)(
  "softmax cross-entropy with the %s kernels",
  (build) => {
    it("gives loss, gradient and number correct as in float64, rounded once", () => {
      selectKernels(build);
      for (const of of cases()) {
        const expected = reference(of);
        const found = run(of);
        expect(Math.abs(found.loss - expected.loss), of.name).toBeLessThanOrEqual(
          (ROUNDING + DOUBLE) * expected.loss + DOUBLE,
        );
        expect(found.correct, of.name).toBe(expected.correct);
        const worst = expected.gradient.reduce((most, value, i) => {
          const excess = Math.abs(found.gradient[i] - value) - ROUNDING * Math.abs(value);
          return Math.max(most, excess);
        }, 0);
        expect(worst, of.name).toBeLessThanOrEqual(DOUBLE);
      }
    });

    it("takes a row for the first of the classes that tie", () => {
      selectKernels(build);
      const classes = 10;
      const labels = Array.from({ length: 60 }, (_, row) => row % classes);
      const equal = (value: number) => new Float32Array(60 * classes).fill(value);
      // Balanced classes: right one time in ten, for class 0.
      for (const value of [0, -0, 3.5, -1e30]) {
        expect(run({ classes, logits: equal(value), labels }).correct).toBe(6);
      }
      const tied = (logits: number[], label: number) => run({ classes: 4, logits, labels: [label] }).correct;
      expect([0, 1, 2, 3].map((label) => tied([-1, 2, 0, 2], label))).toEqual([0, 1, 0, 0]);
      expect([0, 1, 2, 3].map((label) => tied([-1, 2, Number.NaN, 2], label))).toEqual([0, 0, 0, 0]);
    });

    it("multiplies the gradient by the one that comes in", () => {
      selectKernels(build);
      const [, of] = cases();
      const [once, fourTimes] = [run(of), run(of, 4)];
      expect(fourTimes.gradient).toEqual(once.gradient.map((value) => 4 * value));
    });

    it.each([
      // The row's loss, whether its gradient is a number, and whether it counts as correct.
      { name: "not a number", row: [1, Number.NaN, 2], loss: Number.NaN, isNumber: false },
      { name: "+∞ at the label", row: [Number.POSITIVE_INFINITY, 0, 1], loss: Number.NaN, isNumber: false },
      { name: "+∞ elsewhere", row: [0, Number.POSITIVE_INFINITY, 1], loss: Number.NaN, isNumber: false },
      {
        name: "−∞ at the label",
        row: [Number.NEGATIVE_INFINITY, 0, 1],
        loss: Number.POSITIVE_INFINITY,
        isNumber: true,
      },
      { name: "−∞ elsewhere", row: [0, Number.NEGATIVE_INFINITY, 0], loss: Math.LN2, isNumber: true },
      {
        name: "−∞ everywhere",
        row: new Array(3).fill(Number.NEGATIVE_INFINITY),
        loss: Number.NaN,
        isNumber: false,
      },
    ])("a logit that is $name", ({ row, loss, isNumber }) => {
      selectKernels(build);
      const found = run({ classes: 3, logits: [...row, 0, 0, 5], labels: [0, 2] });
      const other = Math.log(1 + 2 * Math.exp(-5));
      expect(found.loss).toEqual(Math.fround((loss + other) / 2));
      // The other row is right, and its gradient does not suffer.
      expect(found.correct).toBe(1 + (loss === Math.LN2 ? 1 : 0));
      expect([...found.gradient.subarray(0, 3)].every(Number.isFinite)).toBe(isNumber);
      expect([...found.gradient.subarray(3)].every(Number.isFinite)).toBe(true);
    });

    it("keeps no tensor", () => {
      selectKernels(build);
      const x = tf.variable(tf.zeros([4, 3]));
      const before = tf.memory().numTensors;
      const labels = [0, 1, 2, 0];
      const { loss, gradients } = lossAndGradients(
        () => softmaxCrossEntropy({ logits: x as tf.Tensor as tf.Tensor2D, labels }).loss,
        [x],
      );
      tf.dispose([loss, ...gradients]);
      softmaxCrossEntropy({ logits: x as tf.Tensor as tf.Tensor2D, labels }).loss.dispose();
      expect(tf.memory().numTensors).toBe(before);
      x.dispose();
    });
  },
);

it("refuses a smoothing that is not from 0 to less than 1", () => {
  const logits = tf.zeros([1, 3]) as tf.Tensor2D;
  for (const smoothing of [-0.1, 1, Number.NaN]) {
    expect(() => softmaxCrossEntropy({ logits, labels: [0], smoothing })).toThrow(
      "smoothing must be from 0 to less than 1",
    );
  }
});

it("refuses a label that is not a class", () => {
  const logits = tf.zeros([1, 3]) as tf.Tensor2D;
  for (const label of [-1, 3, 0.5, Number.NaN]) {
    expect(() => softmaxCrossEntropy({ logits, labels: [label] })).toThrow(
      "labels must be classes from 0 to 2",
    );
  }
});
