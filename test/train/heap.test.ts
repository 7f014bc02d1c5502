import { expect, it } from "vitest";
import { startTensors, tf } from "../../src/tensor/index.js";
import { Optimizer, trainingBytes } from "../../src/train/index.js";
import { designOf, networkOf, noise } from "./networks.js";

/** The size of the WebAssembly memory, which never shrinks: the peak so far. */
const heap = () => (tf.backend() as unknown as { wasm: { HEAPU8: Uint8Array } }).wasm.HEAPU8.length;

const MODEL = "wrn-100-1";
const SEGMENT = 4;
const memory = { plan: designOf(MODEL, "batchnorm", { imageSize: 16 }).design.plan, batch: 64 };

// In a file of its own, for a heap of its own; the steps that need less memory come first.
it("recomputation bounds the heap as estimated, from step to step", async () => {
  await startTensors("wasm");
  const start = heap();
  const steps = (segment: number | undefined, count: number) => {
    const network = networkOf(MODEL, "batchnorm");
    const optimizer = new Optimizer(network, { segment });
    const sizes = Array.from({ length: count }, () => {
      optimizer.step(noise(64, 16), 0.01);
      return heap();
    });
    network.dispose();
    return sizes;
  };
  const recomputed = steps(SEGMENT, 3);
  expect(recomputed[2]).toBe(recomputed[1]);
  const [kept] = steps(undefined, 1);
  // The estimate is at most a third too large and a quarter too small (docs/training.md); memory grows by up to a fifth
  // at a time.
  const [low, high] = [1 / 1.34, 1.25 * 1.2];
  const estimate = trainingBytes({ ...memory, segment: SEGMENT });
  expect(recomputed[2] - start).toBeLessThan(high * estimate);
  expect(kept - start).toBeGreaterThan(low * trainingBytes(memory));
  expect(kept - start).toBeLessThan(high * trainingBytes(memory));
});
