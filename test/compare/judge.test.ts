import { describe, expect, it } from "vitest";
import {
  compareWithTheory,
  type Family,
  type JudgedNumber,
  judge,
  meanWithError,
  studentQuantile,
} from "../../src/compare/index.js";
import { nextNormal, openStream, type RandomStream } from "../../src/random/index.js";

interface Given extends Partial<JudgedNumber> {
  readonly mean?: number;
  readonly se?: number;
  readonly theory?: number;
}

/** A number of 20 trials, of margin 1 about 4, that lies at 4 with an error of 0.1 unless it is said otherwise. */
function number({ mean = 4, se = 0.1, theory = 4, ...rest }: Given = {}): JudgedNumber {
  const { trials = 20 } = rest;
  return {
    label: "x",
    comparison: compareWithTheory({ mean, se }, theory),
    margin: 1,
    trials,
    freedom: trials - 1,
    ...rest,
  };
}

const statusOf = (...families: Family[]) => judge({ families }).verdict.status;

/** A number of normal trials, in margins from its theory. */
function drawn(
  stream: RandomStream,
  { trials, delta, spread }: Record<"trials" | "delta" | "spread", number>,
) {
  const values = Array.from({ length: trials }, () => delta + spread * nextNormal(stream));
  const { mean, se } = meanWithError(values);
  return number({ mean, se, theory: 0, trials });
}

