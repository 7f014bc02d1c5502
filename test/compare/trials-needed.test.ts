import { describe, expect, it } from "vitest";
import { studentQuantile } from "../../src/compare/index.js";
import { trialsNeeded } from "../../src/compare/trials-needed.js";
import { nextNormal, openStream } from "../../src/random/index.js";

const options = {
  difference: 0,
  se: 1,
  margin: 2,
  trials: 8,
  freedom: 7,
  inside: 0.05,
  outside: 0.05,
};

/** How often as many trials settle it, to the side that is named, if the difference is `delta` and one trial scatters by `spread`. */
function settledBy(options: {
  readonly trials: number;
  readonly delta: number;
  readonly spread: number;
  readonly margin: number;
}) {
  const { trials, delta, spread, margin } = options;
  const stream = openStream({ seed: 5, purpose: "trials needed", index: [trials, Math.round(100 * delta)] });
  const quantile = studentQuantile(0.05, trials - 1);
  const repeats = 4000;
  let settled = 0;
  for (let repeat = 0; repeat < repeats; repeat++) {
    const values = Array.from({ length: trials }, () => delta + spread * nextNormal(stream));
    const mean = values.reduce((a, b) => a + b) / trials;
    const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    const width = quantile * Math.sqrt(squares / (trials * (trials - 1)));
    const reached = delta < margin ? Math.abs(mean) + width <= margin : Math.abs(mean) - width > margin;
    if (reached) settled++;
  }
  return { settled: settled / repeats, error: Math.sqrt((0.8 * 0.2) / repeats) };
}

describe("trialsNeeded", () => {
  // A first look at 8 trials of standard error 1, whose difference is seen as it is: difference² = Δ² + se².
  it.each([
    [0, "agrees"],
    [0.4, "agrees"],
    [1, "agrees"],
    [3, "differs"],
    [4, "differs"],
  ])("settles a difference of %f four times in five", (delta, side) => {
    const { towards, trials } = trialsNeeded({ ...options, difference: Math.hypot(delta, 1) });
    expect(towards).toBe(side);
    const { settled, error } = settledBy({ trials, delta, spread: Math.sqrt(8), margin: 2 });
    // With a whole trial more than is needed of a few, whose own spread is uncertain, it is a little more often.
    expect(settled).toBeGreaterThan(0.8 - 4 * error - 0.01);
    expect(settled).toBeLessThan(0.8 + 4 * error + 0.4 / trials);
  });

  it("takes a difference within its own error for none, and what is on neither side for beyond reach", () => {
    const none = trialsNeeded(options);
    expect(trialsNeeded({ ...options, difference: 0.9 })).toEqual(none);
    expect(trialsNeeded({ ...options, difference: -0.9 })).toEqual(none);
    expect(trialsNeeded({ ...options, difference: Math.hypot(2, 1) }).trials).toBe(Number.POSITIVE_INFINITY);
    expect(trialsNeeded({ ...options, difference: Math.hypot(1.995, 1) }).trials).toBe(
      Number.POSITIVE_INFINITY,
    );
  });

  it("names one trial more at least, and more of a smaller chance of being wrong", () => {
    expect(trialsNeeded({ ...options, se: 0 }).trials).toBe(9);
    const { trials } = trialsNeeded({ ...options, difference: 5 });
    expect(trialsNeeded({ ...options, difference: 5, outside: 0.001 }).trials).toBeGreaterThan(trials);
    expect(trialsNeeded({ ...options, difference: 5, inside: 0.001 }).trials).toBe(trials);
  });

  it("takes freedoms that are not whole", () => {
    const { trials } = trialsNeeded({ ...options, freedom: 6.5 });
    expect(Number.isInteger(trials)).toBe(true);
    expect(trials).toBeGreaterThanOrEqual(trialsNeeded(options).trials);
  });
});
