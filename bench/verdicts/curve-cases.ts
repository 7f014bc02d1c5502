/** The curves of the simulation: how they scatter from network to network, and how they deviate from their prediction. */
import type { RandomStream } from "../../src/random/index.js";
import { nextNormal } from "../../src/random/index.js";
import { MARGIN } from "./rates.js";

export const BLOCKS = Array.from({ length: 50 }, (_, index) => index + 1);
/** Of one network: of white noise at each block, of a walk at the last; in margins. */
const SPREAD = 3;

/** Relative deviations of one network, by curve. */
type Draw = (stream: RandomStream) => Float64Array[];

/** A skip variance of 1 before the first block to which every branch adds 1: relative to it, what the branches deviate by. */
function skipOf(branch: Float64Array): Float64Array {
  return sumsOf(branch).map((sum, index) => sum / (index + 2));
}

/** Of the values up to each. */
function sumsOf(values: Float64Array): Float64Array {
  let sum = 0;
  return values.map((value) => {
    sum += value;
    return sum;
  });
}

function white(stream: RandomStream): Float64Array {
  return Float64Array.from(BLOCKS, () => MARGIN * SPREAD * nextNormal(stream));
}

export interface NoiseKind {
  readonly noise: string;
  readonly draw: Draw;
  /** The curves that a shape of deviation makes. */
  readonly deviate: (shape: Float64Array) => Float64Array[];
}

export const NOISES: readonly NoiseKind[] = [
  { noise: "white by block", draw: (stream) => [white(stream)], deviate: (shape) => [shape] },
  {
    noise: "a random walk",
    draw: (stream) => {
      return [sumsOf(white(stream)).map((sum) => sum / Math.sqrt(BLOCKS.length))];
    },
    deviate: (shape) => [shape],
  },
  {
    noise: "branch and skip variance",
    draw: (stream) => {
      const branch = white(stream);
      return [skipOf(branch), branch];
    },
    deviate: (shape) => [skipOf(shape), shape],
  },
];

/** From −1 at the first block to 1 at the last. */
const PLACES = BLOCKS.map((_, index) => (2 * index) / (BLOCKS.length - 1) - 1);
const BUMP = 5;

/** What a curve deviates by, 1 at most. */
const SHAPES: Readonly<Record<string, (x: number, index: number) => number>> = {
  level: () => 1,
  line: (x) => x,
  parabola: (x) => 2 * x * x - 1,
  "first block": (_, index) => Number(index === 0),
  "last block": (_, index) => Number(index === BLOCKS.length - 1),
  "5 blocks in the middle": (_, index) => Number(Math.abs(index - BLOCKS.length / 2) <= BUMP / 2),
};

export interface Deviation {
  readonly deviation: string;
  /** At the largest point, in margins. */
  readonly size: number;
  readonly values: Float64Array;
}

export const DEVIATIONS: readonly Deviation[] = [
  { deviation: "none", size: 0, values: new Float64Array(BLOCKS.length) },
  // The curve within its margin whose parabola rises most.
  { deviation: "step", size: 1, values: Float64Array.from(PLACES, (x) => MARGIN * Math.sign(x)) },
  ...Object.entries(SHAPES).flatMap(([deviation, shape]) =>
    [0.5, 1, 2, 4].map((size) => ({
      deviation,
      size,
      values: Float64Array.from(PLACES, (x, index) => MARGIN * size * shape(x, index)),
    })),
  ),
];
