/** The parts of the naive network (naive.ts) as maps of plain arrays: float64, one loop an axis, no code of the sampler. */

import type { BranchActivation } from "../../src/network/activations.js";
import type { NormalizerName } from "../../src/network/normalizers.js";
import type { SampledNetwork } from "../../src/network/sampled-network.js";
import { nextNormal, openStream } from "../../src/random/index.js";

/** [rows, features]; the rows are the sites of the first input, of the second, … */
export type Matrix = number[][];
/** A map that is linear in its argument: everything at initialisation, once it is frozen at one batch. */
export type LinearMap = (h: Matrix) => Matrix;

export interface Geometry {
  readonly inputs: number;
  readonly outputs: number;
  readonly kernel: number;
  readonly stride: number;
  /** Side of the maps that go in; 1 for a dense network. */
  readonly size: number;
}

export function applied(x: Matrix, each: (value: number, row: number, feature: number) => number): Matrix {
  return x.map((values, row) => values.map((value, feature) => each(value, row, feature)));
}

export function average(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0) / values.length;
}

export interface FreezeOptions {
  readonly normalizer: NormalizerName;
  readonly groups?: number;
  readonly batch: number;
  /** What `expected` divides by. */
  readonly deviation: number;
}

/** The normaliser with the deviations of `x`: it takes from any h the means of h itself. */
export function frozenNormalizer(x: Matrix, options: FreezeOptions): LinearMap {
  const { normalizer, batch, deviation } = options;
  if (normalizer === "none") return (h) => h;
  if (normalizer === "expected") return (h) => applied(h, (value) => value / deviation);
  const sites = x.length / batch;
  const features = x[0].length;
  const groups = normalizer === "group" ? (options.groups as number) : 1;
  /** Elements of the same cell share a mean and a deviation. */
  const cell = (row: number, feature: number) =>
    normalizer === "batch"
      ? feature
      : Math.floor(row / sites) * groups + Math.floor(feature / (features / groups));
  const meansBy = (h: Matrix) => {
    const cells: number[][] = [];
    applied(h, (value, row, feature) => {
      cells[cell(row, feature)] ??= [];
      return cells[cell(row, feature)].push(value);
    });
    return cells.map(average);
  };
  const means = meansBy(x);
  const variances = meansBy(applied(x, (value, row, feature) => (value - means[cell(row, feature)]) ** 2));
  return (h) => {
    const own = meansBy(h);
    return applied(h, (value, row, feature) => {
      const variance = variances[cell(row, feature)];
      return variance > 0 ? (value - own[cell(row, feature)]) / Math.sqrt(variance) : 0;
    });
  };
}

/** f(z)/z, and its limit at 0. */
export function gateOf(activation: BranchActivation, z: number): number {
  switch (activation) {
    case "linear":
      return 1;
    case "relu":
      return z > 0 ? 1 : 0;
    case "tanh":
      return z === 0 ? 1 : Math.tanh(z) / z;
    case "gelu":
      return normalDistribution(z);
  }
}

/** Φ(z) = ½ + φ(z) Σ z^(2n+1)/(1·3·5⋯(2n+1)), Marsaglia (2004). */
export function normalDistribution(z: number): number {
  let [sum, term] = [z, z];
  for (let odd = 3; Math.abs(term) > 1e-17 * Math.abs(sum); odd += 2) {
    term *= (z * z) / odd;
    sum += term;
  }
  return 0.5 + sum * Math.exp(-0.5 * z * z) * (1 / Math.sqrt(2 * Math.PI));
}

