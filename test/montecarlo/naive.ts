/**
 * The sampler's network once more, written to be obviously right: float64, plain loops, and every one of the 2^d paths
 * walked on its own. It shares no code with src/montecarlo but the random streams of the weights and inputs.
 */

import type { SampledNetwork } from "../../src/network/sampled-network.js";
import { openStream } from "../../src/random/index.js";
import type { LengthWindow } from "../../src/tensor/components/index.js";
import {
  applied,
  average,
  columnMeans,
  columnVariances,
  convolve,
  drawNormals,
  drawWeights,
  frozenNormalizer,
  type Geometry,
  gateOf,
  type LinearMap,
  type Matrix,
  type NaiveStatistics,
  statistics,
} from "./naive-maps.js";

export interface NaiveOptions {
  readonly seed: number;
  readonly trial: number;
  /** Where lengths are lumped after each block; all are kept apart if absent. */
  readonly windows?: readonly LengthWindow[];
  /** Images [batch, size, size, channels]; Gaussian ones if absent. */
  readonly images?: Float32Array;
}

/** Windows that keep every length apart. */
export function allLengths(depth: number): LengthWindow[] {
  return Array.from({ length: depth }, (_, i) => ({ low: 0, high: i + 1 }));
}

interface NaiveBlock {
  readonly skip: NaiveStatistics;
  readonly branch: NaiveStatistics;
  readonly input: NaiveStatistics;
}

/** A block frozen by the first, ordinary forward pass. */
interface FrozenBlock {
  readonly skip: LinearMap;
  readonly branch: LinearMap;
  /** After the merge. */
  readonly merged: LinearMap;
}

export function naiveSample(network: SampledNetwork, options: NaiveOptions) {
  const { depth } = network;
  const first = stemOutput(network, options);
  const kept = naiveMask(network, options);
  const frozen: FrozenBlock[] = [];
  const blocks: NaiveBlock[] = [];
  let x = first;
  /** What `expected` divides the input of each branch by. */
  const deviations: number[] = [];
  let expected = 1;
  for (let i = 1; i <= depth; i++) {
    const { maps, geometry } = freezeBlock(x, { network, options, block: i, expected, isKept: kept[i - 1] });
    const [skip, branch] = [maps.skip(x), maps.branch(x)];
    blocks.push({ input: statistics(x), skip: statistics(skip), branch: statistics(branch) });
    const sum = applied(skip, (value, row, w) => value + branch[row][w]);
    deviations.push(Math.sqrt(expected));
    expected = expectedAfter(network, i, expected);
    const normalizer = network.position === "post" ? network.normalizer : "none";
    const merged = frozenNormalizer(sum, { ...network, normalizer, deviation: 1 });
    frozen.push({ ...maps, merged });
    x = merged(sum);
    if (geometry.outputs !== x[0].length) throw new Error("the block returns another width than it should");
  }
  const components = walkPaths(first, x, { frozen, windows: options.windows });
  return { output: x, components, blocks, deviations };
}

/** Σ over the paths of each length. */
function walkPaths(
  first: Matrix,
  output: Matrix,
  {
    frozen,
    windows,
  }: { readonly frozen: readonly FrozenBlock[]; readonly windows?: readonly LengthWindow[] },
): Matrix[] {
  const depth = frozen.length;
  const components: Matrix[] = Array.from({ length: depth + 1 }, () => applied(output, () => 0));
  for (let path = 0; path < 2 ** depth; path++) {
    let h = first;
    let length = 0;
    for (const [index, block] of frozen.entries()) {
      const isBranch = (path >> index) & 1;
      length += isBranch;
      if (windows) length = Math.min(windows[index].high, Math.max(windows[index].low, length));
      h = block.merged(isBranch ? block.branch(h) : block.skip(h));
    }
    components[length] = applied(components[length], (value, row, w) => value + h[row][w]);
  }
  return components;
}

/** Cov(h^(k), h) / Var(h), covariances over the rows summed over features. */
export function covarianceShares(components: readonly Matrix[], output: Matrix): number[] {
  const means = columnMeans(output);
  const whole = average(columnVariances(output)) * means.length;
  return components.map((component) => {
    const own = columnMeans(component);
    const rows = component.map((row, b) =>
      row.reduce((sum, value, w) => sum + (value - own[w]) * (output[b][w] - means[w]), 0),
    );
    return average(rows) / whole;
  });
}

/** Σ h^(k) h / Σ h². */
export function momentShares(components: readonly Matrix[], output: Matrix): number[] {
  const product = (a: Matrix) => applied(a, (value, row, w) => value * output[row][w]).flat();
  const whole = average(product(output));
  return components.map((component) => average(product(component)) / whole);
}

/** Which blocks keep their branch: all, without stochastic depth. */
export function naiveMask(network: SampledNetwork, { seed, trial }: NaiveOptions): boolean[] {
  const { scheme, depth, architecture } = network;
  const stream = openStream({ seed, purpose: "mask", index: [widthOf(network), trial] });
  return Array.from({ length: depth }, (_, index) => {
    const survival = scheme.survival?.(index + 1, depth, architecture?.blocks[index].place) ?? 1;
    return stream.nextUniform() < survival;
  });
}

function widthOf({ shape }: SampledNetwork): number {
  return shape.kind === "dense" ? shape.width : shape.channels;
}

function purposeOf({ shape }: SampledNetwork): string {
  return shape.kind === "dense" ? "weights" : "convolution";
}

