import { beforeAll, describe, expect, it } from "vitest";
import { resolveScheme } from "../../src/analytic/index.js";
import { runTrial } from "../../src/montecarlo/forward/trial.js";
import type { TrialRecord } from "../../src/montecarlo/forward/trial-record.js";
import { factorGram } from "../../src/montecarlo/layers/factor-gram.js";
import { drawWeightLayer } from "../../src/montecarlo/layers/weight-layer.js";
import { type NetworkOverrides, networkOf } from "../../src/montecarlo/network/resolve-network.js";
import { chooseSampler } from "../../src/montecarlo/network/sampler.js";
import { InvalidArgumentError, type SampledNetwork } from "../../src/network/index.js";
import type { Sampler } from "../../src/network/settings/sample-run.js";
import { nextNormal, openStream } from "../../src/random/index.js";
import { startTensors, tf } from "../../src/tensor/index.js";
import { selectKernels } from "../../src/tensor/kernels/index.js";

beforeAll(async () => {
  await startTensors();
});

const batchnorm = resolveScheme("batchnorm");

/** A batch, as [input][feature], whose last input is the sum of the first two. */
function dependentBatch(batch: number, features: number): number[][] {
  const stream = openStream({ seed: 4, purpose: "test" });
  const rows = Array.from({ length: batch - 1 }, () =>
    Array.from({ length: features }, () => nextNormal(stream)),
  );
  return [...rows, rows[0].map((x, f) => x + rows[1][f])];
}

const product = (a: number[], b: number[]) => a.reduce((sum, x, i) => sum + x * b[i], 0);

describe.each(["auto", "composed"] as const)("factorGram, %s kernels", (kernels) => {
  const factorOf = (gram: number[][], scale: number) => {
    selectKernels(kernels);
    const factor = tf.tidy(() => factorGram(tf.tensor2d(gram), scale).arraySync());
    selectKernels();
    return factor;
  };

  // 5, and enough for every path of the kernel's sums.
  it.each([5, 31])("takes the root of a singular matrix of %i inputs", (batch) => {
    const x = dependentBatch(batch, batch + 2);
    const gram = x.map((a) => x.map((b) => product(a, b)));
    const factor = factorOf(gram, 3);
    for (let i = 0; i < batch; i++) {
      for (let j = 0; j < batch; j++) {
        // Numbers of float32 in, and out.
        const error = product(factor[i], factor[j]) - 3 * gram[i][j];
        expect(Math.abs(error)).toBeLessThan(3 * 2 ** -21 * Math.sqrt(gram[i][i] * gram[j][j]));
        if (j > i) expect(factor[i][j]).toBe(0);
      }
    }
    // The last input adds nothing of its own.
    expect(factor[batch - 1][batch - 1]).toBe(0);
  });

  it("gives an input that is 0 nothing", () => {
    const gram = [
      [0, 0],
      [0, 4],
    ];
    expect(factorOf(gram, 1)).toEqual([
      [0, 0],
      [0, 2],
    ]);
  });
});

describe.each(["direct", "gram"] as const)("a layer of the %s sampler", (sampler) => {
  it("has independent outputs N(0, gain/inputs · x·xᵀ)", () => {
    const x = dependentBatch(5, 7);
    const outputs = 40_000;
    const network = networkOf(batchnorm, { depth: 1, width: 7, batch: 5, gain: 2 });
    const layer = drawWeightLayer({
      layer: { ...network.plan.runs[0].block.layers[0], inputs: 7, outputs },
      trial: { network, seed: 0, trial: 0, sampler },
      block: 1,
      place: 0,
    });
    const given = tf.tensor2d(x);
    const y = tf.tidy(() => layer.freeze(given).apply(given).arraySync());
    given.dispose();
    layer.dispose();
    const variance = (i: number) => (2 / 7) * product(x[i], x[i]);
    for (let i = 0; i < 5; i++) {
      for (let j = 0; j <= i; j++) {
        const expected = (2 / 7) * product(x[i], x[j]);
        // Var of the product of two normal numbers: σ_i²σ_j² + cov².
        const error = Math.sqrt((variance(i) * variance(j) + expected ** 2) / outputs);
        expect(Math.abs(product(y[i], y[j]) / outputs - expected) / error).toBeLessThan(4.5);
      }
      // Neighbouring outputs are independent, and the fourth moment is a normal one: 3, with variance 96.
      const z = y[i].map((value) => value / Math.sqrt(variance(i)));
      expect(Math.abs(product(z.slice(1), z)) / Math.sqrt(outputs)).toBeLessThan(4.5);
      const fourth = z.reduce((sum, value) => sum + value ** 4, 0) / outputs;
      expect(Math.abs(fourth - 3) / Math.sqrt(96 / outputs)).toBeLessThan(4.5);
    }
  });
});

