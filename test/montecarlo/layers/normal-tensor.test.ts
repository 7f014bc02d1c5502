import { afterAll, describe, expect, it } from "vitest";
import { normalTensor } from "../../../src/montecarlo/layers/normal-tensor.js";
import { fillNormal, openStream } from "../../../src/random/index.js";
import { startTensors } from "../../../src/tensor/index.js";
import { selectKernels } from "../../../src/tensor/kernels/index.js";
import { runnableBuilds } from "../../tensor/helpers.js";

await startTensors("wasm");
afterAll(() => {
  selectKernels();
});

/** Some 250 draws from the tails, and 12,000 that are decided under the density. */
const COUNT = 1_000_000;

describe.each([...runnableBuilds(), "composed" as const])("normalTensor, %s kernels", (build) => {
  it("draws what fillNormal draws, to the last bit", () => {
    selectKernels(build);
    for (const seed of [0, 7]) {
      const key = { seed, purpose: "test", index: [3, 1] };
      const expected = new Float32Array(COUNT);
      fillNormal(expected, openStream(key), 0.3);
      expect(expected.filter((x) => Math.abs(x) > 0.3 * 3.6541528853610088).length).toBeGreaterThan(200);
      const drawn = normalTensor([1000, 1000], key, 0.3);
      // Bits, not numbers.
      const [a, b] = [drawn.dataSync() as Float32Array, expected].map((x) => Buffer.from(x.slice().buffer));
      expect(a.equals(b)).toBe(true);
      drawn.dispose();
    }
  });
});
