import { InvalidArgumentError } from "../../network/errors.js";
import { type NormalizerName, statisticsOf } from "../../network/normalizers.js";
import type { Field, FieldLayer } from "./field.js";
import { gaussianKernel } from "./gaussian-kernel.js";
import { groupNormalized } from "./group-normalization.js";
import type { ImageBatch } from "./image-batch.js";
import { mixingOf } from "./layers/index.js";
import { meanOf, OVER_SITES, plus, type SiteState, times } from "./site-state.js";

/** With the second moments of all pairs of sites. */
export interface PairState extends SiteState {
  /** [sites, sites]: `second` is its diagonal and `shared` the mean of each row. */
  readonly pairs: Float64Array;
}

/**
 * A convolutional network at infinitely many channels for one batch of images, by pairs of sites (p, p'), pixels of the same
 * map or of two: the covariance kernel K(p, p') over channels of Gaussian weights (Lee et al. 2018; with convolutions Novak
 * et al. 2019, Garriga-Alonso et al. 2019). A layer of linear or ReLU units makes of it
 *
 *     K'(p, p') = gain ⟨E φ(z(sp+t)) φ(z(sp'+t))⟩_t,
 *
 * 0 outside the map, less the product of ⟨E φ⟩_t at both sites where the weights are standardised. Without a normaliser
 * and behind LayerNorm that is exact in the limit, and behind GroupNorm in that of wide groups (group-normalization.ts). Fully
 * connected networks are maps of 1×1.
 *
 * BatchNorm takes out the mean over all sites, C = ΠKΠ, and divides by the standard deviation, whose square is
 * tr C/N of N sites but for a relative fluctuation of √(2 tr C²)/tr C: how far the sites are from independent. To first
 * order in its square it makes of C
 *
 *     N (1 + 2 tr C²/tr² C) C/tr C − 2N C²/tr² C,
 *
 * from E f/R = E f/E R − Cov(f, R)/E² R + E f Var R/E³ R, for products f of two sites and R = Σ z².
 *
 * It takes the square of the number of sites in memory and time, and its cube behind BatchNorm.
 *
 * @param input what enters the first layer, such as {@link stemPatches}; its second moments are means over the channels.
 */
export function pairField(input: ImageBatch): Field<PairState> {
  const { count } = input;
  return {
    start: startOf(input),
    layer: (x, layer) => throughLayer(normalize(x, layer.normalizer, { count, ...layer }), layer, count),
    normalized: (x, normalizer, features) => normalize(x, normalizer, { count, features }),
    ...OVER_SITES,
    scaled: (x, by) => (by === 1 ? x : { ...OVER_SITES.scaled(x, by), pairs: times(x.pairs, by) }),
    sum: (a, b) => ({ ...OVER_SITES.sum(a, b), pairs: plus(a.pairs, b.pairs) }),
  };
}

function startOf({ data, channels }: ImageBatch): PairState {
  const sites = data.length / channels;
  const pairs = new Float64Array(sites * sites);
  const rows = Array.from({ length: sites }, (_, p) =>
    Float64Array.from(data.subarray(p * channels, (p + 1) * channels)),
  );
  for (let p = 0; p < sites; p++) {
    for (let q = 0; q <= p; q++) {
      const product = scalarProduct(rows[p], rows[q]) / channels;
      pairs[p * sites + q] = product;
      pairs[q * sites + p] = product;
    }
  }
  return stateOf(pairs);
}

interface NormalizeOptions {
  readonly count: number;
  readonly features?: number;
}

function normalize(
  x: PairState,
  normalizer: NormalizerName,
  { count, features = Number.POSITIVE_INFINITY }: NormalizeOptions,
): PairState {
  switch (statisticsOf(normalizer)) {
    case "none":
      return x;
    case "batch":
      return stateOf(batchNormalized(x));
    case "input":
    case "groups":
      return stateOf(groupNormalized(x.pairs, { count, features }));
    case "predicted":
      return stateOf(overMean(x));
  }
}

