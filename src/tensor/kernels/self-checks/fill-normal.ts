import { layOut } from "./lay-out.js";
import { agree, type SelfCheck, spreadNumbers } from "./self-check.js";

const COUNT = 64;
const LAYERS = 256;
const DEVIATION = 0.5;
/** Every other layer accepts all positions, and the others leave the decision to the density. */
const within = Float64Array.from({ length: LAYERS }, (_, layer) => (layer % 2 ? 0 : 2 ** 25));
const scales = Float64Array.from({ length: LAYERS }, (_, layer) => (1 + layer / LAYERS) * 2 ** -24);
const heights = Float64Array.from({ length: LAYERS + 1 }, (_, layer) => layer / LAYERS);
const START = [1, 2, 3, 4];

/** xoroshiro128+ by its definition. */
function generator() {
  const mask = 2n ** 64n - 1n;
  const rotate = (word: bigint, by: bigint) => ((word << by) | (word >> (64n - by))) & mask;
  let [s0, s1] = [(1n << 32n) | 2n, (3n << 32n) | 4n];
  return () => {
    const sum = Number((s0 + s1) & 0xffffffffn);
    const both = s0 ^ s1;
    s0 = rotate(s0, 24n) ^ both ^ ((both << 16n) & mask);
    s1 = rotate(both, 37n);
    return sum;
  };
}

/** The draws up to the first in layer 0, which is not the kernel's. */
function reference(): number[] {
  const next = generator();
  const draws: number[] = [];
  while (draws.length < COUNT) {
    const bits = next();
    const layer = bits >>> 24;
    const position = ((bits << 8) >> 7) + 1;
    const x = position * scales[layer];
    if (Math.abs(position) >= within[layer]) {
      if (layer === 0) break;
      const y = heights[layer] + (next() / 2 ** 32) * (heights[layer + 1] - heights[layer]);
      if (y >= Math.exp(-0.5 * x * x)) continue;
    }
    draws.push(x * DEVIATION);
  }
  return draws;
}

/** The ziggurat on tables that take every way through it often. */
export const fillNormalCheck: SelfCheck = {
  name: "fillNormal",
  passes: (kernels) => {
    const tables = Float64Array.from([...within, ...scales, ...heights]);
    const state = new Float32Array(Int32Array.from(START).buffer);
    const arrays = [new Float32Array(tables.buffer), state, spreadNumbers(COUNT, 0)];
    const [tablesAt, stateAt, target] = layOut(kernels, arrays, 0).pointers;
    const count = kernels.run.fillNormal(target, 0, COUNT, DEVIATION, stateAt, tablesAt);
    return agree(kernels.floats(target, count), reference(), 2);
  },
};
