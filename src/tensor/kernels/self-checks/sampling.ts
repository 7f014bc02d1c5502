import { layOut } from "./lay-out.js";
import { agree, type SelfCheck, spreadNumbers } from "./self-check.js";

// More than one tile and panel of every build, and some rows and features beside them.
const [ROWS, FEATURES] = [9, 21];
const SIZE = ROWS * FEATURES;
/** What makes the kernels centre each feature over the rows. */
const BY_FEATURE = -1;
const x = spreadNumbers(SIZE, 0);
const factors = spreadNumbers(SIZE, 1000);
const target = spreadNumbers(SIZE, 2000);
const weights = spreadNumbers(FEATURES * FEATURES, 3000);
const thresholds = spreadNumbers(FEATURES, 4000);

const mean = (values: ArrayLike<number>) => Array.from(values).reduce((a, b) => a + b, 0) / values.length;
const variance = (values: ArrayLike<number>) =>
  mean(Array.from(values, (value) => (value - mean(values)) ** 2));
const column = (f: number) => Float64Array.from({ length: ROWS }, (_, r) => x[r * FEATURES + f]);
const row = (r: number) => x.subarray(r * FEATURES, (r + 1) * FEATURES);
const byFeature = (statistic: (values: ArrayLike<number>) => number) =>
  Float64Array.from({ length: FEATURES }, (_, f) => statistic(column(f)));
const byElement = (value: (at: number, feature: number) => number) =>
  Float64Array.from({ length: SIZE }, (_, at) => value(at, at % FEATURES));

/** (x − mean of each feature) ∘ factors. */
function applied(): Float64Array {
  const means = byFeature(mean);
  return byElement((at, f) => (x[at] - means[f]) * factors[at]);
}

export const samplingChecks: readonly SelfCheck[] = [
  {
    name: "componentPass",
    passes: (kernels) => {
      const packed = new Float32Array(kernels.run.packedFloats(FEATURES, FEATURES));
      const room = kernels.run.componentScratch(ROWS, FEATURES);
      const { pointers, rest } = layOut(kernels, [x, factors, packed, target, weights], room);
      const [from, gates, panels, to, matrix] = pointers;
      kernels.run.packWeights(matrix, 0, panels, FEATURES, FEATURES);
      kernels.run.componentPass(from, gates, panels, to, ROWS, FEATURES, BY_FEATURE, 0.5, rest);
      const inputs = applied();
      const expected = byElement((at, f) => {
        const start = at - f;
        let sum = 0.5 * target[at];
        for (let k = 0; k < FEATURES; k++) sum += inputs[start + k] * weights[k * FEATURES + f];
        return sum;
      });
      return agree(kernels.floats(to, SIZE), expected, FEATURES + ROWS);
    },
  },
  {
    name: "componentPass with the factors in the weights",
    passes: (kernels) => {
      const packed = new Float32Array(kernels.run.packedFloats(FEATURES, FEATURES));
      const room = kernels.run.componentScratch(ROWS, FEATURES);
      return [BY_FEATURE, 0].every((centring) => {
        const { pointers, rest } = layOut(kernels, [x, thresholds, packed, target, weights], room);
        const [from, byColumn, panels, to, matrix] = pointers;
        kernels.run.packWeights(matrix, byColumn, panels, FEATURES, FEATURES);
        kernels.run.componentPass(from, 0, panels, to, ROWS, FEATURES, centring, 0.5, rest);
        const means = byFeature(mean);
        const expected = byElement((at, f) => {
          const start = at - f;
          let sum = 0.5 * target[at];
          for (let k = 0; k < FEATURES; k++) {
            const input = x[start + k] - (centring === BY_FEATURE ? means[k] : 0);
            sum += input * thresholds[k] * weights[k * FEATURES + f];
          }
          return sum;
        });
        return agree(kernels.floats(to, SIZE), expected, FEATURES + ROWS);
      });
    },
  },
  {
    name: "applyFactors",
    passes: (kernels) => {
      const { pointers } = layOut(kernels, [x, factors, new Float32Array(SIZE)], 0);
      kernels.run.applyFactors(...pointers, ROWS, FEATURES, BY_FEATURE);
      return agree(kernels.floats(pointers[2], SIZE), applied(), ROWS);
    },
  },
  {
    name: "applyFactors by row",
    passes: (kernels) => {
      const { pointers } = layOut(kernels, [x, factors, new Float32Array(SIZE)], 0);
      kernels.run.applyFactors(...pointers, ROWS, FEATURES, FEATURES);
      const expected = byElement((at, f) => (x[at] - mean(row((at - f) / FEATURES))) * factors[at]);
      return agree(kernels.floats(pointers[2], SIZE), expected, FEATURES);
    },
  },
  {
    name: "featureMoments",
    passes: (kernels) => {
      const doubles = () => new Float32Array(2 * FEATURES);
      const { pointers } = layOut(kernels, [x, doubles(), doubles()], 0);
      const [from, means, variances] = pointers;
      kernels.run.featureMoments(from, ROWS, FEATURES, means, variances);
      const found = (pointer: number) =>
        new Float64Array(kernels.floats(pointer, 2 * FEATURES).slice().buffer);
      return agree(found(means), byFeature(mean), 1) && agree(found(variances), byFeature(variance), 1);
    },
  },
  {
    name: "rowVariance",
    passes: (kernels) => {
      const { pointers } = layOut(kernels, [x], 0);
      const expected = mean(Array.from({ length: ROWS }, (_, r) => variance(row(r))));
      return agree([kernels.run.rowVariance(pointers[0], ROWS, FEATURES)], [expected], 1);
    },
  },
  {
    name: "freezeGates",
    passes: (kernels) => {
      const byColumn = factors.subarray(0, FEATURES);
      const { pointers } = layOut(kernels, [x, byColumn, thresholds, new Float32Array(SIZE)], 0);
      kernels.run.freezeGates(...pointers, ROWS, FEATURES);
      const expected = byElement((at, f) => (x[at] > thresholds[f] ? byColumn[f] : 0));
      return agree(kernels.floats(pointers[3], SIZE), expected, 0);
    },
  },
  {
    name: "factorGram",
    passes: (kernels) => {
      const gram = Float32Array.from({ length: ROWS * ROWS }, (_, at) => {
        const [a, b] = [row(Math.floor(at / ROWS)), row(at % ROWS)];
        return a.reduce((sum, value, f) => sum + value * b[f], 0);
      });
      const room = kernels.run.factorGramScratch(ROWS);
      const { pointers, rest } = layOut(kernels, [gram, new Float32Array(gram.length)], room);
      kernels.run.factorGram(pointers[0], ROWS, 2, 0, rest, pointers[1]);
      const factor = kernels.floats(pointers[1], gram.length);
      const products = Float64Array.from(gram, (_, at) => {
        const [a, b] = [Math.floor(at / ROWS) * ROWS, (at % ROWS) * ROWS];
        let sum = 0;
        for (let k = 0; k < ROWS; k++) sum += factor[a + k] * factor[b + k];
        return sum / 2;
      });
      return agree(products, gram, 2 * FEATURES);
    },
  },
];