describe("judge", () => {
  it("agrees inside the margin, differs outside, and cannot tell on its edge", () => {
    expect(statusOf([number({ mean: 4.5 })])).toBe("agrees");
    expect(statusOf([number({ mean: 5.5 })])).toBe("differs");
    expect(statusOf([number({ mean: 4.9 })])).toBe("cannot-tell");
    expect(statusOf([number({ mean: 3.1 })])).toBe("cannot-tell");
    // t = 2.093 of 19 degrees of freedom.
    expect(statusOf([number({ mean: 5 - 0.2094 })])).toBe("agrees");
    expect(statusOf([number({ mean: 5 - 0.2092 })])).toBe("cannot-tell");
    expect(statusOf([number({ mean: 5 + 0.2092 })])).toBe("cannot-tell");
    expect(statusOf([number({ mean: 5 + 0.2094 })])).toBe("differs");
  });

  it("sees a bias within the margin, and says so beside the verdict", () => {
    const { verdict, comparisons } = judge({
      families: [[number({ mean: 4.5 })]],
      whenDifferent: "of width",
    });
    expect(verdict).toMatchObject({ status: "agrees", biasSeen: true, confidence: 0.95 });
    expect(verdict.reason).toBe(
      "x 4.5 ± 0.1 against 4 lies within its margin of 1 at 95 %; bias seen: x (z = +5.0); of width",
    );
    expect(comparisons[0][0]).toMatchObject({ status: "agrees", biasSeen: true, margin: 1 });
  });

  it("writes signs as people do: a minus where it is less, and none of nought", () => {
    const share = (mean: number, se: number) =>
      number({ mean, se, theory: 0, margin: 0.02, curve: "curve", label: "curve, level" });
    const less = judge({ families: [[share(-0.069, 0.001)]] }).verdict;
    expect(less.reason).toMatch(
      /^curve, level −6\.9 % ± 0\.1 % from the prediction: its 95 % band, −7\.1 % to −6\.7 %, .*\(z = −69\.0\)$/,
    );
    // A branch that is switched off is the same in all networks.
    expect(judge({ families: [[share(0, 0)]] }).verdict.reason).toMatch(
      /^curve, level 0 % ± 0 % from the prediction lies within/,
    );
    expect(judge({ families: [[number({ mean: -4.5, theory: -4 })]] }).verdict.reason).toMatch(
      /^x −4\.5 ± 0\.1 against −4 lies within/,
    );
  });

  it("corrects what differs for the looks, by Holm, and for the families; what agrees for nothing", () => {
    // 2.5 errors beyond the margin: p = 0.022 of 19 degrees of freedom.
    const far = number({ mean: 5.25, label: "far" });
    const others = Array.from({ length: 5 }, () => number());
    expect(statusOf([far])).toBe("differs");
    expect(statusOf([far, ...others])).toBe("cannot-tell");
    expect(statusOf([far, number()])).toBe("differs");
    expect(statusOf([far, number()], others)).toBe("cannot-tell");
    // Holm's second step: far beside one that is farther.
    const { comparisons } = judge({ families: [[far, number({ mean: 8 })]] });
    expect(comparisons[0].map(({ status }) => status)).toEqual(["differs", "differs"]);
    // 2.2 errors inside: enough however many there are.
    const near = number({ mean: 4.78 });
    expect(statusOf([near, ...others, ...others], others)).toBe("agrees");
  });

  it("names a number whose band of all looks is outside, and not one that a later step of Holm's found", () => {
    // p = 0.036 of the far one: below 0.05, and not below half of that.
    const far = number({ mean: 9.2, se: 2, trials: 1000, label: "far" });
    const clear = number({ mean: 5.5, label: "clear" });
    const { verdict, comparisons } = judge({ families: [[far, clear]] });
    expect(comparisons[0].map(({ status }) => status)).toEqual(["differs", "differs"]);
    expect(comparisons[0][0].band?.low).toBeLessThan(1);
    expect(verdict.reason).toMatch(
      /^clear 5\.5 ± 0\.1 against 4: its 95 % band, .*, and so do 1 more of 2 numbers/,
    );
  });

  it("needs a number that differs, or all that agree, by what each decides", () => {
    const contrast = (mean: number) => number({ mean, decides: "differs" });
    const place = (mean: number) => number({ mean, decides: "agrees" });
    expect(statusOf([contrast(4.9), place(4.5)])).toBe("agrees");
    expect(statusOf([contrast(5.5), place(4.5)])).toBe("differs");
    expect(statusOf([contrast(4.5), place(5.5)])).toBe("cannot-tell");
    expect(statusOf([contrast(4.5)])).toBe("cannot-tell");
    // A place is no look.
    const [[{ band }]] = judge({ families: [[contrast(4.5), place(4.5)]] }).comparisons;
    expect((band?.high ?? 0) - 0.5).toBeCloseTo(0.1 * studentQuantile(0.05, 19), 12);
  });

  it("is as sure as it is told to be", () => {
    const one = [number({ mean: 5.25 })];
    expect(judge({ families: [one], confidence: 0.99 }).verdict.status).toBe("cannot-tell");
    expect(judge({ families: [one], confidence: 0.9 }).verdict.status).toBe("differs");
  });

  it("never finds both, and what it finds is what single intervals say", () => {
    const stream = openStream({ seed: 0, purpose: "verdicts that exclude each other" });
    const seen = { agrees: 0, differs: 0, "cannot-tell": 0 };
    for (let round = 0; round < 300; round++) {
      const sizes = [1 + (round % 4), round % 3];
      const families = sizes.map((size) =>
        Array.from({ length: size }, () => {
          const trials = 3 + Math.floor(20 * stream.nextUniform());
          const mean = 4 + (round % 5) * 0.4 * nextNormal(stream);
          return number({ mean, se: 0.15 * Math.exp(nextNormal(stream)), trials });
        }),
      );
      const looks = (family: Family) => family.length * families.filter(({ length }) => length > 0).length;
      const isOutside = (one: JudgedNumber, beyond: number) =>
        Math.abs(one.comparison.mean - 4) - studentQuantile(beyond, one.freedom) * one.comparison.se > 1;
      const all = families.flat();
      const isIn = ({ comparison, freedom }: JudgedNumber) =>
        Math.abs(comparison.mean - 4) + studentQuantile(0.05, freedom) * comparison.se <= 1;
      // Of the smallest p-value Holm's correction is Bonferroni's.
      const differs = families.some((family) => family.some((one) => isOutside(one, 0.05 / looks(family))));
      const agrees = all.every(isIn);
      expect(differs && agrees).toBe(false);
      const status = statusOf(...families);
      expect(status).toBe(differs ? "differs" : agrees ? "agrees" : "cannot-tell");
      seen[status as keyof typeof seen]++;
    }
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(30);
  });

  it("is wrong of true predictions no more often than it says", () => {
    const stream = openStream({ seed: 0, purpose: "false alarms" });
    const repeats = 1000;
    let [alarms, biases, agreements] = [0, 0, 0];
    for (let repeat = 0; repeat < repeats; repeat++) {
      // On the edge of the margin, from opposite sides; errors much smaller than it.
      const edge = [1, -1, 1].map((delta) => drawn(stream, { trials: 5, delta, spread: 0.1 }));
      if (statusOf(edge) === "differs") alarms++;
      const exact = Array.from({ length: 3 }, () => drawn(stream, { trials: 5, delta: 0, spread: 0.1 }));
      if (judge({ families: [exact] }).verdict.biasSeen) biases++;
      if (statusOf([edge[0]]) === "agrees") agreements++;
    }
    const within = (share: number) => 4 * Math.sqrt((share * (1 - share)) / repeats);
    // Independent: 1 − (1 − 0.05/3)³, and half of each tail towards the margin.
    expect(Math.abs(biases / repeats - (1 - (1 - 0.05 / 3) ** 3))).toBeLessThan(within(0.05));
    expect(Math.abs(alarms / repeats - (1 - (1 - 0.05 / 6) ** 3))).toBeLessThan(within(0.025));
    expect(Math.abs(agreements / repeats - 0.025)).toBeLessThan(within(0.025));
  });

  it("takes a mean without spread for what it is", () => {
    expect(statusOf([number({ mean: 4, se: 0 })])).toBe("agrees");
    expect(statusOf([number({ mean: 5, se: 0 })])).toBe("agrees");
    expect(statusOf([number({ mean: 5.1, se: 0 })])).toBe("differs");
    // A float32 of 5 is not told from one that is 1e-6 of its theory larger.
    expect(statusOf([number({ mean: 5 + 3e-6, se: 0 })])).toBe("agrees");
    expect(statusOf([number({ mean: 5 + 5e-6, se: 0 })])).toBe("differs");
    const zero = judge({ families: [[number({ mean: 0, se: 0, theory: 0, margin: 1e-4 })]] });
    expect(zero.verdict).toMatchObject({ status: "agrees", biasSeen: false });
    expect(statusOf([number({ mean: 0.1, se: 0.01, theory: 0, margin: 1e-4 })])).toBe("differs");
  });

  it("says nothing with fewer than three trials, and names how many would settle it from then on", () => {
    const { verdict, comparisons } = judge({ families: [[number({ trials: 2 })]] });
    expect(verdict.status).toBe("cannot-tell");
    expect(verdict.reason).toBe("a verdict needs the spread of at least 3 trials");
    expect(verdict.trialsNeeded).toBeUndefined();
    expect(comparisons[0][0].p).toBeDefined();
    expect(judge({ families: [[number({ trials: 1 })]] }).comparisons[0][0].p).toBeUndefined();
    const three = judge({ families: [[number({ trials: 3, se: 0.5 })]], unit: "pairs" }).verdict;
    expect(three.trialsNeeded).toBeGreaterThan(3);
    expect(three.reason).toContain(`about ${three.trialsNeeded} pairs would settle it`);
  });

  it("takes freedoms that are not whole, and just below 2", () => {
    expect(statusOf([number({ mean: 4.5, freedom: 7.3 })])).toBe("agrees");
    expect(statusOf([number({ mean: 4.5, trials: 3, freedom: 2 - 1e-15 })])).toBe("agrees");
  });

  it.each([
    ["beyond float64", { mean: Number.POSITIVE_INFINITY, se: Number.POSITIVE_INFINITY }],
    ["beyond float64", { theory: Number.POSITIVE_INFINITY, margin: Number.POSITIVE_INFINITY }],
    ["beyond float64", { mean: Number.NaN }],
    ["its mean is carried by rare networks, of which there are too few", { mean: 90, isCarriedByFew: true }],
  ])("judges the others where a number is left out: %s", (reason, given) => {
    const left = number({ ...given, label: "left" });
    const { verdict, comparisons } = judge({ families: [[left, number()]] });
    expect(verdict.status).toBe("agrees");
    expect(verdict.notJudged).toEqual([{ label: "left", reason }]);
    const [one] = comparisons[0];
    expect([one.status, one.band, one.pCorrected]).toEqual([undefined, undefined, undefined]);
    expect(Number.isFinite(one.margin ?? 0)).toBe(true);
    const alone = judge({ families: [[left]] }).verdict;
    expect(alone.status).toBe("cannot-tell");
    expect(alone.reason).toBe(`left: ${reason}`);
  });

  it("says that there is nothing to judge", () => {
    expect(judge({ families: [[], []] }).verdict).toMatchObject({
      status: "cannot-tell",
      reason: "nothing to judge",
    });
  });
});
