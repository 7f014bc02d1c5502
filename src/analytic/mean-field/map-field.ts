import { InvalidArgumentError } from "../../network/errors.js";
import { type NormalizerName, statisticsOf } from "../../network/normalizers.js";
import type { Field, FieldLayer } from "./field.js";
import type { ImageBatch } from "./image-batch.js";
import { kernelBySite } from "./kernel-by-site.js";
import {
  averageOverTaps,
  type ConvolutionGeometry,
  mixingOf,
  pairOverTaps,
  readersOf,
} from "./layers/index.js";
import { meanOf, OVER_SITES, type SiteState } from "./site-state.js";

export interface MapFieldOptions {
  /** Inputs that go through together, or Infinity; of `images`, their number. */
  readonly batch: number;
  /** Side of the images. */
  readonly size: number;
  /** The convolution that they go through first. */
  readonly stem: { readonly kernel: number; readonly stride: number };
  /** Pixels of unit second moment without correlation if absent. */
  readonly images?: ImageBatch;
}

/**
 * A convolutional network at infinitely many channels, by site p, a pixel of a map (of each image, where `images` are
 * given): the second moment m(p), and the covariance g(p) with the mean over all sites, as in
 * {@link predictConvolutionalMoments} but for any activation and normaliser. A weight layer averages over its taps t,
 * 0 outside the map:
 *
 *     m'(p) = gain ⟨E φ(z(p+t))²⟩_t,   g'(p) = gain ⟨κ(p+t) mean_p' κ(p'+t)⟩_t,   κ(p)² = E φ(z(p)) φ(z̃(p)),
 *
 * less the product of ⟨E φ⟩_t at both sites where the weights are standardised, z̃ being as strong as z and of the
 * correlation that two sites have on average, g̅/(mean √m)²: 0 behind BatchNorm. m is exact at infinitely many
 * channels, but for terms of order 1/(batch · size²) behind BatchNorm. g is an approximation: the sites are taken as
 * equally correlated, and what neighbouring pixels of one image have in common beyond that, a share of about 1/batch, is
 * left out but for the first layer's.
 */
export function mapField(options: MapFieldOptions): Field<SiteState> {
  const { start, count } = afterStem(options);
  return {
    start,
    layer: (x, layer) => throughLayer(normalize(x, layer.normalizer, { count, ...layer }), layer, count),
    normalized: (x, normalizer, features) => normalize(x, normalizer, { count, features }),
    ...OVER_SITES,
  };
}

interface NormalizeOptions {
  readonly count: number;
  readonly features?: number;
}

function normalize(
  x: SiteState,
  normalizer: NormalizerName,
  { count, features = Number.POSITIVE_INFINITY }: NormalizeOptions,
): SiteState {
  const { second: m, shared: g } = x;
  switch (statisticsOf(normalizer)) {
    case "none":
      return x;
    case "batch": {
      const { secondMoment, meanSquared, variance } = OVER_SITES.moments(x);
      // What is left of the sites when the mean is taken out of them, relative to the variance.
      const left = new Float64Array(m.length);
      if (secondMoment > meanSquared) {
        for (let p = 0; p < left.length; p++) left[p] = Math.max(0, m[p] - 2 * g[p] + meanSquared) / variance;
      }
      return stateOf(left, new Float64Array(g.length));
    }
    case "input":
    case "groups":
      return groupNormalized(x, { count, features });
    case "predicted": {
      const average = meanOf(m);
      const over = (values: Float64Array) => values.map((value) => (average > 0 ? value / average : 0));
      return stateOf(over(m), over(g));
    }
  }
}

/**
 * Behind GroupNorm of few features, or LayerNorm with one group, as in group-normalization.ts if the sites of an image have no
 * more in common than those of different images: their mean takes 1/features of it, and where a divisor R = Σ z² fluctuates with
 * what they have in common, c of 1, the pairs lose 2c(1 − c)/features of it.
 */
function groupNormalized({ second, shared }: SiteState, options: Required<NormalizeOptions>): SiteState {
  const { count, features } = options;
  const mean = meanOf(shared);
  const left = second.map((m, p) => Math.max(0, m - (2 * shared[p] - mean) / features));
  const norms = strengthsBy(left, count);
  const average = meanOf(norms);
  const area = second.length / count;
  const over = (value: number, divisor: number) => (divisor > 0 ? value / divisor : 0);
  const normOf = (site: number) => norms[Math.floor(site / area)];
  const pairs = shared.map((g, p) => over(g * (1 - 1 / features), normOf(p) * average));
  const common = meanOf(pairs);
  const kept = 1 - (2 * common * (1 - common)) / features;
  return stateOf(
    left.map((m, p) => over(m, normOf(p) ** 2)),
    pairs.map((value) => value * kept),
  );
}

