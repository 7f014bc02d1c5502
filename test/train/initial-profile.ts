import { mean, sampleVariance } from "simple-statistics";
import { expect } from "vitest";
import { parseScale } from "../../src/analytic/expression.js";
import { configureScheme } from "../../src/analytic/index.js";
import { studentTwoSided } from "../../src/compare/student.js";
import { nextNormal, openStream } from "../../src/random/index.js";
import {
  type Architecture,
  createNetwork,
  type DesignChoices,
  designNetwork,
  measureProfile,
  predictProfileOf,
} from "../../src/train/index.js";

export interface InitialProfileOptions {
  /** The model whose layers all have so many times the least width. */
  readonly model: (factor: 1 | 2) => Architecture;
  readonly scheme: string;
  readonly alpha?: string;
  readonly choices?: DesignChoices;
  readonly imageSize: number;
  readonly count: number;
  /** Of each width. */
  readonly networks: number;
}

/** The probability that any one of some 500 numbers is rejected where all predictions hold. */
const REJECTED = 1e-3 / 500;
/** What float32 and the normalisers' constant of 1e-5 beside a variance of about 1 may do, relative. */
const ROUNDING = 1e-4;

/**
 * Holds the probe against the prediction: skip variance, branch variance and q of every block, mean over seeds. A finite width
 * adds a term in 1/width, which is taken out by extrapolation from a width w and 2w, 2·mean(2w) − mean(w); the tolerance is that of
 * Student's t for its standard error.
 */
export function expectPredicted(options: InitialProfileOptions): void {
  const { imageSize, count, networks } = options;
  const images = { data: smoothImages({ count, side: imageSize }), count, channels: 3 };
  const scheme = configureScheme(options.scheme, options.alpha ? { alpha: parseScale(options.alpha) } : {});
  const designs = ([1, 2] as const).map((factor) => {
    return designNetwork({ architecture: options.model(factor), scheme, imageSize, ...options.choices });
  });
  const [atWidth, atTwice] = designs.map((design) => {
    const { blocks, by } = predictProfileOf({ ...design, images });
    expect(by).toBe("pairs");
    return blocks.flatMap(({ skip, branch }) => [skip, branch, branch / (skip + branch)]);
  });
  const [narrow, wide] = designs.map((design, width) =>
    Array.from({ length: networks }, (_, index) => {
      const network = createNetwork({ design, seed: 1 + index + networks * width });
      const measured = measureProfile({
        network,
        images: images.data,
        shape: [count, imageSize, imageSize, 3],
      });
      network.dispose();
      return measured.flatMap(({ skip, branch }) => [skip, branch, branch / (skip + branch)]);
    }),
  );
  for (const index of atWidth.keys()) {
    // The same at both widths but behind LayerNorm and GroupNorm.
    const value = 2 * atTwice[index] - atWidth[index];
    const [atNarrow, atWide] = [narrow, wide].map((rows) => rows.map((row) => row[index]));
    const found = 2 * mean(atWide) - mean(atNarrow);
    const error = Math.sqrt((4 * sampleVariance(atWide) + sampleVariance(atNarrow)) / networks);
    const excess = Math.max(0, Math.abs(found - value) - ROUNDING * value);
    const probability = excess === 0 ? 1 : studentTwoSided(excess / error, networks - 1);
    const what = ["skip", "branch", "q"][index % 3];
    expect(
      probability,
      `block ${1 + Math.floor(index / 3)}, ${what}: ${found} ± ${error} measured, ${value} predicted`,
    ).toBeGreaterThan(REJECTED);
  }
}

interface SmoothImagesOptions {
  readonly count: number;
  readonly side: number;
}

/** Images [count, side, side, 3] of unit variance, sums of noise over 3×3 pixels: neighbours have much in common. */
export function smoothImages({ count, side }: SmoothImagesOptions): Float32Array {
  const stream = openStream({ seed: 0, purpose: "test images" });
  const wide = side + 2;
  const noise = Float32Array.from({ length: count * wide * wide * 3 }, () => nextNormal(stream));
  const data = new Float32Array(count * side * side * 3);
  for (let at = 0; at < data.length; at++) {
    const [channel, pixel] = [at % 3, Math.floor(at / 3)];
    const [x, y, image] = [pixel % side, Math.floor(pixel / side) % side, Math.floor(pixel / side ** 2)];
    for (let tap = 0; tap < 9; tap++) {
      const site = (image * wide + y + Math.floor(tap / 3)) * wide + x + (tap % 3);
      data[at] += noise[3 * site + channel] / 3;
    }
  }
  return data;
}
