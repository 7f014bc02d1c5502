import { afterAll, describe, expect, it } from "vitest";
import { startTensors, tf } from "../../src/tensor/index.js";
import { selectKernels } from "../../src/tensor/kernels/index.js";
import {
  addBranch,
  type Centring,
  factorsApplied,
  packBlock,
} from "../../src/tensor/sampling/component-pass.js";
import { frozenGates } from "../../src/tensor/sampling/freeze-gates.js";
import { runnableBuilds, uniformTensor } from "./helpers.js";

await startTensors("wasm");
afterAll(() => {
  selectKernels();
});
const builds = runnableBuilds();

/** Rows and features: whole tiles and panels of each build, what is left beside them, and more rows than one sum takes. */
const SIZES = [
  [1, 1],
  [3, 5],
  [6, 16],
  [64, 128],
  [65, 24],
  [130, 40],
  [200, 9],
];

const cases = builds.flatMap((build) => SIZES.map(([rows, features]) => ({ build, rows, features })));

describe.each(cases)("$rows × $features, $build kernels", ({ build, rows, features }) => {
  const matrix = (seed: number, size = rows) => uniformTensor<tf.Rank.R2>([size, features], seed);

  it.each(centrings(features))("the component pass is the sum in float64, centring: %j", (centring) => {
    selectKernels(build);
    tf.tidy(() => {
      const [x, factors, target, weights] = [matrix(1), matrix(2), matrix(3), matrix(4, features)];
      const [xs, gs, cs, ws] = [x, factors, target, weights].map((tensor) => tensor.arraySync());
      const means = meansOf(xs, centring);
      const packed = packBlock({ factors, centring, weights });
      if (!packed) return expect.fail("no kernels run");
      addBranch(packed, { x, target, scale: 0.7, hasNoMean: false });
      const applied = factorsApplied(x, factors, centring)?.arraySync() ?? [];
      const found = target.arraySync();
      const inputs = xs.map((row, r) => row.map((value, f) => (value - means[r][f]) * gs[r][f]));
      const expected = inputs.map((row, r) =>
        row.map((_, f) => row.reduce((sum, value, k) => sum + value * ws[k][f], 0.7 * cs[r][f])),
      );
      // Numbers of at most 1: a mean of n errs by (n + 1)·ε in the worst case, and no product has more than these terms.
      const epsilon = 2 ** -24;
      const mapError = (2 * Math.max(rows, features) + 8) * epsilon;
      const sumError = features * (mapError + features * epsilon);
      expect(largestDifference(applied, inputs)).toBeLessThan(2 * mapError);
      expect(largestDifference(found, expected)).toBeLessThan(2 * sumError);
    });
  });

  it.each(["feature", "none"] as const)(
    "factors by feature are those of equal rows, centring: %j",
    (centring) => {
      selectKernels(build);
      tf.tidy(() => {
        const [x, target, weights] = [matrix(1), matrix(3), matrix(4, features)];
        const byFeature = Float64Array.from(matrix(2, 1).dataSync());
        const factors = tf.tile(tf.tensor2d(Float32Array.from(byFeature), [1, features]), [
          rows,
          1,
        ]) as tf.Tensor2D;
        const pass = (given: tf.Tensor2D | Float64Array, from: tf.Tensor2D, hasNoMean: boolean) => {
          const packed = packBlock({ factors: given, centring, weights });
          const into = tf.clone(tf.tensor2d(target.arraySync()));
          if (packed) addBranch(packed, { x: from, target: into, scale: 0.7, hasNoMean });
          return into.arraySync();
        };
        // Three roundings of a term where the other way has two; terms of at most 2.
        const bound = 2 * features * (features + 4) * 2 ** -24;
        const expected = pass(factors, x, false);
        expect(largestDifference(pass(byFeature, x, false), expected)).toBeLessThan(bound);
        const centred = tf.sub(x, centring === "feature" ? tf.mean(x, 0, true) : 0) as tf.Tensor2D;
        expect(largestDifference(pass(byFeature, centred, true), expected)).toBeLessThan(bound);
        if (centring === "feature" && rows > 1) {
          expect(largestDifference(pass(byFeature, x, true), expected)).toBeGreaterThan(bound);
        }
      });
    },
  );

  it("adds to its own input", () => {
    selectKernels(build);
    tf.tidy(() => {
      const [x, factors, weights] = [matrix(1), matrix(2), matrix(4, features)];
      const target = tf.tensor2d(x.arraySync(), [rows, features]);
      const packed = packBlock({ factors, centring: "feature", weights });
      if (!packed) return expect.fail("no kernels run");
      addBranch(packed, { x, target, scale: 1, hasNoMean: false });
      addBranch(packed, { x, target: x, scale: 1, hasNoMean: false });
      expect(x.dataSync()).toEqual(target.dataSync());

      const [y, into] = [matrix(5), tf.tensor2d(matrix(5).arraySync())];
      const linear = packBlock({ factors: new Float64Array(features).fill(1), centring: "none", weights });
      if (!linear) return expect.fail("no kernels run");
      addBranch(linear, { x: y, target: into, scale: 1, hasNoMean: true });
      addBranch(linear, { x: y, target: y, scale: 1, hasNoMean: true });
      expect(y.dataSync()).toEqual(into.dataSync());
    });
  });

  it("gates let through what exceeds the feature's threshold", () => {
    selectKernels(build);
    tf.tidy(() => {
      const x = matrix(5);
      const [factors, thresholds] = [6, 7].map((seed) => Float64Array.from(matrix(seed, 1).dataSync()));
      const linear = frozenGates(x, { factors })?.arraySync() ?? [];
      const relu = frozenGates(x, { factors, thresholds })?.arraySync() ?? [];
      const xs = x.arraySync();
      for (let r = 0; r < rows; r++) {
        expect(linear[r]).toEqual(Array.from(factors));
        expect(relu[r]).toEqual(xs[r].map((value, f) => (value > thresholds[f] ? factors[f] : 0)));
      }
    });
  });
});

function largestDifference(a: number[][], b: number[][]): number {
  return Math.max(...a.map((row, r) => Math.max(...row.map((value, f) => Math.abs(value - b[r][f])))));
}

function centrings(features: number): Centring[] {
  // Whole rows, and the largest part of them that goes into a row.
  const part = [2, 3, 5].find((count) => features % count === 0) ?? 1;
  return ["none", "feature", { run: features }, { run: features / part }];
}

/** The mean that each element loses. */
function meansOf(x: number[][], centring: Centring): number[][] {
  const average = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  if (centring === "none") return x.map((row) => row.map(() => 0));
  if (centring === "feature") {
    const means = x[0].map((_, f) => average(x.map((row) => row[f])));
    return x.map(() => means);
  }
  const { run } = centring;
  return x.map((row) => {
    const means = Array.from({ length: row.length / run }, (_, i) =>
      average(row.slice(i * run, (i + 1) * run)),
    );
    return row.map((_, f) => means[Math.floor(f / run)]);
  });
}
