import { afterAll, describe, expect, it } from "vitest";
import { resolveScheme } from "../../src/analytic/index.js";
import { runTrial } from "../../src/montecarlo/forward/trial.js";
import { networkOf } from "../../src/montecarlo/network/resolve-network.js";
import { startTensors, tf } from "../../src/tensor/index.js";
import { selectKernels } from "../../src/tensor/kernels/index.js";

await startTensors("wasm");
afterAll(() => {
  selectKernels();
});

const DEPTH = 6;
const windows = Array.from({ length: DEPTH }, (_, i) => ({
  low: Math.max(0, i - 4),
  high: Math.min(4, i + 1),
}));
const size = { depth: DEPTH, width: 20, batch: 9 };
const networks = {
  "BatchNorm, linear": networkOf(resolveScheme("batchnorm"), size),
  "BatchNorm, ReLU, two layers": networkOf(resolveScheme("batchnorm"), {
    ...size,
    activation: "relu",
    branchLayers: 2,
  }),
  "divided by √2, GELU": networkOf(resolveScheme("sqrt2"), { ...size, activation: "gelu" }),
  "LayerNorm after the merge": networkOf(resolveScheme("post-ln"), { ...size, activation: "relu" }),
};

describe("a trial without the kernels", () => {
  it.each(Object.entries(networks))("shows what one with them shows: %s", async (_, network) => {
    const options = { seed: 1, trial: 0, windows };
    selectKernels("auto");
    const native = await runTrial({ network, ...options });
    selectKernels("composed");
    const before = tf.memory().numTensors;
    const composed = await runTrial({ network, ...options });
    expect(tf.memory().numTensors).toBe(before);
    for (const path of ["skip", "branch", "input"] as const) {
      for (const name of ["variance", "meanSquared", "secondMoment", "channelVariance"] as const) {
        for (let i = 0; i < DEPTH; i++) {
          const whole = native[path].secondMoment[i];
          expect(Math.abs(composed[path][name][i] - native[path][name][i]) / whole).toBeLessThan(1e-5);
        }
      }
    }
    const [a, b] = [native, composed].map(({ shares }) => shares[0].share);
    for (const [k, share] of a.entries()) expect(Math.abs(share - b[k])).toBeLessThan(1e-5);
  });

  it("draws what the Gram sampler draws with them", async () => {
    const options = { seed: 1, trial: 0, sampler: "gram" as const };
    selectKernels("auto");
    const native = await runTrial({ network: networks["BatchNorm, linear"], ...options });
    selectKernels("composed");
    const composed = await runTrial({ network: networks["BatchNorm, linear"], ...options });
    const [a, b] = [native, composed].map(({ skip }) => skip.variance[DEPTH - 1]);
    expect(Math.abs(a / b - 1)).toBeLessThan(1e-5);
  });
});
