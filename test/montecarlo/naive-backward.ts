/**
 * Gradients of the sampler's networks by finite differences in float64: every block's derivative is a matrix of central
 * differences, and each path through them is followed on its own. Dense networks only.
 */

import type { SampledNetwork } from "../../src/network/sampled-network.js";
import {
  applied,
  convolve,
  drawNormals,
  drawWeights,
  frozenNormalizer,
  gateOf,
  type Matrix,
} from "./naive-maps.js";

const STEP = 1e-5;
type Map = (x: Matrix) => Matrix;

/** By block: the squared norm at its input over that at the output, and <g^(k), g>/<g, g> there. */
export function naiveBackward(
  network: SampledNetwork,
  { seed, trial }: { readonly seed: number; readonly trial: number },
) {
  const { shape, batch, depth } = network;
  if (shape.kind !== "dense") throw new Error("dense networks only");
  const { width, inputDimension } = shape;
  const inputs = drawNormals(batch, inputDimension, {
    seed,
    purpose: "input",
    index: [width, trial],
    deviation: 1,
  });
  const stem = drawNormals(inputDimension, width, {
    seed,
    purpose: "weights",
    index: [width, trial, 0],
    deviation: 1 / Math.sqrt(inputDimension),
  });
  let x = convolve(inputs, stem, { inputs: inputDimension, outputs: width, kernel: 1, stride: 1, size: 1 });
  const blocks: { readonly skip: number[][]; readonly branch: number[][] }[] = [];
  for (let block = 1; block <= depth; block++) {
    const { skip, branch, merged } = mapsOf(network, { seed, trial, block, inputs: x[0].length });
    const sum = applied(skip(x), (value, row, w) => value + branch(x)[row][w]);
    const after = derivative(merged, sum);
    blocks.push({ skip: product(after, derivative(skip, x)), branch: product(after, derivative(branch, x)) });
    x = merged(sum);
  }
  const output = drawNormals(batch, x[0].length, {
    seed,
    purpose: "gradient",
    index: [width, trial],
    deviation: 1,
  });
  return walk(blocks, output.flat());
}

function walk(
  blocks: readonly { readonly skip: number[][]; readonly branch: number[][] }[],
  output: number[],
) {
  const squaredNorm: number[] = [];
  const shares: number[][] = [];
  let components = [output];
  for (const { skip, branch } of [...blocks].reverse()) {
    const zero = new Array<number>(skip[0].length).fill(0);
    const before = components;
    components = [...before, zero].map((_, k) => {
      const kept = k < before.length ? transposedTimes(skip, before[k]) : zero;
      const passed = k > 0 ? transposedTimes(branch, before[k - 1]) : zero;
      return kept.map((value, j) => value + passed[j]);
    });
    const total = components.reduce((sum, component) => sum.map((value, j) => value + component[j]));
    const whole = dot(total, total);
    squaredNorm.unshift(whole / dot(output, output));
    shares.unshift(components.map((component) => dot(component, total) / whole));
  }
  return { squaredNorm, shares };
}

interface BlockKey {
  readonly seed: number;
  readonly trial: number;
  readonly block: number;
  readonly inputs: number;
}

function mapsOf(network: SampledNetwork, { seed, trial, block, inputs }: BlockKey) {
  const { scheme, depth, position, batch, groups, architecture, branchLayers, activation } = network;
  const width = network.shape.kind === "dense" ? network.shape.width : 0;
  const shape = architecture?.blocks[block - 1];
  const base = architecture?.blocks[0].layers.at(-1)?.width ?? 1;
  const outputs =
    shape?.layers.map((layer) => (width * layer.width) / base) ?? new Array<number>(branchLayers).fill(width);
  const weights = (from: number, to: number, index: number[]): Map => {
    const geometry = { inputs: from, outputs: to, kernel: 1, stride: 1, size: 1 };
    const drawn = drawWeights(geometry, {
      seed,
      purpose: "weights",
      index: [width, trial, block, ...index],
      network,
    });
    return (x) => convolve(x, drawn, geometry);
  };
  const normalized = (x: Matrix, normalizer: SampledNetwork["normalizer"]) =>
    frozenNormalizer(x, { normalizer, groups, batch, deviation: 1 })(x);
  const activated: Map = (x) =>
    applied(
      normalized(x, position === "pre" ? network.normalizer : "none"),
      (z) => gateOf(activation, z) * z,
    );
  const layers = outputs.map((to, layer) =>
    weights(layer === 0 ? inputs : outputs[layer - 1], to, layer === 0 ? [] : [layer]),
  );
  const projection = shape?.transition ? weights(inputs, outputs[outputs.length - 1], [-1]) : undefined;
  const [beta, alpha] = [
    scheme.skipScale(block, depth, shape?.place),
    scheme.branchScale(block, depth, shape?.place),
  ];
  return {
    skip: (x: Matrix) => applied(projection ? projection(activated(x)) : x, (value) => beta * value),
    branch: (x: Matrix) =>
      applied(
        layers.reduce((z, layer) => layer(activated(z)), x),
        (value) => alpha * value,
      ),
    merged: (x: Matrix) => normalized(x, position === "post" ? network.normalizer : "none"),
  };
}

/** [outputs, inputs] */
function derivative(map: Map, x: Matrix): number[][] {
  const columns = x.flatMap((row, b) =>
    row.map((_, w) => {
      const moved = (by: number) =>
        map(applied(x, (value, r, c) => (r === b && c === w ? value + by : value))).flat();
      const [up, down] = [moved(STEP), moved(-STEP)];
      return up.map((value, j) => (value - down[j]) / (2 * STEP));
    }),
  );
  return columns[0].map((_, output) => columns.map((column) => column[output]));
}

function product(a: number[][], b: number[][]): number[][] {
  return a.map((row) => b[0].map((_, j) => row.reduce((sum, value, i) => sum + value * b[i][j], 0)));
}

function transposedTimes(matrix: number[][], vector: number[]): number[] {
  return matrix[0].map((_, j) => matrix.reduce((sum, row, i) => sum + row[j] * vector[i], 0));
}

function dot(a: number[], b: number[]): number {
  return a.reduce((sum, value, j) => sum + value * b[j], 0);
}
