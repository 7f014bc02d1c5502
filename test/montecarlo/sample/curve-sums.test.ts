import { describe, expect, it } from "vitest";
import { judge } from "../../../src/compare/index.js";
import { CurveSums, type PredictedCurve } from "../../../src/montecarlo/sample/curve-sums.js";
import { nextNormal, openStream } from "../../../src/random/index.js";

const BLOCKS = Array.from({ length: 40 }, (_, index) => index + 11);

interface Given extends Partial<PredictedCurve<Float64Array>> {
  /** What a curve deviates by at x from −1 to 1. */
  readonly deviation?: (x: number) => number;
  readonly trials?: number;
  /** Of one network at a block. */
  readonly spread?: number;
}

/** A curve of margin 1 %, as so many networks give it. */
function curveOf({ deviation = () => 0, trials = 10, spread = 0.001, ...rest }: Given = {}) {
  const stream = openStream({ seed: 4, purpose: "curve sums", index: [trials] });
  const sums = new CurveSums<Float64Array>({
    label: "variance",
    blocks: BLOCKS,
    margin: 0.01,
    isGrowth: false,
    deviations: (network) => network,
    ...rest,
  });
  for (let trial = 0; trial < trials; trial++) {
    sums.add(Float64Array.from(BLOCKS, (_, i) => deviation((2 * i) / 39 - 1) + spread * nextNormal(stream)));
  }
  return sums;
}

function judged(given?: Given) {
  const sums = curveOf(given);
  const { verdict, comparisons } = judge({ families: [sums.numbers()] });
  return { verdict, curve: sums.judged(comparisons[0]) };
}

describe("CurveSums", () => {
  it.each([
    ["nothing", () => 0, "agrees"],
    ["a level inside", () => 0.008, "agrees"],
    ["a level outside", () => 0.012, "differs"],
    ["a line", (x: number) => 0.018 * x, "differs"],
    ["a parabola", (x: number) => 0.018 * (2 * x * x - 1), "differs"],
    ["the first block", (x: number) => (x === -1 ? -0.03 : 0), "differs"],
    ["the last block", (x: number) => (x === 1 ? 0.03 : 0), "differs"],
    // Within the margin everywhere, but its parabola rises by 1.5 times as much.
    ["a step within the margin", (x: number) => 0.0095 * Math.sign(x), "cannot-tell"],
  ])("judges a curve that deviates by %s", (_, deviation, status) => {
    const { verdict, curve } = judged({ deviation });
    expect(verdict.status).toBe(status);
    expect(curve).toMatchObject({ label: "variance", from: 11, to: 50, status });
    expect(curve?.contrasts.map(({ contrast }) => contrast)).toEqual([
      ...["level", "slope", "curvature", "first", "last"],
    ]);
  });

  it("gives level and ends the margin of the curve, and what a curve within it can give to slope and curvature", () => {
    const [level, slope, curvature, first, last] = judged().curve?.contrasts ?? [];
    expect([level, first, last].map(({ margin }) => margin)).toEqual([0.01, 0.01, 0.01]);
    // Half the rise of the line is Σ x y / Σ x².
    const xs = BLOCKS.map((_, i) => (2 * i) / 39 - 1);
    const total = (values: number[]) => values.reduce((a, b) => a + b);
    const slopeReach = total(xs.map(Math.abs)) / total(xs.map((x) => x * x));
    expect(slope.margin).toBeCloseTo(0.01 * slopeReach, 12);
    // Of many blocks 5/√12, as the integral of |P₂| is 4/√27.
    expect(Math.abs((curvature.margin ?? 0) / ((0.01 * 5) / Math.sqrt(12)) - 1)).toBeLessThan(0.05);
  });

  it("tells where the parabola reaches farthest", () => {
    const { curve } = judged({ deviation: (x) => 0.003 + 0.003 * x });
    expect(curve?.farthest?.block).toBe(50);
    expect(curve?.farthest?.mean).toBeCloseTo(0.006, 3);
    expect(curve?.biasSeen).toBe(true);
  });

  it("leaves out what is not finite, and products that few networks carry, but no other noisy curve", () => {
    const infinite = curveOf({ deviation: (x) => (x === 1 ? Number.POSITIVE_INFINITY : 0) });
    expect(infinite.numbers()).toEqual([]);
    expect(infinite.notJudged()).toEqual({ label: "variance", reason: "beyond float64" });
    const noisy = { spread: 2, trials: 10 };
    expect(curveOf({ ...noisy, isGrowth: true }).notJudged()?.reason).toMatch(/carried by rare networks/);
    expect(curveOf(noisy).notJudged()).toBeUndefined();
    expect(judged(noisy).verdict.status).toBe("cannot-tell");
  });
});
