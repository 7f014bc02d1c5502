import { describe, expect, it } from "vitest";
import { groupNormalized } from "../../../src/analytic/mean-field/group-normalization.js";
import { pairField } from "../../../src/analytic/mean-field/pair-field.js";
import { nextNormal, openStream } from "../../../src/random/index.js";

const [COUNT, AREA, CHANNELS] = [3, 4, 5];
const SITES = COUNT * AREA;

/** Images of 2×2 pixels that have much in common. */
function someImages(): Float32Array {
  const stream = openStream({ seed: 1, purpose: "test" });
  const shades = Float32Array.from({ length: COUNT * CHANNELS }, () => nextNormal(stream));
  return Float32Array.from({ length: SITES * CHANNELS }, (_, at) => {
    const image = Math.floor(at / (AREA * CHANNELS));
    return nextNormal(stream) + shades[image * CHANNELS + (at % CHANNELS)];
  });
}

/** The mean and its squared standard error of z(p) z(q) over groups of features that are combinations of the channels. */
function sampled(images: Float32Array, features: number, groups: number) {
  const stream = openStream({ seed: 2, purpose: "test" });
  const [sums, squares] = [new Float64Array(SITES ** 2), new Float64Array(SITES ** 2)];
  for (let group = 0; group < groups; group++) {
    const values = Array.from({ length: features }, () => {
      const weights = Array.from({ length: CHANNELS }, () => nextNormal(stream));
      return Float64Array.from({ length: SITES }, (_, p) =>
        weights.reduce((sum, weight, c) => sum + weight * images[p * CHANNELS + c], 0),
      );
    });
    for (let image = 0; image < COUNT; image++) {
      const sites = Array.from({ length: AREA }, (_, p) => image * AREA + p);
      const all = values.flatMap((feature) => sites.map((p) => feature[p]));
      const mean = all.reduce((sum, value) => sum + value, 0) / all.length;
      const deviation = Math.sqrt(all.reduce((sum, value) => sum + (value - mean) ** 2, 0) / all.length);
      for (const feature of values) for (const p of sites) feature[p] = (feature[p] - mean) / deviation;
    }
    for (let at = 0; at < sums.length; at++) {
      const [p, q] = [Math.floor(at / SITES), at % SITES];
      const product = values.reduce((sum, feature) => sum + feature[p] * feature[q], 0) / features;
      sums[at] += product;
      squares[at] += product ** 2;
    }
  }
  const means = sums.map((sum) => sum / groups);
  return { means, errors: squares.map((square, at) => (square / groups - means[at] ** 2) / groups) };
}

const normOf = (values: Float64Array) => Math.hypot(...values);

describe("groupNormalized", () => {
  it.each([4, 8, 16])("is the mean over groups of %i Gaussian features, to first order", (features) => {
    const images = someImages();
    const { pairs } = pairField({ data: images, count: COUNT, channels: CHANNELS }).start;
    const found = groupNormalized(pairs!, { count: COUNT, features });
    const { means, errors } = sampled(images, features, 80_000 / features);
    const noise = Math.sqrt(errors.reduce((sum, error) => sum + error, 0));
    const wide = groupNormalized(pairs!, { count: COUNT, features: Number.POSITIVE_INFINITY });
    const correction = normOf(wide.map((value, at) => value - found[at])) / normOf(found);
    const error = normOf(means.map((mean, at) => mean - found[at]));
    // The next order is the square of this one.
    expect(error).toBeLessThan(correction ** 2 * normOf(found) + 4 * noise);
    expect(error).toBeLessThan(normOf(means.map((mean, at) => mean - wide[at])) / 3);
  });

  it("leaves a mean square of 1 in every image", () => {
    const { pairs } = pairField({ data: someImages(), count: COUNT, channels: CHANNELS }).start;
    const found = groupNormalized(pairs!, { count: COUNT, features: 4 });
    for (let image = 0; image < COUNT; image++) {
      const squares = Array.from({ length: AREA }, (_, p) => found[(image * AREA + p) * (SITES + 1)]);
      expect(Math.abs(squares.reduce((sum, value) => sum + value, 0) / AREA - 1)).toBeLessThan(1e-12);
    }
  });
});
