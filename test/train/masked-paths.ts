import { blockAt, projectionOf } from "../../src/network/plan/index.js";
/*
 * The paths of a pre-activation Wide-ResNet, one after the other, in float64 and with loops alone: an independent reference
 * for what is carried through a network (probe-components.ts). Gates and statistics are those of the whole signal.
 */
import type { LabelledBatch, Network } from "../../src/train/index.js";

/** NHWC. */
interface Maps {
  readonly values: Float64Array;
  readonly images: number;
  readonly side: number;
  readonly channels: number;
}

interface Linear {
  /** Of the whole signal, with shifts. */
  readonly output: Maps;
  /** Of a part of it. */
  readonly carry: (part: Maps) => Maps;
}

/** share_K of each number K of branches, and of no path: the constants'. */
export function sharesByMask(network: Network, batch: LabelledBatch) {
  const { depth } = network.plan;
  const [images, side] = batch.shape;
  const pixels: Maps = { values: Float64Array.from(batch.images), images, side, channels: 3 };
  const first = convolved(pixels, filterOf(network, "stem"), 1);
  let whole = first;
  const blocks = Array.from({ length: depth }, (_, index) => {
    const block = frozenBlock(network, index + 1, whole);
    whole = block.output;
    return block;
  });
  const centred = centredByChannel(whole).values;
  const variance = dot(centred, centred);
  const shares = new Float64Array(depth + 1);
  for (let mask = 0; mask < 2 ** depth; mask++) {
    let part = first;
    let branches = 0;
    blocks.forEach(({ skip, branch }, index) => {
      const isTaken = Math.floor(mask / 2 ** index) % 2 === 1;
      part = isTaken ? branch(part) : skip(part);
      branches += Number(isTaken);
    });
    shares[branches] += dot(part.values, centred) / variance;
  }
  return { shares, constantShare: 1 - shares.reduce((sum, share) => sum + share, 0) };
}

function frozenBlock(network: Network, block: number, entering: Maps) {
  const { plan } = blockAt(network.plan, block);
  const projection = projectionOf(plan);
  const stride = projection?.stride ?? 1;
  const name = `block${block}`;
  const alpha = valuesOf(network, `${name}.alpha`)?.[0] ?? 1;
  const activated = activation(network, `${name}.activation1`, entering);
  const through = (maps: Maps, filter: string, by: number) =>
    convolved(maps, filterOf(network, `${name}.${filter}`), by);
  const between = activation(network, `${name}.activation2`, through(activated.output, "conv1", stride));
  const skipOf = (maps: Maps, activatedMaps: () => Maps) =>
    projection ? through(activatedMaps(), "projection", stride) : maps;
  const branch = scaled(through(between.output, "conv2", 1), alpha);
  const skip = skipOf(entering, () => activated.output);
  return {
    output: { ...branch, values: branch.values.map((value, i) => value + skip.values[i]) },
    skip: (part: Maps) => skipOf(part, () => activated.carry(part)),
    branch: (part: Maps) =>
      scaled(through(between.carry(through(activated.carry(part), "conv1", stride)), "conv2", 1), alpha),
  };
}

/** BatchNorm, where the network has it, and ReLU. */
function activation(network: Network, name: string, x: Maps): Linear {
  const gamma = valuesOf(network, `${name}.gamma`);
  const beta = valuesOf(network, `${name}.beta`);
  const { channels } = x;
  const centred = gamma ? centredByChannel(x) : x;
  const squares = new Float64Array(channels);
  centred.values.forEach((value, i) => {
    squares[i % channels] += value ** 2;
  });
  const count = x.values.length / channels;
  const factors = squares.map((sum, c) => (gamma ? gamma[c] / Math.sqrt(sum / count + 1e-5) : 1));
  const before = centred.values.map(
    (value, i) => value * factors[i % channels] + (beta?.[i % channels] ?? 0),
  );
  const gates = before.map((value) => (value > 0 ? 1 : 0));
  return {
    output: { ...x, values: before.map((value, i) => value * gates[i]) },
    carry: (part) => {
      const own = gamma ? centredByChannel(part) : part;
      return { ...part, values: own.values.map((value, i) => value * factors[i % channels] * gates[i]) };
    },
  };
}

function centredByChannel(x: Maps): Maps {
  const { values, channels } = x;
  const means = new Float64Array(channels);
  values.forEach((value, i) => {
    means[i % channels] += (value * channels) / values.length;
  });
  return { ...x, values: values.map((value, i) => value - means[i % channels]) };
}

function scaled(x: Maps, factor: number): Maps {
  return { ...x, values: x.values.map((value) => factor * value) };
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, i) => sum + value * b[i], 0);
}

interface Filter {
  readonly values: ArrayLike<number>;
  /** [k, k, inputs, outputs] */
  readonly shape: readonly number[];
}

/** With (k − 1)/2 zeros on every side. */
function convolved(x: Maps, { values, shape }: Filter, stride: number): Maps {
  const [kernel, , inputs, outputs] = shape;
  const side = Math.ceil(x.side / stride);
  const result = new Float64Array(x.images * side * side * outputs);
  const pad = (kernel - 1) / 2;
  let at = 0;
  for (let n = 0; n < x.images; n++)
    for (let row = 0; row < side; row++)
      for (let column = 0; column < side; column++)
        for (let o = 0; o < outputs; o++, at++)
          for (let i = 0; i < kernel; i++)
            for (let j = 0; j < kernel; j++) {
              const [r, c] = [row * stride + i - pad, column * stride + j - pad];
              if (r < 0 || c < 0 || r >= x.side || c >= x.side) continue;
              const from = ((n * x.side + r) * x.side + c) * inputs;
              const weight = (i * kernel + j) * inputs;
              for (let f = 0; f < inputs; f++)
                result[at] += x.values[from + f] * values[(weight + f) * outputs + o];
            }
  return { values: result, images: x.images, side, channels: outputs };
}

function valuesOf({ parameters }: Network, name: string): ArrayLike<number> | undefined {
  return parameters.find((parameter) => parameter.name === name)?.variable.dataSync();
}

function filterOf(network: Network, name: string): Filter {
  const { variable } = network.parameters.find((parameter) => parameter.name === name)!;
  return { values: variable.dataSync(), shape: variable.shape };
}