/** The root mean square of each image's map. */
function strengthsBy(m: Float64Array, count: number): Float64Array {
  const area = m.length / count;
  return Float64Array.from({ length: count }, (_, image) =>
    Math.sqrt(meanOf(m.subarray(image * area, (image + 1) * area))),
  );
}

function throughLayer(z: SiteState, layer: FieldLayer, count: number): SiteState {
  const { activation, gain, isStandardized, shape } = layer;
  const maps = { count, size: Math.round(Math.sqrt(z.second.length / count)) };
  const mixing = mixingOf(shape);
  const variances = OVER_SITES.scaled(z, 2 ** z.power).second;
  // gain · E φ(z) φ(z̃) at this correlation. Loops, because of the many sites of a batch of images.
  const products = (correlation: number) => {
    const kernel = kernelBySite(activation, variances, correlation);
    const result = new Float64Array(variances.length);
    for (let p = 0; p < result.length; p++) {
      result[p] = gain * z.second[p] * Math.max(0, kernel(variances[p]));
    }
    return result;
  };
  const { second, shared } = mixing.bySite(
    { own: products(1), shared: roots(products(averageCorrelation(z))) },
    shape,
    maps,
  );
  if (isStandardized) {
    // Weights of zero mean over all taps take out ⟨E φ⟩_t, in which the taps outside the map are 0.
    const mean = mixing.average(roots(products(0)), shape, maps);
    const overall = meanOf(mean);
    for (let p = 0; p < mean.length; p++) {
      second[p] = Math.max(0, second[p] - mean[p] * mean[p]);
      shared[p] = Math.max(0, shared[p] - mean[p] * overall);
    }
  }
  return { second, shared, power: z.power };
}

/** g̅/(mean √m)² */
function averageCorrelation({ second, shared }: SiteState): number {
  const covariance = meanOf(shared);
  return covariance === 0 ? 0 : covariance / meanOf(roots(second.slice())) ** 2;
}

/** √, in place. */
function roots(values: Float64Array): Float64Array {
  for (let p = 0; p < values.length; p++) values[p] = Math.sqrt(values[p]);
  return values;
}

/** LeCun weights on the images. */
function afterStem(options: MapFieldOptions): { readonly start: SiteState; readonly count: number } {
  const { batch, images } = options;
  const geometry = { size: options.size, ...options.stem };
  if (images) return { start: ofImages(images, geometry), count: images.count };
  const pixels = options.size ** 2;
  const second = averageOverTaps(new Float64Array(pixels).fill(1), geometry);
  // E y(p) y(p') is the number of pixels that both read, over that of the taps.
  const sites = batch * second.length;
  const shared = averageOverTaps(
    readersOf(geometry).map((readers) => readers / sites),
    geometry,
  );
  return { start: stateOf(second, shared), count: 1 };
}

function ofImages(images: ImageBatch, geometry: ConvolutionGeometry): SiteState {
  const { data, count, channels } = images;
  const { size } = geometry;
  const sites = count * size * size;
  if (data.length !== sites * channels) {
    const allowed = `${count} × ${size} × ${size} × ${channels} numbers`;
    throw new InvalidArgumentError("images", `${data.length} numbers`, allowed);
  }
  const sum = (into: Float64Array | undefined, values: Float64Array) =>
    into?.map((value, p) => value + values[p]) ?? values;
  let [second, shared]: (Float64Array | undefined)[] = [];
  for (let channel = 0; channel < channels; channel++) {
    const values = Float64Array.from({ length: sites }, (_, p) => data[p * channels + channel]);
    second = sum(
      second,
      averageOverTaps(
        values.map((value) => (value * value) / channels),
        geometry,
      ),
    );
    shared = sum(
      shared,
      pairOverTaps(
        values.map((value) => value / Math.sqrt(channels)),
        geometry,
      ),
    );
  }
  return stateOf(second ?? new Float64Array(0), shared ?? new Float64Array(0));
}

function stateOf(second: Float64Array, shared: Float64Array, power = 0): SiteState {
  return { second, shared, power };
}
