import { expect } from "vitest";
import { resolveScheme } from "../../src/analytic/index.js";
import type { ResidualScheme } from "../../src/network/index.js";
import { openStream } from "../../src/random/index.js";
import { tf } from "../../src/tensor/index.js";
import {
  createNetwork,
  type DesignChoices,
  designNetwork,
  type LabelledBatch,
  type Network,
  Optimizer,
  parseModel,
  type StackDescription,
} from "../../src/train/index.js";

/** Noise with labels. */
export function noise(images: number, side: number, seed = 0): LabelledBatch {
  const stream = openStream({ seed, purpose: "test" });
  return {
    images: Float32Array.from({ length: images * side * side * 3 }, () => 3 * stream.nextUniform() - 1.5),
    shape: [images, side, side, 3],
    labels: Int32Array.from({ length: images }, (_, index) => (7 * index + seed) % 10),
  };
}

/** What a network is made of: a model's name, and a scheme or a scheme's name. */
export function designOf(
  model: string | StackDescription,
  scheme: string | ResidualScheme,
  choices: DesignChoices & { readonly imageSize?: number } = {},
) {
  const architecture = parseModel(model);
  const resolved = typeof scheme === "string" ? resolveScheme(scheme) : scheme;
  const design = designNetwork({ ...choices, architecture, scheme: resolved });
  return { architecture, scheme: resolved, design };
}

/** The network of {@link designOf}. */
export function networkOf(
  model: string | StackDescription,
  scheme: string | ResidualScheme,
  seed = 1,
  choices: DesignChoices = {},
): Network {
  return createNetwork({ design: designOf(model, scheme, choices).design, seed });
}

/** Everything a step changes. */
export function stateOf(network: Network) {
  return {
    weights: network.parameters.map(({ variable }) => Float32Array.from(variable.dataSync())),
    averages: network.statistics.map(({ moving }) => ({
      mean: Float32Array.from(moving.mean),
      variance: Float32Array.from(moving.variance),
    })),
  };
}

/** Expects forty steps on one batch to halve the loss, and no step but the first to leave a tensor behind. */
export function expectToLearnByHeart(network: Network, batch: LabelledBatch): void {
  const optimizer = new Optimizer(network);
  const first = optimizer.step(batch, 0.02);
  const tensors = tf.memory().numTensors;
  let last = first;
  for (let step = 0; step < 40; step++) {
    last = optimizer.step(batch, 0.02);
    expect(tf.memory().numTensors).toBe(tensors);
  }
  expect(last.loss).toBeLessThan(first.loss / 2);
}