/** What the stem, of LeCun weights, makes of the inputs. */
function stemOutput(network: SampledNetwork, { seed, trial, images }: NaiveOptions): Matrix {
  const { shape, batch, architecture } = network;
  const width = widthOf(network);
  const isDense = shape.kind === "dense";
  const [size, inputs] = isDense ? [1, shape.inputDimension] : [shape.size, shape.imageChannels];
  const stem = isDense
    ? { kernel: 1, stride: 1, pooling: 1 }
    : (architecture?.stem ?? { kernel: 3, stride: 1, pooling: 1 });
  const geometry = { inputs, outputs: width, kernel: stem.kernel, stride: stem.stride * stem.pooling, size };
  const rows = batch * size ** 2;
  const given = images
    ? Array.from({ length: rows }, (_, row) => Array.from(images.slice(row * inputs, (row + 1) * inputs)))
    : drawNormals(rows, inputs, { seed, purpose: "input", index: [width, trial], deviation: 1 });
  const fanIn = stem.kernel ** 2 * inputs;
  const weights = drawNormals(fanIn, width, {
    seed,
    purpose: purposeOf(network),
    index: [width, trial, 0],
    deviation: Math.sqrt(1 / fanIn),
  });
  return convolve(given, weights, geometry);
}

interface FreezeBlockOptions {
  readonly network: SampledNetwork;
  readonly options: NaiveOptions;
  readonly block: number;
  /** The variance of the block's input in an infinitely wide network. */
  readonly expected: number;
  readonly isKept: boolean;
}

function freezeBlock(x: Matrix, { network, options, block, expected, isKept }: FreezeBlockOptions) {
  const { scheme, depth, architecture, position, activation, batch } = network;
  const { seed, trial } = options;
  const shape = architecture?.blocks[block - 1];
  const geometries = layerGeometries(x, network, block);
  const draw = (geometry: Geometry, layer: number | "projection") => {
    const further = layer === "projection" ? [-1] : layer === 0 ? [] : [layer];
    const index = [widthOf(network), trial, block, ...further];
    return drawWeights(geometry, { seed, purpose: purposeOf(network), index, network });
  };
  const normalizer = position === "pre" ? network.normalizer : "none";
  const gates: LinearMap[] = [];
  const layers: LinearMap[] = [];
  let z = x;
  for (const [layer, geometry] of geometries.entries()) {
    const deviation = layer === 0 ? Math.sqrt(expected) : 1;
    const normalize = frozenNormalizer(z, { normalizer, groups: network.groups, batch, deviation });
    const gate = applied(normalize(z), (value) => gateOf(activation, value));
    gates.push((h) => applied(normalize(h), (value, row, w) => value * gate[row][w]));
    const weights = draw(geometry, layer);
    layers.push((h) => convolve(h, weights, geometry));
    z = layers[layer](gates[layer](z));
  }
  const last = geometries[geometries.length - 1];
  const strides = geometries.reduce((product, { stride }) => product * stride, 1);
  const way = { ...geometries[0], outputs: last.outputs, kernel: 1, stride: strides };
  const projection = shape?.transition ? draw(way, "projection") : undefined;
  const skipScale = scheme.skipScale(block, depth, shape?.place);
  const branchScale = isKept ? scheme.branchScale(block, depth, shape?.place) : 0;
  const maps = {
    skip: (h: Matrix) =>
      applied(projection ? convolve(gates[0](h), projection, way) : h, (value) => value * skipScale),
    branch: (h: Matrix) =>
      applied(
        layers.reduce((z, layer, index) => layer(gates[index](z)), h),
        (value) => value * branchScale,
      ),
  };
  return { maps, geometry: last };
}

/** The layers of a branch: the architecture's in proportion, or equal ones. */
function layerGeometries(x: Matrix, network: SampledNetwork, block: number): Geometry[] {
  const { architecture, branchLayers, batch, shape } = network;
  const isDense = shape.kind === "dense";
  const width = widthOf(network);
  let size = Math.sqrt(x.length / batch);
  let inputs = x[0].length;
  const base = architecture?.blocks[0].layers.at(-1)?.width as number;
  const convolutions =
    architecture?.blocks[block - 1].layers.map((layer) => ({
      outputs: (width * layer.width) / base,
      kernel: isDense ? 1 : layer.kernel,
      stride: isDense ? 1 : layer.stride,
    })) ??
    Array.from({ length: branchLayers }, () => ({ outputs: width, kernel: isDense ? 1 : 3, stride: 1 }));
  return convolutions.map((layer) => {
    const geometry = { ...layer, inputs, size };
    inputs = layer.outputs;
    size = Math.ceil(size / layer.stride);
    return geometry;
  });
}

/** The variance after block i behind `expected`, whose branch and projection return 1 (NF-ResNet). */
function expectedAfter({ scheme, depth, architecture }: SampledNetwork, i: number, input: number) {
  const shape = architecture?.blocks[i - 1];
  const skip = scheme.skipScale(i, depth, shape?.place) ** 2 * (shape?.transition ? 1 : input);
  const survival = scheme.survival?.(i, depth, shape?.place) ?? 1;
  return skip + survival * scheme.branchScale(i, depth, shape?.place) ** 2;
}

/** The network with what a normaliser that divides by a predicted deviation is to divide by, block by block. */
export function withDeviations(network: SampledNetwork, deviations: ArrayLike<number>): SampledNetwork {
  const { plan } = network;
  return {
    ...network,
    plan: { ...plan, scales: { ...plan.scales, deviation: Float64Array.from(deviations) } },
  };
}
