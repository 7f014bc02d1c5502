/**
 * The sampler's network once more, written to be obviously right: float64, plain loops, and every one of the 2^d paths
 * walked on its own. It shares no code with src/montecarlo but the random streams of the weights and inputs.
 */

import type { LengthWindow } from "../../src/montecarlo/window.js";
import type { Activation, ResidualScheme } from "../../src/network/index.js";
import { nextNormal, openStream } from "../../src/random/index.js";

export interface NaiveNetwork {
  readonly scheme: ResidualScheme;
  readonly activation: Activation;
  readonly depth: number;
  readonly width: number;
  readonly batch: number;
  readonly inputDimension: number;
  readonly seed: number;
  readonly trial: number;
}

type Matrix = number[][];

/** Frozen by the first, ordinary forward pass: what block i subtracts, multiplies and lets through. */
interface Frozen {
  readonly centred: boolean;
  readonly inverse: number[];
  readonly gate: boolean[][];
  readonly weights: Matrix;
}

export function naiveSample(network: NaiveNetwork, windows?: readonly LengthWindow[]) {
  const { scheme, activation, depth, width, batch, inputDimension, seed, trial } = network;
  const normalized = scheme.branchInput === "normalized";
  const draw = (
    purpose: string,
    index: number[],
    rows: number,
    columns: number,
    deviation: number,
  ): Matrix => {
    const stream = openStream({ seed, purpose, index });
    return Array.from({ length: rows }, () =>
      Array.from({ length: columns }, () => Math.fround(nextNormal(stream) * deviation)),
    );
  };
  const inputs = draw("input", [width, trial], batch, inputDimension, 1);
  const first = product(
    inputs,
    draw("weights", [width, trial, 0], inputDimension, width, 1 / Math.sqrt(inputDimension)),
  );

  const frozen: Frozen[] = [];
  const skip: number[] = [];
  const branch: number[] = [];
  const branchSecondMoment: number[] = [];
  const movingMeanSquared: number[] = [];
  let x = first;
  for (let i = 1; i <= depth; i++) {
    const { means, variances } = columnMoments(x);
    const centre = normalized ? means : means.map(() => 0);
    const block: Frozen = {
      centred: normalized,
      inverse: normalized ? variances.map((v) => 1 / Math.sqrt(v)) : variances.map(() => 1),
      gate: x.map((row) => row.map((value, w) => activation === "linear" || value > centre[w])),
      weights: draw(
        "weights",
        [width, trial, i],
        width,
        width,
        Math.sqrt((activation === "relu" ? 2 : 1) / width),
      ),
    };
    frozen.push(block);
    const y = scaled(throughFrozen(x, block), scheme.branchScale(i, depth));
    const kept = scaled(x, scheme.skipScale(i, depth));
    skip.push(average(columnMoments(kept).variances));
    branch.push(average(columnMoments(y).variances));
    branchSecondMoment.push(average(y.flat().map((value) => value * value)));
    movingMeanSquared.push(average(means.map((mean) => mean * mean)));
    x = kept.map((row, b) => row.map((value, w) => value + y[b][w]));
  }

  const components: Matrix[] = Array.from({ length: depth + 1 }, () => x.map((row) => row.map(() => 0)));
  for (let path = 0; path < 2 ** depth; path++) {
    let h = first;
    let length = 0;
    for (let i = 1; i <= depth; i++) {
      const isBranch = (path >> (i - 1)) & 1;
      length += isBranch;
      if (windows) length = Math.min(windows[i - 1].high, Math.max(windows[i - 1].low, length));
      h = isBranch
        ? scaled(throughFrozen(h, frozen[i - 1]), scheme.branchScale(i, depth))
        : scaled(h, scheme.skipScale(i, depth));
    }
    components[length] = components[length].map((row, b) => row.map((value, w) => value + h[b][w]));
  }
  return { output: x, components, skip, branch, branchSecondMoment, movingMeanSquared };
}

/** Cov(h^(k), h) / Var(h), covariances over the batch summed over features. */
export function covarianceShares(components: readonly Matrix[], output: Matrix): number[] {
  const { means, variances } = columnMoments(output);
  const whole = variances.reduce((a, b) => a + b, 0);
  return components.map((component) => {
    const own = columnMoments(component).means;
    const rows = component.map((row, b) =>
      row.reduce((sum, value, w) => sum + (value - own[w]) * (output[b][w] - means[w]), 0),
    );
    return average(rows) / whole;
  });
}

/** Σ h^(k) h / Σ h². */
export function momentShares(components: readonly Matrix[], output: Matrix): number[] {
  const whole = output.flat().reduce((sum, value) => sum + value * value, 0);
  return components.map(
    (component) =>
      component.flatMap((row, b) => row.map((value, w) => value * output[b][w])).reduce((a, c) => a + c, 0) /
      whole,
  );
}

function throughFrozen(x: Matrix, block: Frozen): Matrix {
  const { means } = columnMoments(x);
  const gated = x.map((row, b) =>
    row.map((value, w) => {
      const centred = block.centred ? value - means[w] : value;
      return block.gate[b][w] ? centred * block.inverse[w] : 0;
    }),
  );
  return product(gated, block.weights);
}

function columnMoments(x: Matrix) {
  const means = x[0].map((_, w) => average(x.map((row) => row[w])));
  const variances = means.map((mean, w) => average(x.map((row) => (row[w] - mean) ** 2)));
  return { means, variances };
}

function product(a: Matrix, b: Matrix): Matrix {
  return a.map((row) => b[0].map((_, j) => row.reduce((sum, value, i) => sum + value * b[i][j], 0)));
}

function scaled(x: Matrix, factor: number): Matrix {
  return x.map((row) => row.map((value) => value * factor));
}

function average(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0) / values.length;
}
