// The magnitudes of Winograd's matrices for tiles of 4×4 results, for bounds on rounding errors.

/** The points of the transformation are 0, ±a, ±b and ∞: assembly/winograd-lines.ts. */
const [a, b] = [5 / 8, 3 / 2];
const [aa, bb] = [a ** 2, b ** 2];

/** |Bᵀ|. */
export const inputRows = [
  [aa * bb, 0, aa + bb, 0, 1, 0],
  [0, a * bb, bb, a, 1, 0],
  [0, a * bb, bb, a, 1, 0],
  [0, b * aa, aa, b, 1, 0],
  [0, b * aa, aa, b, 1, 0],
  [0, aa * bb, 0, aa + bb, 0, 1],
];
/** |G|. */
export const filterRows = [
  [1, 0, 0].map((value) => value / (aa * bb)),
  [1, a, aa].map((value) => value / (2 * aa * (bb - aa))),
  [1, a, aa].map((value) => value / (2 * aa * (bb - aa))),
  [1, b, bb].map((value) => value / (2 * bb * (bb - aa))),
  [1, b, bb].map((value) => value / (2 * bb * (bb - aa))),
  [0, 0, 1],
];
/** |Aᵀ|. */
export const resultRows = [
  [1, 1, 1, 1, 1, 0],
  [0, a, a, b, b, 0],
  [0, aa, aa, bb, bb, 0],
  [0, a ** 3, a ** 3, b ** 3, b ** 3, 1],
];

/** The matrix `by` times `matrix`. */
export function transformed(matrix: number[][], by: number[][]): number[][] {
  return by.map((row) =>
    matrix[0].map((_, j) => row.reduce((sum, factor, k) => sum + factor * matrix[k][j], 0)),
  );
}

export function transpose(matrix: number[][]): number[][] {
  return matrix[0].map((_, j) => matrix.map((row) => row[j]));
}

/** by · matrix · byᵀ. */
export function transformedSquare(matrix: number[][], by: number[][]): number[][] {
  return transpose(transformed(transpose(transformed(matrix, by)), by));
}