/** x convolved with weights [kernel·kernel·inputs, outputs], (kernel − 1)/2 zeros around each map. */
export function convolve(x: Matrix, weights: Matrix, geometry: Geometry): Matrix {
  const { inputs, outputs, kernel, stride, size } = geometry;
  const side = Math.ceil(size / stride);
  const batch = x.length / size ** 2;
  const padding = (kernel - 1) / 2;
  const y: Matrix = Array.from({ length: batch * side ** 2 }, () => new Array<number>(outputs).fill(0));
  for (let b = 0; b < batch; b++)
    for (let r = 0; r < side; r++)
      for (let s = 0; s < side; s++)
        for (let dr = 0; dr < kernel; dr++)
          for (let ds = 0; ds < kernel; ds++) {
            const [rr, ss] = [r * stride + dr - padding, s * stride + ds - padding];
            if (rr < 0 || rr >= size || ss < 0 || ss >= size) continue;
            const from = x[(b * size + rr) * size + ss];
            const to = y[(b * side + r) * side + s];
            for (let i = 0; i < inputs; i++) {
              const row = weights[(dr * kernel + ds) * inputs + i];
              for (let o = 0; o < outputs; o++) to[o] += from[i] * row[o];
            }
          }
  return y;
}

export interface DrawOptions {
  readonly seed: number;
  readonly purpose: string;
  readonly index: readonly number[];
  readonly deviation: number;
}

export function drawNormals(rows: number, columns: number, options: DrawOptions): Matrix {
  const stream = openStream(options);
  return Array.from({ length: rows }, () =>
    Array.from({ length: columns }, () => Math.fround(nextNormal(stream) * options.deviation)),
  );
}

/** The weights of a branch's layer or a projection, [fan-in, outputs]. */
export function drawWeights(
  geometry: Geometry,
  options: Omit<DrawOptions, "deviation"> & { readonly network: SampledNetwork },
): Matrix {
  const { gain, weights, normalizer } = options.network;
  const fanIn = geometry.kernel ** 2 * geometry.inputs;
  const deviation = Math.sqrt(gain / fanIn);
  if (weights === "orthogonal") {
    const normals = drawNormals(fanIn, geometry.outputs, { ...options, deviation: 1 });
    // Of the variance 1/(length of a vector), whichever side is the shorter one.
    const factor = deviation * Math.sqrt(Math.max(fanIn, geometry.outputs));
    return applied(orthonormal(normals), (value) => value * factor);
  }
  const drawn = drawNormals(fanIn, geometry.outputs, { ...options, deviation });
  return normalizer === "expected" ? standardized(drawn, deviation) : drawn;
}

/** Each column less its mean, scaled to a root mean square of `deviation`. */
function standardized(weights: Matrix, deviation: number): Matrix {
  const columns = transposed(weights).map((column) => {
    const mean = average(column);
    const spread = Math.sqrt(average(column.map((value) => (value - mean) ** 2)));
    return column.map((value) => ((value - mean) / spread) * deviation);
  });
  return transposed(columns);
}

/** The shorter of columns and rows made orthonormal, one after the other (Gram and Schmidt, twice). */
function orthonormal(normals: Matrix): Matrix {
  if (normals.length < normals[0].length) return transposed(orthonormal(transposed(normals)));
  const done: number[][] = [];
  for (let column of transposed(normals)) {
    for (const other of [...done, ...done]) {
      const along = column.reduce((sum, value, i) => sum + value * other[i], 0);
      column = column.map((value, i) => value - along * other[i]);
    }
    const norm = Math.sqrt(column.reduce((sum, value) => sum + value * value, 0));
    done.push(column.map((value) => value / norm));
  }
  return transposed(done);
}

function transposed(x: Matrix): Matrix {
  return x[0].map((_, column) => x.map((row) => row[column]));
}

/** The recorded statistics of one tensor (docs/statistics.md). */
export interface NaiveStatistics {
  readonly variance: number;
  readonly meanSquared: number;
  readonly secondMoment: number;
  readonly channelVariance: number;
}

export function statistics(x: Matrix): NaiveStatistics {
  const rowMeans = x.map(average);
  return {
    variance: average(columnVariances(x)),
    meanSquared: average(columnMeans(x).map((mean) => mean ** 2)),
    secondMoment: average(x.flat().map((value) => value ** 2)),
    channelVariance: average(applied(x, (value, row) => (value - rowMeans[row]) ** 2).map(average)),
  };
}

export function columnMeans(x: Matrix): number[] {
  return x[0].map((_, w) => average(x.map((row) => row[w])));
}

export function columnVariances(x: Matrix): number[] {
  return columnMeans(x).map((mean, w) => average(x.map((row) => (row[w] - mean) ** 2)));
}