/** Divided by the mean second moment; 0 where that is 0. */
function overMean({ pairs, second }: PairState): Float64Array {
  const mean = meanOf(second);
  return times(pairs, mean > 0 ? 1 / mean : 0);
}

function batchNormalized({ pairs, second, shared }: PairState): Float64Array {
  const sites = second.length;
  const mean = meanOf(shared);
  const trace = sites * (meanOf(second) - mean);
  if (!(trace > 0)) return new Float64Array(pairs.length);
  const centred = pairs.map(
    (value, at) => value - shared[Math.floor(at / sites)] - shared[at % sites] + mean,
  );
  const square = squareOf(centred, sites);
  let traceOfSquare = 0;
  for (let p = 0; p < sites; p++) traceOfSquare += square[p * sites + p];
  const [linear, quadratic] = [(1 + (2 * traceOfSquare) / trace ** 2) / trace, 2 / trace ** 2];
  return centred.map((value, at) => sites * (linear * value - quadratic * square[at]));
}

/** C² of a symmetric matrix: its rows' scalar products. */
function squareOf(matrix: Float64Array, sites: number): Float64Array {
  const square = new Float64Array(matrix.length);
  const rows = Array.from({ length: sites }, (_, p) => matrix.subarray(p * sites, (p + 1) * sites));
  for (let p = 0; p < sites; p++) {
    for (let q = 0; q <= p; q++) {
      const product = scalarProduct(rows[p], rows[q]);
      square[p * sites + q] = product;
      square[q * sites + p] = product;
    }
  }
  return square;
}

/** In four sums, which the processor takes side by side. */
function scalarProduct(a: Float64Array, b: Float64Array): number {
  const whole = a.length - (a.length % 4);
  let [s0, s1, s2, s3] = [0, 0, 0, 0];
  for (let k = 0; k < whole; k += 4) {
    s0 += a[k] * b[k];
    s1 += a[k + 1] * b[k + 1];
    s2 += a[k + 2] * b[k + 2];
    s3 += a[k + 3] * b[k + 3];
  }
  for (let k = whole; k < a.length; k++) s0 += a[k] * b[k];
  return s0 + s1 + s2 + s3;
}

function throughLayer(z: PairState, layer: FieldLayer, count: number): PairState {
  const { activation, gain, isStandardized, shape } = layer;
  if (activation !== "linear" && activation !== "relu") {
    throw new InvalidArgumentError("activation", activation, "linear or relu for pairs of sites");
  }
  const { second } = z;
  const sites = second.length;
  const maps = { size: Math.round(Math.sqrt(sites / count)), count };
  const mixing = mixingOf(shape);
  const norms = second.map(Math.sqrt);
  const products =
    activation === "linear"
      ? z.pairs
      : z.pairs.map((value, at) => {
          const both = norms[Math.floor(at / sites)] * norms[at % sites];
          return both > 0 ? both * gaussianKernel(activation, 1, value / both) : 0;
        });
  const pairs = times(mixing.byPair(products, shape, maps), gain);
  if (isStandardized && activation === "relu") {
    // E ReLU(z) = √(m/2π).
    const mean = mixing.average(
      norms.map((norm) => norm * Math.sqrt(gain / (2 * Math.PI))),
      shape,
      maps,
    );
    for (let at = 0; at < pairs.length; at++)
      pairs[at] -= mean[Math.floor(at / mean.length)] * mean[at % mean.length];
  }
  return stateOf(pairs, z.power);
}

function stateOf(pairs: Float64Array, power = 0): PairState {
  const sites = Math.round(Math.sqrt(pairs.length));
  const second = Float64Array.from({ length: sites }, (_, p) => pairs[p * (sites + 1)]);
  const shared = Float64Array.from({ length: sites }, (_, p) =>
    meanOf(pairs.subarray(p * sites, (p + 1) * sites)),
  );
  return { second, shared, pairs, power };
}
