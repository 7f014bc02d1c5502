import { describe, expect, it } from "vitest";
import { compareWithTheory, extrapolateWidths } from "../../src/compare/index.js";
import { InvalidArgumentError } from "../../src/network/index.js";
import { sample } from "./sample-document.js";

describe("extrapolateWidths", () => {
  it("takes a bias in 1/width away and says how large it was", () => {
    const documents = [sample(64, -8), sample(128, -8)];
    expect(documents[0].meanLength.z).toBeLessThan(-12);
    const { widths, meanLength, verdict } = extrapolateWidths(documents);
    expect(widths).toEqual([64, 128]);
    expect(meanLength.mean).toBeCloseTo(4.2, 12);
    expect(meanLength.se).toBeCloseTo(0.01 * Math.sqrt(5), 12);
    expect(meanLength.fit.slope).toBeCloseTo(-8, 10);
    // 2 % of 4.2 is wide enough for its 0.02, and 2 % of 1 − P is not for P's error.
    expect(meanLength.status).toBe("agrees");
    expect(meanLength.margin).toBeCloseTo(0.084, 12);
    expect(verdict.status).toBe("cannot-tell");
    expect(extrapolateWidths(documents, { margin: 0.9 }).verdict.status).toBe("agrees");
  });

  it("widens the error of the limit where the points lie on no line", () => {
    const bent = [sample(32, -8), sample(64, -8), sample(128, -8)].map((document, index) => {
      const { mean, se } = document.meanLength;
      const moved = index === 1 ? mean + 0.05 : mean;
      return { ...document, meanLength: compareWithTheory({ mean: moved, se }, 4.2) };
    });
    const { meanLength } = extrapolateWidths(bent);
    expect(meanLength.fit.chiSquare).toBeGreaterThan(4);
    expect(meanLength.se / meanLength.fit.interceptError).toBeCloseTo(
      Math.sqrt(meanLength.fit.chiSquare),
      12,
    );
  });

  it("takes samples of earlier versions, whose networks lie flat among the results", () => {
    const documents = [sample(64, -8), sample(128, -8)];
    const flat = documents.map(({ network, format: _, ...results }) => ({ ...network, ...results }));
    expect(extrapolateWidths(flat as never)).toEqual(extrapolateWidths(documents));
  });

  it("differs when what is left at infinite width is not the theory", () => {
    const shifted = [64, 128, 256].map((width) => {
      const document = sample(width, -8);
      const { mean, se } = document.meanLength;
      return { ...document, meanLength: compareWithTheory({ mean: mean + 0.2, se }, 4.2) };
    });
    expect(extrapolateWidths(shifted).verdict.status).toBe("differs");
  });

  it("takes a number that all networks have alike for what it is", () => {
    const exact = [sample(64, -8), sample(128, -8), sample(256, -8)].map((document) => ({
      ...document,
      within: { 100: compareWithTheory({ mean: 1, se: 0 }, 1) },
    }));
    const { within } = extrapolateWidths(exact);
    expect(within[100]).toMatchObject({ status: "agrees", margin: 1e-4 });
    expect(within[100].mean).toBeCloseTo(1, 12);
  });

  it("says nothing with two trials, and refuses a single width", () => {
    expect(extrapolateWidths([sample(64, 0, 2), sample(128, 0)]).verdict.status).toBe("cannot-tell");
    expect(() => extrapolateWidths([sample(64, 0), sample(64, 0)])).toThrow(/two different/);
    expect(() => extrapolateWidths([])).toThrow(InvalidArgumentError);
  });
});