/** What is compared of each network. */
const STATISTICS: Record<string, (record: TrialRecord) => number> = {
  "first branch variance": ({ branch }) => branch.variance[0],
  "second branch squared mean": ({ branch }) => branch.meanSquared[1],
  "third skip variance": ({ skip }) => skip.variance[2],
  "third skip squared mean": ({ skip }) => skip.meanSquared[2],
  "last norm": ({ skip, branch }) => skip.secondMoment[3] + branch.secondMoment[3],
  // With the second moment it tells how the inputs correlate.
  "how alike inputs become": ({ input }) => input.meanSquared[3] / input.secondMoment[3],
  "channel variance": ({ input }) => input.channelVariance[3],
};

const NETWORKS: [string, SampledNetwork][] = [
  ["BatchNorm, ReLU", networkOf(batchnorm, small({ activation: "relu" }))],
  [
    "BatchNorm, tanh, more inputs than features",
    networkOf(batchnorm, small({ activation: "tanh", width: 4 })),
  ],
  [
    "LayerNorm, GELU, two layers",
    networkOf(resolveScheme("pre-ln"), small({ activation: "gelu", branchLayers: 2 })),
  ],
  ["raw, ReLU", networkOf(resolveScheme("unnormalized"), small({ activation: "relu" }))],
];

function small(overrides: NetworkOverrides): NetworkOverrides {
  return { depth: 4, width: 12, batch: 6, inputDimension: 5, ...overrides };
}

/** The network with other weights. */
function withGain(network: SampledNetwork, gain: number): SampledNetwork {
  const { plan } = network;
  const runs = plan.runs.map((run) => ({
    ...run,
    block: { ...run.block, layers: run.block.layers.map((layer) => ({ ...layer, gain })) },
  }));
  return { ...network, plan: { ...plan, runs } };
}

const TRIALS = 250;

describe("the two samplers", () => {
  it.each(NETWORKS)("agree: %s", async (_, network) => {
    const draw = async (sampler: Sampler) => {
      const records: TrialRecord[] = [];
      for (let trial = 0; trial < TRIALS; trial++)
        records.push(await runTrial({ network, seed: 5, trial, sampler }));
      return records;
    };
    const [direct, gram] = [await draw("direct"), await draw("gram")];
    for (const [name, statistic] of Object.entries(STATISTICS)) {
      expect(kolmogorovSmirnov(direct.map(statistic), gram.map(statistic)), name).toBeGreaterThan(1e-4);
    }
    // The test can tell these networks from those of larger weights.
    const larger = withGain(network, 2 * network.gain);
    const others: TrialRecord[] = [];
    for (let trial = 0; trial < TRIALS / 4; trial++) {
      others.push(await runTrial({ network: larger, seed: 5, trial, sampler: "gram" }));
    }
    const statistic = STATISTICS["first branch variance"];
    expect(kolmogorovSmirnov(direct.map(statistic), others.map(statistic))).toBeLessThan(1e-4);
  });
});

/** The p-value of the two-sample test by its asymptotic distribution, which is conservative for small samples. */
function kolmogorovSmirnov(a: number[], b: number[]): number {
  const fraction = (sorted: number[], x: number) =>
    sorted.filter((value) => value <= x).length / sorted.length;
  const distance = Math.max(...[...a, ...b].map((x) => Math.abs(fraction(a, x) - fraction(b, x))));
  const scaled = distance * Math.sqrt((a.length * b.length) / (a.length + b.length));
  let p = 0;
  for (let k = 1; k < 100; k++) p += 2 * (-1) ** (k - 1) * Math.exp(-2 * k * k * scaled * scaled);
  // Below this the series has not converged, and p is 1.
  return scaled < 0.2 ? 1 : Math.min(1, p);
}

describe("chooseSampler", () => {
  it("takes gram where a layer is much wider than the batch, and only then", () => {
    const network = (width: number, batch: number) => networkOf(batchnorm, { depth: 10, width, batch });
    expect(chooseSampler(network(1000, 64), false)).toBe("gram");
    expect(chooseSampler(network(64, 256), false)).toBe("direct");
    expect(chooseSampler(network(1000, 64), true)).toBe("direct");
  });

  it.each([
    ["path resolution", networkOf(batchnorm, small({})), true],
    ["orthogonal weights", networkOf(batchnorm, small({ weights: "orthogonal" })), false],
    ["standardised weights", networkOf(resolveScheme("nfnet"), small({})), false],
    ["a convolutional network", networkOf(batchnorm, { depth: 2, batch: 4, convolutional: true }), false],
  ])("refuses gram for %s and does not choose it", async (_, network, isPathResolved) => {
    const windows = isPathResolved ? Array.from({ length: 4 }, () => ({ low: 0, high: 1 })) : undefined;
    const trial = runTrial({ network, seed: 0, trial: 0, sampler: "gram", windows });
    await expect(trial).rejects.toThrow(/sampler must be auto or direct here \(gram d/);
    await expect(trial).rejects.toThrow(InvalidArgumentError);
    expect(chooseSampler(network, isPathResolved)).toBe("direct");
  });
});
