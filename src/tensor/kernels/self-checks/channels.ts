import type { KernelModule } from "../kernel-module.js";
import { layOut } from "./lay-out.js";
import { agree, type CheckName, type SelfCheck, spreadNumbers } from "./self-check.js";

// Two periods of 80 numbers and five pixels more: whole vectors and the scalar end.
const PIXELS = 37;
const CHANNELS = 5;
const SIZE = PIXELS * CHANNELS;
const EPSILON = 1e-5;
const x = spreadNumbers(SIZE, 0);
const dy = spreadNumbers(SIZE, 1000);
const gamma = spreadNumbers(CHANNELS, 2000).map((value) => value + 1.5);
const beta = spreadNumbers(CHANNELS, 3000);

/** Batch normalisation, ReLU and their gradient as their formulas say, in float64. */
function reference() {
  const names = ["mean", "variance", "dGamma", "dBeta"] as const;
  const of = Object.fromEntries(names.map((name) => [name, new Float64Array(CHANNELS)])) as Record<
    (typeof names)[number],
    Float64Array
  >;
  const [y, dx] = [new Float64Array(SIZE), new Float64Array(SIZE)];
  for (let c = 0; c < CHANNELS; c++) {
    const places = Array.from({ length: PIXELS }, (_, i) => i * CHANNELS + c);
    const sum = (term: (place: number) => number) => places.reduce((total, place) => total + term(place), 0);
    of.mean[c] = sum((i) => x[i]) / PIXELS;
    of.variance[c] = sum((i) => (x[i] - of.mean[c]) ** 2) / PIXELS;
    const inverse = 1 / Math.sqrt(of.variance[c] + EPSILON);
    const hat = (i: number) => (x[i] - of.mean[c]) * inverse;
    const g = (i: number) => (gamma[c] * hat(i) + beta[c] > 0 ? dy[i] : 0);
    of.dBeta[c] = sum(g);
    of.dGamma[c] = sum((i) => g(i) * hat(i));
    for (const i of places) {
      y[i] = Math.max(0, gamma[c] * hat(i) + beta[c]);
      dx[i] = gamma[c] * inverse * (g(i) - of.dBeta[c] / PIXELS - (hat(i) * of.dGamma[c]) / PIXELS);
    }
  }
  return { ...of, y, dx };
}

const statistics = () => new Float32Array(CHANNELS);
const image = () => new Float32Array(SIZE);

const roomOf = (kernels: KernelModule) => kernels.run.channelScratch(CHANNELS);

