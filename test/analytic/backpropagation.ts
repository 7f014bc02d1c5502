import { fillNormal } from "../../src/random/normal.js";
import { openStream } from "../../src/random/stream.js";

/** A fully connected residual network whose gradient is worked out weight by weight, in float64. */
export interface SmallNetwork {
  readonly depth: number;
  readonly width: number;
  readonly batch: number;
  readonly activation: "linear" | "relu";
  readonly normalizer: "batch" | "layer" | "expected" | "none";
  /** Weight layers of a branch, each behind its own normaliser; with `expected`, the first alone has one. */
  readonly layers: number;
  readonly skip: number;
  readonly alpha: number;
  readonly seed: number;
  /** Of what `expected` divides by, at block i. */
  readonly expectedVariance?: (block: number) => number;
}

type Matrix = Float64Array<ArrayBuffer>;
interface Step {
  readonly forward: (x: Matrix) => Matrix;
  readonly backward: (gradient: Matrix) => Matrix;
}

/** ln(Σ(∂L/∂x_1)² / Σ(∂L/∂x_{d+1})²) for a random gradient at the output and a random input of variance 1. */
export function logGradientGrowth(network: SmallNetwork): number {
  const { depth, width, batch, layers, seed, skip, alpha } = network;
  const random = (purpose: string, index: number[], size: number, deviation: number) => {
    const values = new Float32Array(size);
    fillNormal(values, openStream({ seed, purpose, index }), deviation);
    return Float64Array.from(values);
  };
  let x = random("input", [], batch * width, 1);
  const blocks: Step[][] = [];
  for (let block = 1; block <= depth; block++) {
    const steps: Step[] = [];
    for (let layer = 0; layer < layers; layer++) {
      if (network.normalizer !== "expected" || layer === 0) steps.push(normalizer(network, block));
      steps.push(activation(network), weights(network, random("weights", [block, layer], width * width, 1)));
    }
    blocks.push(steps);
    const branch = steps.reduce((h, step) => step.forward(h), x);
    x = x.map((value, j) => skip * value + alpha * branch[j]);
  }
  const last = random("gradient", [], batch * width, 1);
  let gradient = last;
  for (const steps of blocks.reverse()) {
    const through = steps.reduceRight((g, step) => step.backward(g), gradient);
    gradient = gradient.map((value, j) => skip * value + alpha * through[j]);
  }
  return Math.log(energy(gradient) / energy(last));
}

function energy(values: Matrix): number {
  return values.reduce((sum, value) => sum + value * value, 0);
}

/** y = (x − mean)/σ over the batch, or x over its root mean square over the features, or x over a number. */
function normalizer({ normalizer, width, batch, expectedVariance }: SmallNetwork, block: number): Step {
  if (normalizer === "none") return { forward: (x) => x, backward: (g) => g };
  if (normalizer === "expected") {
    const factor = 1 / Math.sqrt(expectedVariance!(block));
    return { forward: (x) => x.map((v) => factor * v), backward: (g) => g.map((v) => factor * v) };
  }
  // Groups of numbers that are normalised together: features over the batch, or inputs over the features.
  const [groups, members] = normalizer === "batch" ? [width, batch] : [batch, width];
  const at = (group: number, member: number) =>
    normalizer === "batch" ? member * width + group : group * width + member;
  const deviations = new Float64Array(groups);
  let y: Matrix = new Float64Array(0);
  return {
    forward: (x) => {
      y = new Float64Array(x.length);
      for (let group = 0; group < groups; group++) {
        let [mean, square] = [0, 0];
        for (let m = 0; m < members; m++) mean += x[at(group, m)] / members;
        for (let m = 0; m < members; m++) square += (x[at(group, m)] - mean) ** 2 / members;
        deviations[group] = Math.sqrt(square);
        for (let m = 0; m < members; m++) y[at(group, m)] = (x[at(group, m)] - mean) / deviations[group];
      }
      return y;
    },
    backward: (g) => {
      const out = new Float64Array(g.length);
      for (let group = 0; group < groups; group++) {
        let [mean, along] = [0, 0];
        for (let m = 0; m < members; m++) {
          mean += g[at(group, m)] / members;
          along += (g[at(group, m)] * y[at(group, m)]) / members;
        }
        for (let m = 0; m < members; m++) {
          const p = at(group, m);
          out[p] = (g[p] - mean - along * y[p]) / deviations[group];
        }
      }
      return out;
    },
  };
}

function activation({ activation }: SmallNetwork): Step {
  let gates: Matrix = new Float64Array(0);
  return {
    forward: (x) => {
      gates = x.map((v) => (activation === "linear" || v > 0 ? 1 : 0));
      return x.map((v, j) => gates[j] * v);
    },
    backward: (g) => g.map((v, j) => gates[j] * v),
  };
}

/** LeCun or He weights; behind `expected`, of zero mean over their fan-in and the gain that keeps the variance. */
function weights({ width, activation, normalizer }: SmallNetwork, normals: Matrix): Step {
  const isCentred = normalizer === "expected";
  const gain = activation === "linear" ? 1 : isCentred ? 2 / (1 - 1 / Math.PI) : 2;
  const w = normals.map((v) => v * Math.sqrt(gain / width));
  if (isCentred) {
    for (let to = 0; to < width; to++) {
      let mean = 0;
      for (let from = 0; from < width; from++) mean += w[from * width + to] / width;
      for (let from = 0; from < width; from++) w[from * width + to] -= mean;
    }
  }
  return {
    forward: (x) => product(x, width, (from, to) => w[from * width + to]),
    backward: (g) => product(g, width, (from, to) => w[to * width + from]),
  };
}

function product(x: Matrix, width: number, weight: (from: number, to: number) => number): Matrix {
  const w = new Float64Array(width * width);
  for (let from = 0; from < width; from++) {
    for (let to = 0; to < width; to++) w[from * width + to] = weight(from, to);
  }
  const out = new Float64Array(x.length);
  for (let row = 0; row < x.length; row += width) {
    for (let from = 0; from < width; from++) {
      const value = x[row + from];
      if (value === 0) continue;
      for (let to = 0; to < width; to++) out[row + to] += value * w[from * width + to];
    }
  }
  return out;
}
