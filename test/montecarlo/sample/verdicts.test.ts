import { describe, expect, it } from "vitest";
import { resolveScheme } from "../../../src/analytic/index.js";
import { sampleBackward, sampleBlockVariances, sampleNetworks } from "../../../src/montecarlo/index.js";

const batchnorm = resolveScheme("batchnorm");
const contrastOf = (
  curve: { readonly contrasts: readonly { contrast: string; mean: number; status?: string }[] } | undefined,
  name: string,
) => curve?.contrasts.find(({ contrast }) => contrast === name);

describe("the verdict of a sample", () => {
  it("is no agreement from too few networks, and marks the bias that they show", async () => {
    // The mean length after block 20 lies 4.2 standard errors below, which 8 networks cannot place within its margin.
    const sample = await sampleNetworks({ scheme: batchnorm, depth: 50, atBlocks: [10, 20], trials: 8 });
    const { meanLength } = sample.atBlocks?.[1] ?? {};
    expect(meanLength?.z).toBeLessThan(-4);
    expect(meanLength).toMatchObject({ status: "cannot-tell", biasSeen: true });
    expect(meanLength?.margin).toBeCloseTo(0.02 * (meanLength?.theory ?? 0), 12);
    expect(sample.verdict).toMatchObject({ status: "cannot-tell", confidence: 0.95, biasSeen: true });
    expect(sample.verdict.trialsNeeded).toBeGreaterThan(8);
    expect(sample.verdict.reason).toMatch(
      /networks would settle it; bias seen: mean length after block 20 \(z = −4/,
    );
  });

  it("sees a gradient that is too large between its ends, and names what is known to cause it", async () => {
    const { curves, growth, verdict } = await sampleBackward({ scheme: batchnorm, depth: 50, trials: 6 });
    expect(growth.status).toBe("cannot-tell");
    expect(curves?.[0]).toMatchObject({ status: "differs", biasSeen: true, from: 1, to: 50 });
    expect(contrastOf(curves?.[0], "level")?.mean).toBeGreaterThan(0.05);
    expect(contrastOf(curves?.[0], "level")?.status).toBe("differs");
    expect(verdict.status).toBe("differs");
    expect(verdict.reason).toMatch(
      /those of 100 dimensions vary by 14 %: compare a larger input dimension; .*width/,
    );
  });

  it("agrees where whole curves and all numbers lie within their margins", async () => {
    const options = { scheme: batchnorm, depth: 50, trials: 60 };
    const sample = await sampleBlockVariances({ ...options, margin: 0.1 });
    expect(sample.verdict.status).toBe("agrees");
    expect(sample.curves?.map(({ label, status }) => [label, status])).toEqual([
      ["skip variance by block", "agrees"],
      ["branch variance by block", "agrees"],
    ]);
    expect(sample.slopes?.skip).toMatchObject({ status: "agrees", margin: 0.1 });
    // The same networks at other margins and confidences: only the verdict is another.
    const stricter = await sampleBlockVariances({ ...options, margin: 1e-3, confidence: 0.99 });
    expect(stricter.verdict).toMatchObject({ status: "cannot-tell", confidence: 0.99 });
    expect(stricter.skip).toEqual(sample.skip);
  });

  it("follows a curve from the first block of its slopes on, and images' squared means to a tenth", async () => {
    const sample = await sampleBlockVariances({
      ...{ scheme: batchnorm, activation: "relu", convolutional: true, depth: 12, slopeFrom: 4, trials: 3 },
      ...{ channels: 4, imageSize: 4, batch: 8 },
    });
    expect(sample.curves?.map(({ label, from, contrasts }) => [label, from, contrasts[0].margin])).toEqual([
      ["skip variance by block", 4, 0.02],
      ["branch variance by block", 4, 0.02],
      ["squared moving mean by block", 4, 0.1],
    ]);
    expect(sample.slopes?.movingMeanSquared.margin).toBeCloseTo(
      0.1 * (sample.slopes?.movingMeanSquared.theory ?? 0),
      12,
    );
  });

  it("does not judge a mean that rare networks carry, and says so", async () => {
    const sample = await sampleNetworks({
      ...{ scheme: resolveScheme("unnormalized"), depth: 60, width: 8, batch: 8, trials: 8 },
    });
    expect(sample.curves).toEqual([]);
    expect(sample.size?.status).toBeUndefined();
    expect(sample.verdict.notJudged?.filter(({ reason }) => /rare networks/.test(reason))).toHaveLength(3);
    expect(sample.meanLength.status).toBe("cannot-tell");
  });

  it("refuses a margin and a confidence that are none", async () => {
    for (const [options, message] of [
      [{ margin: 0 }, /margin must be a positive number of at most 1/],
      [{ confidence: 0.4 }, /confidence must be a number from 0.5 to 0.999999/],
      [{ confidence: 1 }, /confidence must be/],
    ] as const) {
      await expect(sampleNetworks({ scheme: batchnorm, depth: 4, ...options })).rejects.toThrow(message);
      await expect(sampleBackward({ scheme: batchnorm, depth: 4, ...options })).rejects.toThrow(message);
    }
  });
});
