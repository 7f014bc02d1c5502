import { linearRegression, median, sum } from "simple-statistics";
import type { Slope, SoakCase } from "./document.js";

/** Pieces that a series is cut into. */
const PIECES = 10;
const MEGABYTE = 1e6;
const STEPS = 10_000;

/**
 * How fast memory grows: the series is cut into ten pieces, and a straight line is laid through the medians of their steps and
 * bytes by least squares. Memory is given and taken back in large portions that many samples share, so that single samples are
 * neither without outliers nor independent; the medians of pieces are nearly both. The standard error is from their residuals, with
 * 8 degrees of freedom.
 *
 * @returns null for less than two samples a piece.
 */
export function slopeOf(samples: readonly { readonly step: number; readonly rss: number }[]): Slope | null {
  if (samples.length < 2 * PIECES) return null;
  const points = Array.from({ length: PIECES }, (_, piece) => {
    const [from, to] = [piece, piece + 1].map((edge) => Math.round((edge * samples.length) / PIECES));
    const some = samples.slice(from, to);
    return [
      median(some.map(({ step }) => step / STEPS)),
      median(some.map(({ rss }) => rss / MEGABYTE)),
    ] as const;
  });
  const { m, b } = linearRegression(points.map(([x, y]) => [x, y]));
  const middle = sum(points.map(([x]) => x)) / PIECES;
  const residuals = sum(points.map(([x, y]) => (y - m * x - b) ** 2));
  const spread = sum(points.map(([x]) => (x - middle) ** 2));
  return { value: m, se: Math.sqrt(residuals / (PIECES - 2) / spread), samples: samples.length };
}

/** Whether a slope is below a bar, with two standard errors to spare. */
export function verdictOf(slope: Slope | null, bar: number): SoakCase["verdict"] {
  if (slope && slope.value + 2 * slope.se < bar) return "below";
  if (slope && slope.value - 2 * slope.se > bar) return "above";
  return "open";
}

/** 10⁶ bytes in 10,000 steps between two moments. */
export function growthBetween(
  first: { readonly step: number; readonly bytes: number },
  last: { readonly step: number; readonly bytes: number },
): number {
  return (last.bytes - first.bytes) / MEGABYTE / ((last.step - first.step) / STEPS);
}
