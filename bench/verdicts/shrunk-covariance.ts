/** Hotelling's T² of a few numbers, with a covariance that is shrunk towards its diagonal. */

/** F with P(F > f) = 0.05 of (numbers, trials − numbers) degrees of freedom (mpmath). */
const F_LAW: Readonly<Record<string, number>> = {
  "5,3": 9.01345516752259,
  "5,25": 2.60298740278706,
  "5,195": 2.26040621300451,
  "10,20": 2.34787756699831,
  "10,190": 1.88080874125036,
};

/** What T² is beyond one time in twenty where nothing deviates and nothing is shrunk; undefined where there is no such law. */
export function hotellingCritical(count: number, trials: number): number | undefined {
  const f = F_LAW[`${count},${trials - count}`];
  return f === undefined ? undefined : (f * count * (trials - 1)) / (trials - count);
}

/** The inverse of the covariance of the means of some numbers, by trial, its correlations shrunk by Schäfer and Strimmer's λ. */
export function shrunkPrecision(rows: readonly Float64Array[]): Float64Array[] {
  const [n, count] = [rows.length, rows[0].length];
  const each = Array.from({ length: count }, (_, i) => rows.map((row) => row[i]));
  const standard = each.map((values) => {
    const mean = values.reduce((a, b) => a + b) / n;
    const sd = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1));
    return { sd, z: values.map((value) => (value - mean) / sd) };
  });
  const correlation = standard.map(() => new Float64Array(count));
  let [variance, squares] = [0, 0];
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < count; j++) {
      const products = standard[i].z.map((value, k) => value * standard[j].z[k]);
      const mean = products.reduce((a, b) => a + b) / n;
      correlation[i][j] = (n / (n - 1)) * mean;
      if (i === j) continue;
      variance += (n / (n - 1) ** 3) * products.reduce((sum, value) => sum + (value - mean) ** 2, 0);
      squares += correlation[i][j] ** 2;
    }
  }
  const lambda = squares === 0 ? 1 : Math.min(1, variance / squares);
  const covariance = correlation.map((row, i) =>
    row.map((value, j) => ((i === j ? 1 : (1 - lambda) * value) * standard[i].sd * standard[j].sd) / n),
  );
  return inverse(covariance);
}

/** T² of what is left of means beyond their margins: the least over all differences within the margins; all of it for margins of 0. */
export function squaredDistance(
  means: ArrayLike<number>,
  precision: readonly Float64Array[],
  margins?: readonly number[],
): number {
  const count = means.length;
  const rest = Float64Array.from(means);
  if (margins) {
    for (let i = 0; i < count; i++) rest[i] = beyond(means[i], margins[i]);
    if (rest.every((value) => value === 0)) return 0;
    // A convex square function over a box: one coordinate after another.
    for (let sweep = 0; sweep < 60; sweep++) {
      let moved = 0;
      for (let i = 0; i < count; i++) {
        let gradient = 0;
        for (let j = 0; j < count; j++) if (j !== i) gradient += precision[i][j] * rest[j];
        const free = -gradient / precision[i][i];
        const value = Math.min(means[i] + margins[i], Math.max(means[i] - margins[i], free));
        moved = Math.max(moved, Math.abs(value - rest[i]) * Math.sqrt(precision[i][i]));
        rest[i] = value;
      }
      if (moved < 1e-6) break;
    }
  }
  let sum = 0;
  for (let i = 0; i < count; i++) for (let j = 0; j < count; j++) sum += rest[i] * precision[i][j] * rest[j];
  return sum;
}

function beyond(mean: number, margin: number): number {
  return Math.sign(mean) * Math.max(0, Math.abs(mean) - margin);
}

/** By Gauss and Jordan, with the largest pivot. */
function inverse(matrix: readonly Float64Array[]): Float64Array[] {
  const size = matrix.length;
  const rows = matrix.map((row, i) =>
    Float64Array.from({ length: 2 * size }, (_, j) => (j < size ? row[j] : Number(j - size === i))),
  );
  for (let i = 0; i < size; i++) {
    const pivot = rows.reduce(
      (best, row, k) => (k >= i && Math.abs(row[i]) > Math.abs(rows[best][i]) ? k : best),
      i,
    );
    [rows[i], rows[pivot]] = [rows[pivot], rows[i]];
    const scale = 1 / rows[i][i];
    for (let j = 0; j < 2 * size; j++) rows[i][j] *= scale;
    for (let k = 0; k < size; k++) {
      if (k === i) continue;
      const factor = rows[k][i];
      for (let j = 0; j < 2 * size; j++) rows[k][j] -= factor * rows[i][j];
    }
  }
  return rows.map((row) => row.slice(size));
}
