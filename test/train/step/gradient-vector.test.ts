import { beforeAll, expect, it } from "vitest";
import { startTensors, tf } from "../../../src/tensor/index.js";
import { selectKernels } from "../../../src/tensor/kernels/index.js";
import type { Network } from "../../../src/train/network/network.js";
import { GradientVector } from "../../../src/train/step/gradient-vector.js";
import { networkOf } from "../networks.js";

beforeAll(() => startTensors("wasm"));

/** Shared memory with numbers of different sizes, so that their sums are rounded. */
function vectorOf(network: Network, seed: number): GradientVector {
  const vector = new GradientVector(network, new SharedArrayBuffer(GradientVector.bytesOf(network)));
  vector.values.forEach((_, i) => {
    vector.values[i] = Math.sin(seed + i) * 2 ** ((i + seed) % 7);
  });
  return vector;
}

it("adds up the same numbers however the parts come, rounding to float32 after each", () => {
  const network = networkOf("wrn-10-0.5", "batchnorm");
  const parts = [1, 2, 3, 4, 5].map((seed) => ({ vector: vectorOf(network, seed), weight: 1 / (seed + 2) }));
  const expected = new Float32Array(parts[0].vector.values.length);
  for (const { vector, weight } of parts) {
    for (let i = 0; i < expected.length; i++) expected[i] = expected[i] + weight * vector.values[i];
  }
  for (const cuts of [[5], [1, 4], [2, 3], [1, 1, 1, 1, 1]]) {
    const total = vectorOf(network, 9);
    total.clear();
    let start = 0;
    for (const count of cuts) {
      total.add(parts.slice(start, start + count));
      start += count;
    }
    expect(total.values).toEqual(expected);
  }
  network.dispose();
});

it.each(["auto", "composed"] as const)("gives back the gradients that were written (%s)", (choice) => {
  selectKernels(choice);
  const network = networkOf("wrn-10-0.5", "batchnorm");
  const vector = vectorOf(network, 1);
  const before = tf.memory().numTensors;
  const gradients = vector.gradients();
  expect(gradients.map(({ shape }) => shape)).toEqual(
    network.parameters.map(({ variable }) => variable.shape),
  );
  const again = new GradientVector(network);
  again.write(gradients);
  expect(again.values.subarray(0, network.size)).toEqual(
    new Float32Array(vector.values.subarray(0, network.size)),
  );
  // Tensors of their own: the memory they came from may change.
  vector.values.fill(0);
  expect(gradients[0].dataSync()).toEqual(again.values.subarray(0, gradients[0].size));
  tf.dispose(gradients);
  expect(tf.memory().numTensors).toBe(before);
  network.dispose();
  selectKernels();
});