export const channelChecks: readonly SelfCheck[] = [
  {
    name: "channelMoments",
    passes: (kernels) => {
      const { mean, variance } = reference();
      const { pointers, rest } = layOut(kernels, [x, statistics(), statistics()], roomOf(kernels));
      kernels.run.channelMoments(...pointers, rest, PIXELS, CHANNELS);
      return (
        agree(kernels.floats(pointers[1], CHANNELS), mean, PIXELS) &&
        agree(kernels.floats(pointers[2], CHANNELS), variance, PIXELS)
      );
    },
  },
  {
    name: "affineRelu",
    passes: (kernels) => {
      const { mean, variance, y } = reference();
      const moments = [Float32Array.from(mean), Float32Array.from(variance)] as const;
      const { pointers, rest } = layOut(kernels, [x, image(), gamma, beta, ...moments], roomOf(kernels));
      kernels.run.affineRelu(...pointers, rest, PIXELS, CHANNELS);
      return agree(kernels.floats(pointers[1], SIZE), y, PIXELS);
    },
  },
  {
    name: "batchNormReluGradient",
    passes: (kernels) => {
      const { mean, variance, dx, dGamma, dBeta } = reference();
      const moments = [Float32Array.from(mean), Float32Array.from(variance)] as const;
      const { pointers, rest } = layOut(
        kernels,
        [x, dy, gamma, beta, ...moments, image(), statistics(), statistics()],
        roomOf(kernels),
      );
      kernels.run.batchNormReluGradient(...pointers, rest, PIXELS, CHANNELS, 0);
      const found = (at: number, length: number) => kernels.floats(pointers[at], length);
      return (
        agree(found(6, SIZE), dx, 10 * PIXELS) &&
        agree(found(7, CHANNELS), dGamma, 10 * PIXELS) &&
        agree(found(8, CHANNELS), dBeta, 10 * PIXELS)
      );
    },
  },
  elementwise("relu", {
    inputs: [x],
    run: (kernels, [a, y]) => kernels.run.relu(a, y, SIZE),
    value: (i) => Math.max(0, x[i]),
  }),
  elementwise("reluGradient", {
    inputs: [x, dy],
    run: (kernels, [y, g, dx]) => kernels.run.reluGradient(y, g, dx, SIZE, 0),
    value: (i) => (x[i] > 0 ? dy[i] : 0),
  }),
  elementwise("scaledAdd", {
    inputs: [x, dy],
    run: (kernels, [a, b, sum]) => kernels.run.scaledAdd(a, b, sum, SIZE, 0.5, -0.25),
    value: (i) => 0.5 * x[i] - 0.25 * dy[i],
  }),
  elementwise("scale", {
    inputs: [x],
    run: (kernels, [a, y]) => kernels.run.scale(a, y, SIZE, 0.5),
    value: (i) => 0.5 * x[i],
  }),
  {
    name: "scaleGradient",
    passes: (kernels) => {
      const { pointers } = layOut(kernels, [dy, x, image()], 0);
      const [from, other, to] = pointers;
      const sum = kernels.run.scaleGradient(from, other, to, SIZE, 0.5);
      const expected = dy.reduce((total, value, i) => total + value * x[i], 0);
      const scaled = dy.map((value) => 0.5 * value);
      return agree([sum], [expected], SIZE) && agree(kernels.floats(to, SIZE), scaled, 1);
    },
  },
  {
    name: "globalAveragePool",
    passes: (kernels) => {
      const { pointers } = layOut(kernels, [x, statistics()], 0);
      kernels.run.globalAveragePool(pointers[0], pointers[1], 1, PIXELS, CHANNELS);
      return agree(kernels.floats(pointers[1], CHANNELS), reference().mean, PIXELS);
    },
  },
  elementwise("globalAveragePoolGradient", {
    inputs: [gamma],
    run: (kernels, [g, dx]) => kernels.run.globalAveragePoolGradient(g, dx, 1, PIXELS, CHANNELS),
    value: (i) => gamma[i % CHANNELS] / PIXELS,
  }),
  {
    name: "sgdMomentum",
    passes: (kernels) => {
      const slope = spreadNumbers(SIZE, 4000);
      return [0, 1].every((nesterov) => {
        const { pointers } = layOut(kernels, [x, dy, slope], 0);
        kernels.run.sgdMomentum(...pointers, SIZE, 0.125, 0.5, 0.25, 0.75, nesterov);
        const total = slope.map((value, i) => 0.75 * value + 0.25 * x[i]);
        const velocity = total.map((value, i) => 0.5 * dy[i] + value);
        const step = velocity.map((value, i) => (nesterov ? total[i] + 0.5 * value : value));
        const weights = step.map((value, i) => x[i] - 0.125 * value);
        const found = pointers.slice(0, 2).map((pointer) => kernels.floats(pointer, SIZE));
        return agree(found[0], weights, 4) && agree(found[1], velocity, 4);
      });
    },
  },
];

interface Elementwise {
  readonly inputs: readonly Float32Array[];
  /** The pointers are those of the inputs and of the result. */
  readonly run: (kernels: KernelModule, pointers: readonly number[]) => void;
  readonly value: (index: number) => number;
}

function elementwise(name: CheckName, { inputs, run, value }: Elementwise): SelfCheck {
  return {
    name,
    passes: (kernels) => {
      const { pointers } = layOut(kernels, [...inputs, image()], 0);
      run(kernels, pointers);
      const found = kernels.floats(pointers[inputs.length], SIZE);
      return agree(
        found,
        Float64Array.from({ length: SIZE }, (_, i) => value(i)),
        2,
      );
    },
  };
}
