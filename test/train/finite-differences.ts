import { mean, standardDeviation } from "simple-statistics";
import { expect } from "vitest";
import { lossAndGradients, softmaxCrossEntropy, tf } from "../../src/tensor/index.js";
import type { LabelledBatch, Network } from "../../src/train/index.js";
import type { Pass } from "../../src/train/network/layers/index.js";

/** Central differences over this distance along the gradient: long enough for float32's rounding of the loss, short
 * enough for few units to pass through 0. */
const DISTANCE = 5e-4;
const BATCHES = 10;
/** Student's t with 9 degrees of freedom exceeds it with probability 3e-5; some 30 parameters a network are tested. */
const LARGEST_T = 7.5;

export interface FiniteDifferencesOptions {
  readonly shape: readonly [number, number, number, number];
  readonly labels: readonly number[];
  readonly batchOf: (seed: number) => Pick<LabelledBatch, "images">;
  readonly pass: Pass;
}

/** Expects each parameter's gradient to be the slope of the loss along it; of one without a gradient, that the loss ignores it. */
export function expectFiniteDifferences(network: Network, options: FiniteDifferencesOptions): void {
  const { shape, labels, batchOf, pass } = options;
  const variables = network.parameters.map(({ variable }) => variable);
  const lossOf = (images: tf.Tensor4D) =>
    softmaxCrossEntropy({ logits: network.forward({ images, ...pass }), labels }).loss;
  // By parameter and batch: the slope of the loss along the gradient, and the gradient's length. ReLU's kinks within the
  // distance throw a single slope off by a per cent or so, in either direction, so the mean over batches is tested.
  const slopes = variables.map((): number[] => []);
  const norms = variables.map((): number[] => []);
  for (let seed = 0; seed < BATCHES; seed++) {
    const images = tf.tensor4d(batchOf(seed).images, [...shape]);
    const { loss, gradients } = lossAndGradients(() => lossOf(images), variables);
    variables.forEach((variable, index) => {
      const gradient = gradients[index].dataSync();
      const norm = Math.hypot(...gradient);
      const direction = Float64Array.from(gradient, (slope) => (norm === 0 ? 1 : slope / norm));
      const start = Float32Array.from(variable.dataSync());
      const lossAt = (distance: number) => {
        assign(
          variable,
          start.map((w, i) => w + distance * direction[i]),
        );
        return tf.tidy(() => lossOf(images).dataSync()[0]);
      };
      slopes[index].push((lossAt(DISTANCE) - lossAt(-DISTANCE)) / (2 * DISTANCE));
      norms[index].push(norm);
      assign(variable, start);
    });
    tf.dispose([images, loss, ...gradients]);
  }
  network.parameters.forEach(({ name }, index) => {
    const differences = slopes[index].map((slope, batch) => slope - norms[index][batch]);
    if (norms[index].every((norm) => norm === 0)) {
      expect(Math.max(...differences.map(Math.abs)), `${name}: without a gradient`).toBe(0);
      return;
    }
    const se = standardDeviation(differences) / Math.sqrt(BATCHES - 1);
    expect(Math.abs(mean(differences)) / se, `${name}: t`).toBeLessThan(LARGEST_T);
    expect(se, `${name}: the error`).toBeLessThan(0.1 * mean(norms[index]));
  });
}

function assign(variable: tf.Variable, values: Float32Array): void {
  const tensor = tf.tensor(values, variable.shape);
  variable.assign(tensor);
  tensor.dispose();
}
