import { describe, expect, it } from "vitest";
import { parseScale } from "../../../src/analytic/expression.js";
import {
  configureScheme,
  type ImageBatch,
  predictNetwork,
  predictPlanned,
  resolveScheme,
} from "../../../src/analytic/index.js";
import type { FieldLayer } from "../../../src/analytic/mean-field/field.js";
import { pairField } from "../../../src/analytic/mean-field/pair-field.js";
import { stemPatches } from "../../../src/analytic/mean-field/stem-patches.js";
import { architectureOfStack, type ConvolutionLayerShape } from "../../../src/network/index.js";
import { nextNormal, openStream } from "../../../src/random/index.js";
import { plannedBatch } from "./planned-batches.js";

function normals(count: number, seed: number): Float32Array {
  const stream = openStream({ seed, purpose: "test" });
  return Float32Array.from({ length: count }, () => nextNormal(stream));
}

/** Images whose pixels have something in common with their neighbours and with all of their image. */
function imagesOf(count: number, size: number, channels: number): ImageBatch {
  const noise = normals(count * size * size * channels, 3);
  const shades = normals(count, 4);
  const row = size * channels;
  const data = noise.map(
    (value, at) => (value + (noise[at + row] ?? 0)) / 2 + shades[Math.floor(at / (size * row))] / 2,
  );
  return { data, count, channels };
}

const RELU = { activation: "relu", gain: 2, normalizer: "none", isStandardized: false } as const;
type TestLayer = FieldLayer & { readonly shape: ConvolutionLayerShape };
type Overrides = Partial<Omit<TestLayer, "shape">> &
  Partial<Pick<ConvolutionLayerShape, "kernel" | "stride">>;

const layer = ({ kernel = 3, stride = 1, ...overrides }: Overrides = {}): TestLayer => ({
  ...RELU,
  ...overrides,
  shape: { kind: "convolution", inputs: 1, outputs: 1, kernel, stride, size: 1 },
});

/** Its root is exact in float32. */
const STEM = { kernel: 3, stride: 1, gain: 4, isStandardized: false };

/** The kernel K of every pair, by image, row and column of both. */
type Kernel = (a: number, y: number, x: number, b: number, v: number, u: number) => number;

interface Naive {
  readonly count: number;
  readonly size: number;
  readonly at: Kernel;
}

function tabulated({ count, size, at }: Naive): Naive {
  const known = new Map<string, number>();
  return {
    count,
    size,
    at: (...site) => {
      const key = site.join();
      const value = known.get(key) ?? at(...site);
      known.set(key, value);
      return value;
    },
  };
}

/** The definition of a layer, pair by pair: a mean over taps, each inside both maps or 0. */
function naiveLayer(k: Naive, { activation, gain, isStandardized, shape }: TestLayer): Naive {
  const { kernel, stride } = shape;
  const reach = (kernel - 1) / 2;
  const inside = (y: number, x: number) => y >= 0 && x >= 0 && y < k.size && x < k.size;
  const taps = Array.from({ length: kernel * kernel }, (_, t) => [
    Math.floor(t / kernel) - reach,
    (t % kernel) - reach,
  ]);
  const product: Kernel = (a, y, x, b, v, u) => {
    const [m, n, c] = [k.at(a, y, x, a, y, x), k.at(b, v, u, b, v, u), k.at(a, y, x, b, v, u)];
    if (activation === "linear") return c;
    const angle = Math.acos(Math.min(1, Math.max(-1, c / Math.sqrt(m * n))));
    return (Math.sqrt(m * n) * (Math.sin(angle) + (Math.PI - angle) * Math.cos(angle))) / (2 * Math.PI);
  };
  const meanAt = (a: number, y: number, x: number) =>
    taps.reduce((sum, [down, right]) => {
      const [row, column] = [y * stride + down, x * stride + right];
      if (!inside(row, column)) return sum;
      return sum + Math.sqrt(k.at(a, row, column, a, row, column) / (2 * Math.PI)) / taps.length;
    }, 0);
  return tabulated({
    count: k.count,
    size: Math.ceil(k.size / stride),
    at: (a, y, x, b, v, u) => {
      let sum = 0;
      for (const [down, right] of taps) {
        const first = [y * stride + down, x * stride + right] as const;
        const second = [v * stride + down, u * stride + right] as const;
        if (inside(...first) && inside(...second)) sum += product(a, ...first, b, ...second) / taps.length;
      }
      const removed = isStandardized ? meanAt(a, y, x) * meanAt(b, v, u) : 0;
      return gain * (sum - removed);
    },
  });
}

function naiveStart({ data, count, channels }: ImageBatch, size: number): Naive {
  const at: Kernel = (a, y, x, b, v, u) => {
    const [p, q] = [(a * size + y) * size + x, (b * size + v) * size + u];
    let sum = 0;
    for (let c = 0; c < channels; c++) sum += data[p * channels + c] * data[q * channels + c];
    return sum / channels;
  };
  return { count, size, at };
}

