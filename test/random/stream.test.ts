import { describe, expect, it } from "vitest";
import { openStream, resumeStream, type StreamKey, streamState } from "../../src/random/index.js";

const first = (key: StreamKey) => {
  const stream = openStream(key);
  return Array.from({ length: 4 }, () => stream.nextInt());
};

describe("openStream", () => {
  it("gives the same integers for the same key, seed 0 included", () => {
    expect(first({ seed: 0, purpose: "weights", index: [3] })).toEqual(
      first({ seed: 0, purpose: "weights", index: [3] }),
    );
  });

  it("gives other integers when any part of the key differs", () => {
    const keys: StreamKey[] = [
      { seed: 0, purpose: "weights" },
      { seed: 1, purpose: "weights" },
      { seed: 0, purpose: "input" },
      { seed: 0, purpose: "weights", index: [0] },
      { seed: 0, purpose: "weights", index: [1] },
      { seed: 0, purpose: "weights", index: [0, 0] },
    ];
    expect(new Set(keys.map((key) => first(key).join())).size).toBe(keys.length);
  });

  it("goes on from its state", () => {
    const key = { seed: 3, purpose: "resumed" };
    const [whole, left] = [openStream(key), resumeStream(streamState(key))];
    for (let i = 0; i < 5; i++) expect(left.nextInt()).toBe(whole.nextInt());
    const resumed = resumeStream(left.state());
    for (let i = 0; i < 5; i++) expect(resumed.nextUniform()).toBe(whole.nextUniform());
  });

  it("draws uniforms from [0, 1) with the right mean and variance", () => {
    const stream = openStream({ seed: 0, purpose: "uniform" });
    const count = 1_000_000;
    let [sum, squares] = [0, 0];
    for (let i = 0; i < count; i++) {
      const u = stream.nextUniform();
      if (u < 0 || u >= 1) expect.fail(`${u} is outside [0, 1)`);
      sum += u;
      squares += (u - 0.5) ** 2;
    }
    expect(Math.abs(sum / count - 0.5) / Math.sqrt(1 / 12 / count)).toBeLessThan(4);
    expect(Math.abs(squares / count - 1 / 12) / Math.sqrt(1 / 180 / count)).toBeLessThan(4);
  });

  it("keeps its stream from version to version", () => {
    expect(first({ seed: 0, purpose: "snapshot" })).toMatchInlineSnapshot(`
      [
        1184772823,
        2119447319,
        96338816,
        -1889719030,
      ]
    `);
  });
});
