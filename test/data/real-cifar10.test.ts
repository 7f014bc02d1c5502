import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { OFFICIAL_CIFAR10 } from "../../src/data/cifar10-layout.js";
import { cifar10Directory } from "../../src/data/fetch-cifar10.js";
import { CIFAR10_CHANNEL_DEVIATIONS, CIFAR10_CHANNEL_MEANS, loadCifar10 } from "../../src/data/index.js";
import { standardisationOf } from "../../src/data/labelled-images.js";

const directory = cifar10Directory();
const isThere = OFFICIAL_CIFAR10.files.every((file) => existsSync(`${directory}/${file.name}`));

describe("the published CIFAR-10", () => {
  it("has the published md5, balanced classes, and the means and deviations we standardise by", async (context) => {
    context.skip(!isThere, `it is not in ${directory}; respath data cifar10 fetches it`);
    // No source is allowed: this test reaches no network.
    const { train, test, source, checksums } = await loadCifar10({ sources: [] });
    expect(source).toBe("cache");
    expect(checksums["test_batch.bin"]).toBe("803d5f7f4d78ea53de84dbe85f74fb6d");
    for (const [images, each] of [
      [train!, 5000],
      [test!, 1000],
    ] as const) {
      const counts = new Array<number>(10).fill(0);
      for (const label of images.labels) counts[label]!++;
      expect(counts).toEqual(Array(10).fill(each));
    }
    const computed = standardisationOf(train!);
    for (const channel of [0, 1, 2]) {
      // How often each byte occurs: the sums are then exact.
      const histogram = new Array<number>(256).fill(0);
      for (let start = channel * 1024; start < train!.pixels.length; start += 3072) {
        for (let n = start; n < start + 1024; n++) histogram[train!.pixels[n]!]! += 1;
      }
      const moment = (power: number) =>
        histogram.reduce((sum, count, byte) => sum + count * byte ** power, 0) / (train!.count * 1024);
      const mean = moment(1) / 255;
      const deviation = Math.sqrt(moment(2) - moment(1) ** 2) / 255;
      expect(computed.means[channel]).toBe(mean);
      expect(computed.deviations[channel]).toBeCloseTo(deviation, 14);
      // The constants have eight decimals.
      expect(Math.abs(mean - CIFAR10_CHANNEL_MEANS[channel]!)).toBeLessThanOrEqual(0.5e-8);
      expect(Math.abs(deviation - CIFAR10_CHANNEL_DEVIATIONS[channel]!)).toBeLessThanOrEqual(0.5e-8);
    }
  });
});