/** The mean of K over a site and itself, and over all pairs. */
function naiveMoments(k: Naive) {
  const sites = Array.from({ length: k.count * k.size * k.size }, (_, p) => {
    const within = p % (k.size * k.size);
    return [Math.floor(p / (k.size * k.size)), Math.floor(within / k.size), within % k.size] as const;
  });
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const secondMoment = mean(sites.map((p) => k.at(...p, ...p)));
  const meanSquared = mean(sites.flatMap((p) => sites.map((q) => k.at(...p, ...q))));
  return { secondMoment, meanSquared, variance: secondMoment - meanSquared };
}

describe("stemPatches", () => {
  it("has the second moments of a convolution with weights of zero mean and a fixed sum of squares", () => {
    const [size, gain, filters] = [3, 2, 4000];
    const images = imagesOf(2, size, 2);
    const patches = stemPatches(images, size, { kernel: 3, stride: 2, gain, isStandardized: true });
    const plain = stemPatches(images, size, { kernel: 3, stride: 2, gain: 1, isStandardized: false });
    expect([patches.channels, patches.data.length]).toEqual([18, 2 * 4 * 18]);
    const stream = openStream({ seed: 2, purpose: "test" });
    const sums = Array.from({ length: 8 }, () => ({ sum: 0, squares: 0 }));
    for (let filter = 0; filter < filters; filter++) {
      const weights = Array.from({ length: 18 }, () => nextNormal(stream));
      const mean = weights.reduce((sum, weight) => sum + weight / 18, 0);
      const norm = Math.hypot(...weights.map((weight) => weight - mean));
      for (const [site, total] of sums.entries()) {
        const y = weights.reduce(
          (sum, weight, j) => sum + (weight - mean) * Math.sqrt(gain) * (plain.data[site * 18 + j] / norm),
          0,
        );
        total.sum += y * y;
        total.squares += y ** 4;
      }
    }
    for (const [site, { sum, squares }] of sums.entries()) {
      const patch = patches.data.subarray(site * 18, (site + 1) * 18);
      const predicted = patch.reduce((total, value) => total + value * value, 0) / 18;
      const mean = sum / filters;
      const error = Math.sqrt((squares / filters - mean * mean) / filters);
      expect(Math.abs(mean - predicted)).toBeLessThan(4.5 * error);
    }
  });
});

