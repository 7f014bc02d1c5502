import type { CountedMoment, LayerShape } from "../../network/plan/index.js";
import type { Field, FieldLayer } from "./field.js";
import { mixingOf } from "./layers/index.js";
import type { FieldPass } from "./network-pass.js";
import { meanOf, type SiteState } from "./site-state.js";

export interface SiteSharesOptions {
  readonly field: Field<SiteState>;
  readonly counted: CountedMoment;
  /** Maps of a state: 1, or one of each image; shares are followed for the average over images. */
  readonly count: number;
}

/** Path lengths first, first + 1, …: a number of each, or a map of them. */
interface ByLength<Values> {
  readonly first: number;
  readonly values: readonly Values[];
}

/** A layer that mixes no sites; what it is given and returns does not matter here. */
const OWN_SITE: LayerShape = { kind: "dense", inputs: 1, outputs: 1, kernel: 1, stride: 1, size: 1 };

/** The largest share whose length is not kept apart from its neighbour's. */
const NEGLIGIBLE = 1e-13;

/**
 * The shares by path length in a convolutional network at infinitely many channels, followed by site.
 *
 * share_k(p), the regression of h^(k) on h at site p (`predictNetwork`), differs between the sites: zero padding weakens
 * a branch at the border, and a transition block's stride leaves the skip path other sites than the branch reads. Weights
 * average over taps, a merge over both paths:
 *
 *     share_k(p) ← ⟨w(p+t) share_k(p+t)⟩_t / ⟨w(p+t)⟩_t,   share_k(p) ← (s(p) share_k(p) + b(p) share'_(k−1)(p)) / (s(p) + b(p)),
 *
 * with w = E φ(z)², and s and b what the paths add at the site. Poisson-binomial in the averages of s and b, which takes
 * the sites for alike, gives a mean length of 2.384 for wrn-16-1 of linear branches behind BatchNorm at 16×16, and
 * this one 2.427. The mean over sites that BatchNorm takes out is split as the second moment is, and images are taken
 * for alike.
 */
export class SiteShares {
  readonly #options: SiteSharesOptions;
  readonly #after: ByLength<number>[] = [];
  #shares: ByLength<Float64Array> | undefined;

  constructor(options: SiteSharesOptions) {
    this.#options = options;
  }

  /** Follows the shares through the next block. */
  pass(pass: FieldPass<SiteState>): void {
    const { block, input, layerInputs } = pass;
    const sites = input.second.length / this.#options.count;
    const before = this.#shares ?? { first: 0, values: [new Float64Array(sites).fill(1)] };
    const branch = block.layers.reduce(
      (shares, layer, index) => this.#throughLayer(shares, layerInputs[index], layer),
      before,
    );
    const skip = block.projection ? this.#throughLayer(before, input, block.projection) : before;
    const merged = mergedShares(
      { shares: skip, adds: this.#adds(pass.skip) },
      { shares: { ...branch, first: branch.first + 1 }, adds: this.#adds(pass.branch) },
    );
    this.#shares = merged.shares;
    this.#after.push(merged.overall);
  }

  /** share_k after a block, 1…, for k = 0, 1, … */
  after(block: number): Float64Array {
    const { first, values } = this.#after[block - 1];
    const shares = new Float64Array(first + values.length);
    shares.set(values, first);
    return shares;
  }

  /** What a path adds to the counted moment at each site. */
  #adds({ second, shared }: SiteState): Float64Array {
    const { counted, count } = this.#options;
    if (counted === "secondMoment") return averageMap(second, count);
    // Less the mean over all sites, with which site p has the covariance shared(p).
    const mean = meanOf(shared);
    return averageMap(
      second.map((m, p) => Math.max(0, m - 2 * shared[p] + mean)),
      count,
    );
  }

  #throughLayer(shares: ByLength<Float64Array>, x: SiteState, layer: FieldLayer): ByLength<Float64Array> {
    const { field, count } = this.#options;
    const { shape } = layer;
    const map = { count: 1, size: Math.round(Math.sqrt(x.second.length / count)) };
    const mixing = mixingOf(shape);
    // A layer that reads its own site returns what each has to send.
    const sent = averageMap(field.layer(x, { ...layer, shape: OWN_SITE }).second, count);
    const received = mixing.average(sent, shape, map);
    const values = shares.values.map((share) =>
      quotient(mixing.average(product(share, sent), shape, map), received),
    );
    return { ...shares, values };
  }
}

// Loops, because of the many lengths of a deep network.

function product(values: Float64Array, others: Float64Array): Float64Array {
  const result = new Float64Array(values.length);
  for (let p = 0; p < result.length; p++) result[p] = values[p] * others[p];
  return result;
}

/** 0 where there is nothing to divide by. */
function quotient(values: Float64Array, divisors: Float64Array): Float64Array {
  const result = new Float64Array(values.length);
  for (let p = 0; p < result.length; p++) result[p] = divisors[p] > 0 ? values[p] / divisors[p] : 0;
  return result;
}

/** The mean of `count` maps. */
function averageMap(maps: Float64Array, count: number): Float64Array {
  if (count === 1) return maps;
  const average = new Float64Array(maps.length / count);
  for (let at = 0; at < maps.length; at++) average[at % average.length] += maps[at] / count;
  return average;
}

interface PathShares {
  readonly shares: ByLength<Float64Array>;
  readonly adds: Float64Array;
}

/** The shares of the sum of two paths: by site, and of all sites together. */
function mergedShares(skip: PathShares, branch: PathShares) {
  const first = Math.min(skip.shares.first, branch.shares.first);
  const end = Math.max(...[skip, branch].map(({ shares }) => shares.first + shares.values.length));
  const total = skip.adds.map((value, p) => value + branch.adds[p]);
  const whole = meanOf(total);
  const values: Float64Array[] = [];
  const overall: number[] = [];
  for (let k = first; k < end; k++) {
    const part = new Float64Array(total.length);
    for (const { shares, adds } of [skip, branch]) {
      const own = shares.values[k - shares.first];
      if (own) for (let p = 0; p < part.length; p++) part[p] += adds[p] * own[p];
    }
    overall.push(meanOf(part) / whole);
    values.push(quotient(part, total));
  }
  return { shares: trimmed({ first, values }, overall), overall: { first, values: overall } };
}

/** Lengths of negligible share at either end join the next one. */
function trimmed(
  { first, values }: ByLength<Float64Array>,
  overall: readonly number[],
): ByLength<Float64Array> {
  let [from, to] = [0, values.length - 1];
  while (from < to && overall[from] < NEGLIGIBLE) addTo(values[++from], values[from - 1]);
  while (to > from && overall[to] < NEGLIGIBLE) addTo(values[--to], values[to + 1]);
  return { first: first + from, values: values.slice(from, to + 1) };
}

function addTo(target: Float64Array, source: Float64Array): void {
  for (let p = 0; p < target.length; p++) target[p] += source[p];
}
