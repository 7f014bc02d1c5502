import { describe, expect, it } from "vitest";
import { type Crop, randomResizedCrop } from "../../src/data/random-crop.js";
import { openStream } from "../../src/random/stream.js";
import { chiSquare, chiSquareLimit } from "./statistics.js";

/** The same number for ever. */
const constant = (value: number) => ({ nextInt: () => 0, nextUniform: () => value });
const draw = (width: number, height: number, count: number): Crop[] => {
  const stream = openStream({ seed: 4, purpose: "test crops" });
  return Array.from({ length: count }, () => randomResizedCrop({ width, height }, stream));
};

/**
 * The chance that area share a and log aspect r, uniform in their intervals, fit a square image and fall into cell `part`
 * of the area's interval cut into `parts`: the integral over a grid, independent of the sampler's arithmetic.
 */
function areaLaw(parts: number): number[] {
  const steps = 4000;
  const law = new Array(parts).fill(0);
  const limit = Math.log(4 / 3);
  for (let n = 0; n < steps; n++) {
    const share = 0.08 + (0.92 * (n + 0.5)) / steps;
    // It fits a square of side 1 when share·aspect ≤ 1 and share/aspect ≤ 1, that is |log aspect| ≤ −log share.
    law[Math.floor((parts * (share - 0.08)) / 0.92)] += Math.min(1, -Math.log(share) / limit);
  }
  const total = law.reduce((sum, value) => sum + value, 0);
  return law.map((value) => value / total);
}

describe("randomResizedCrop", () => {
  it("draws areas as their law says, given that they fit", () => {
    const count = 40_000;
    const law = areaLaw(20);
    const counts = new Array(20).fill(0);
    for (const { width, height } of draw(2000, 2000, count)) {
      const share = (width * height) / 2000 ** 2;
      // Sides are rounded to pixels, a two-thousandth: too little to matter against the counts.
      counts[Math.min(19, Math.max(0, Math.floor((20 * (share - 0.08)) / 0.92)))] += 1;
    }
    const statistic = counts.reduce((sum, found, cell) => {
      const expected = count * law[cell];
      return sum + (found - expected) ** 2 / expected;
    }, 0);
    expect(statistic).toBeLessThan(chiSquareLimit(19));
  });

  it("draws the logarithm of the aspect uniformly where every aspect fits", () => {
    // Areas of at most a half fit whatever their aspect is.
    const small = draw(2000, 2000, 40_000).filter(({ width, height }) => width * height < 0.5 * 2000 ** 2);
    const counts = new Array(10).fill(0);
    for (const { width, height } of small) {
      const place = (Math.log(width / height) / Math.log(4 / 3) + 1) / 2;
      counts[Math.min(9, Math.max(0, Math.floor(10 * place)))] += 1;
    }
    expect(small.length).toBeGreaterThan(10_000);
    expect(chiSquare(counts)).toBeLessThan(chiSquareLimit(9));
  });

  it("puts a crop anywhere, all places equally likely, and never outside", () => {
    const counts = new Array(12).fill(0);
    for (const { left, top, width, height } of draw(90, 60, 20_000)) {
      expect(left).toBeGreaterThanOrEqual(0);
      expect(top).toBeGreaterThanOrEqual(0);
      expect(left + width).toBeLessThanOrEqual(90);
      expect(top + height).toBeLessThanOrEqual(60);
      // In twelfths, where each has as many places.
      const places = 90 - width + 1;
      if (places % 12 === 0) counts[Math.floor((12 * left) / places)] += 1;
    }
    expect(counts.reduce((sum, found) => sum + found, 0)).toBeGreaterThan(500);
    expect(chiSquare(counts)).toBeLessThan(chiSquareLimit(11));
  });

  it("takes the largest central crop with an allowed aspect after ten that do not fit", () => {
    // The whole area at an aspect of 3/4 is higher than the image is.
    expect(randomResizedCrop({ width: 400, height: 100 }, constant(1 - 2 ** -32))).toEqual({
      left: 133,
      top: 0,
      width: 133,
      height: 100,
    });
    expect(randomResizedCrop({ width: 90, height: 300 }, constant(1 - 2 ** -32))).toEqual({
      left: 0,
      top: 90,
      width: 90,
      height: 120,
    });
    let drawn = 0;
    const counting = { nextInt: () => 0, nextUniform: () => Math.min(1 - 2 ** -32, 0.999 + 0 * drawn++) };
    randomResizedCrop({ width: 400, height: 100 }, counting);
    expect(drawn).toBe(20);
  });

  it("takes an image of one pixel as it is", () => {
    const stream = openStream({ seed: 0, purpose: "one pixel" });
    for (let n = 0; n < 100; n++) {
      const crop = randomResizedCrop({ width: 1, height: 1 }, stream);
      expect(crop).toEqual({ left: 0, top: 0, width: 1, height: 1 });
    }
  });
});