describe("pairField", () => {
  it.each([
    { size: 4, second: layer({ kernel: 3 }) },
    { size: 5, second: layer({ kernel: 3, stride: 2 }) },
    { size: 4, second: layer({ kernel: 1, stride: 2 }) },
    { size: 4, second: layer({ activation: "linear", gain: 1 }) },
    { size: 4, second: layer({ isStandardized: true, gain: 2 / (1 - 1 / Math.PI) }) },
  ])("follows every pair as the definition does, one by one: $size, $second", ({ size, second }) => {
    const images = imagesOf(2, size, 3);
    const field = pairField(stemPatches(images, size, STEM));
    const linear = layer({ activation: "linear", gain: STEM.gain });
    const expected = naiveLayer(naiveLayer(naiveLayer(naiveStart(images, size), linear), layer()), second);
    const found = field.moments(field.layer(field.layer(field.start, layer()), second));
    const reference = naiveMoments(expected);
    for (const moment of ["secondMoment", "meanSquared", "variance"] as const) {
      expect(Math.abs(found[moment] - reference[moment])).toBeLessThan(1e-13 * reference.secondMoment);
    }
  });

  it.each([
    ["none", "custom"],
    ["layer", "layernorm"],
    ["batch", "batchnorm"],
  ] as const)("of vectors without correlation it is the dense network: %s", (normalizer, name) => {
    const batch = 12;
    const images: ImageBatch = {
      data: Float32Array.from({ length: batch * batch }, (_, at) =>
        at % (batch + 1) === 0 ? Math.sqrt(batch) : 0,
      ),
      count: batch,
      channels: batch,
    };
    const scheme = configureScheme("custom", {
      alpha: parseScale("0.5"),
      normalized: name === "batchnorm",
    });
    const options = { activation: "relu", normalizer, layers: 2, batch } as const;
    const network = plannedBatch(scheme, options);
    // Features of wide layers, as in the dense network.
    const found = predictPlanned(plannedBatch(scheme, { ...options, width: Number.POSITIVE_INFINITY }).plan, {
      entering: images,
    });
    expect(found.by).toBe("pairs");
    const { skip, branch } = predictNetwork(network);
    for (const [index, block] of found.blocks.entries()) {
      // √12 in float32.
      expect(Math.abs(block.skip.variance / skip.variance[index] - 1)).toBeLessThan(1e-6);
      expect(Math.abs(block.branch.variance / branch.variance[index] - 1)).toBeLessThan(1e-6);
      expect(Math.abs(block.branch.secondMoment / branch.secondMoment[index] - 1)).toBeLessThan(1e-6);
    }
  });

  it("normalises a batch of correlated sites as Gaussian features of this kernel are", () => {
    const [size, count, features] = [3, 4, 40_000];
    const images = imagesOf(count, size, 6);
    const sites = count * size * size;
    const field = pairField(images);
    const { pairs } = field.normalized(field.start, "batch");
    // A feature is a combination of the channels by normal weights; BatchNorm goes over its sites.
    const stream = openStream({ seed: 9, purpose: "test" });
    const [sum, squares] = [new Float64Array(sites * sites), new Float64Array(sites * sites)];
    for (let feature = 0; feature < features; feature++) {
      const weights = Array.from({ length: 6 }, () => nextNormal(stream));
      const z = Float64Array.from({ length: sites }, (_, p) =>
        weights.reduce((total, weight, c) => total + weight * images.data[p * 6 + c], 0),
      );
      const mean = z.reduce((total, value) => total + value, 0) / sites;
      const deviation = Math.sqrt(z.reduce((total, value) => total + (value - mean) ** 2, 0) / sites);
      for (let p = 0; p < sites; p++) z[p] = (z[p] - mean) / deviation;
      for (let p = 0; p < sites; p++) {
        for (let q = 0; q < sites; q++) {
          sum[p * sites + q] += z[p] * z[q];
          squares[p * sites + q] += (z[p] * z[q]) ** 2;
        }
      }
    }
    let [error, error0, noise] = [0, 0, 0];
    const { fluctuation, plain } = plainNormalized(field.start.pairs!, sites);
    for (let at = 0; at < sum.length; at++) {
      const mean = sum[at] / features;
      error += (mean - pairs![at]) ** 2;
      error0 += (mean - plain[at]) ** 2;
      noise += (squares[at] / features - mean ** 2) / features;
    }
    const size2 = plain.reduce((total, value) => total + value ** 2, 0);
    // The next order of the expansion, and four times the standard error.
    expect(Math.sqrt(error)).toBeLessThan(fluctuation ** 2 * Math.sqrt(size2) + 4 * Math.sqrt(noise));
    // Dividing by the expected standard deviation alone is further off.
    expect(error).toBeLessThan(error0 / 2);
  });

  it("has the second moments that are followed by site", () => {
    const images = imagesOf(3, 4, 3);
    const width = Number.POSITIVE_INFINITY;
    const architecture = architectureOfStack({
      name: "two blocks",
      imageSize: 4,
      stem: { kernel: 3, stride: 1, pooling: 1, width },
      stages: [2, 1].map((stride) => ({
        blocks: 1,
        layers: [
          { kernel: 3, stride, width },
          { kernel: 3, stride: 1, width },
        ],
      })),
    });
    for (const normalizer of ["none", "layer"] as const) {
      const options = { kind: "convolution", activation: "relu", normalizer, architecture, size: 4 } as const;
      const { plan } = plannedBatch(resolveScheme("skipinit"), options);
      const [pairs, sites] = [1024, 0].map((mostSites) => predictPlanned(plan, { images, mostSites }));
      expect([pairs.by, sites.by]).toEqual(["pairs", "sites"]);
      for (const path of ["input", "skip", "branch"] as const) {
        const [a, b] = [pairs, sites].map(({ blocks }) => blocks[0][path].secondMoment);
        expect(Math.abs(a / b - 1)).toBeLessThan(1e-12);
      }
    }
  });

  it("refuses images of another size", () => {
    const { data } = imagesOf(2, 4, 3);
    expect(() => stemPatches({ data, count: 2, channels: 3 }, 5, STEM)).toThrow(
      'images must be 2 × 5 × 5 × 3 numbers, not "96 numbers"',
    );
  });
});

/** C/tr C·N without any correction, and 2 tr C²/tr² C. */
function plainNormalized(pairs: Float64Array, sites: number) {
  const means = Float64Array.from({ length: sites }, (_, p) => {
    let sum = 0;
    for (let q = 0; q < sites; q++) sum += pairs[p * sites + q] / sites;
    return sum;
  });
  const mean = means.reduce((sum, value) => sum + value / sites, 0);
  const centred = pairs.map((value, at) => value - means[Math.floor(at / sites)] - means[at % sites] + mean);
  let trace = 0;
  for (let p = 0; p < sites; p++) trace += centred[p * sites + p];
  const square = centred.reduce((sum, value) => sum + value * value, 0);
  return { plain: centred.map((value) => (sites * value) / trace), fluctuation: (2 * square) / trace ** 2 };
}
