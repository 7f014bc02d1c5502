import { describe, expect, it } from "vitest";
import { predictConvolutionalMoments, resolveScheme } from "../../src/analytic/index.js";
import { networkOf, type SampledImages, sampleNetworks } from "../../src/montecarlo/index.js";
import { fillNormal, openStream } from "../../src/random/index.js";
import { covarianceShares, naiveSample } from "./naive.js";

const [size, batch, imageChannels] = [5, 4, 3];
const scheme = resolveScheme("batchnorm");
const overrides = { activation: "relu", convolutional: true, channels: 6, imageSize: size, batch } as const;

/** Other images for every trial, some of them paler than others. */
const images: SampledImages = {
  name: "cifar10",
  checksums: { "data_batch_1.bin": "5dd7" },
  batch: (trial) => {
    const data = new Float32Array(batch * size * size * imageChannels);
    fillNormal(data, openStream({ seed: 3, purpose: "images", index: [trial] }), 1);
    return data.map((value, at) => value * (Math.floor((at * batch) / data.length) % 2 ? 0.5 : 1.3));
  },
};

describe("sampleNetworks on images", () => {
  it("sends the batch of each trial through its network", async () => {
    const sample = await sampleNetworks({ scheme, ...overrides, depth: 3, images, trials: 2, within: [1] });
    expect(sample).toMatchObject({
      network: { images: "cifar10", dataChecksums: images.checksums, imageSize: size },
    });
    const network = networkOf(scheme, { ...overrides, depth: 3 });
    const naive = [0, 1].map((trial) =>
      naiveSample(network, { seed: 0, trial, images: images.batch(trial) }),
    );
    const average = (value: (one: (typeof naive)[number]) => number) =>
      (value(naive[0]) + value(naive[1])) / 2;
    for (let i = 0; i < 3; i++) {
      expect(sample.skip.mean[i] / average(({ blocks }) => blocks[i].skip.variance)).toBeCloseTo(1, 5);
      expect(sample.branch.mean[i] / average(({ blocks }) => blocks[i].branch.variance)).toBeCloseTo(1, 5);
    }
    for (let k = 0; k <= 3; k++) {
      const share = average(({ components, output }) => covarianceShares(components, output)[k]);
      expect(Math.abs(sample.shares.mean[k] - share)).toBeLessThan(1e-5);
    }
  });

  it("predicts the mean over the batches", async () => {
    const depth = 6;
    const { predicted } = await sampleNetworks({ scheme, ...overrides, depth, images, trials: 2 });
    const each = [0, 1].map((trial) =>
      predictConvolutionalMoments({
        depth,
        size,
        images: { data: images.batch(trial), count: batch, channels: imageChannels },
      }),
    );
    for (const name of ["skip", "branch", "movingMeanSquared"] as const) {
      for (let i = 0; i < depth; i++) {
        expect(predicted[name][i]).toBeCloseTo((each[0][name][i] + each[1][name][i]) / 2, 12);
      }
    }
    expect(each[0].skip[5]).not.toBeCloseTo(each[1].skip[5], 3);
  });
});
