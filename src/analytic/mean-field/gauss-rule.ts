/** A quadrature for a probability density: E f(z) ≈ Σ weights · f(nodes). */
export interface QuadratureRule {
  readonly nodes: Float64Array;
  /** They add up to 1. */
  readonly weights: Float64Array;
}

/**
 * The Gauss rule of `count` nodes for a density that is symmetric about 0, from the recurrence of its orthogonal
 * polynomials, p_{k+1} = z p_k − b_k p_{k−1}, k = 1, 2, …; exact for polynomials of degree 2·count − 1.
 *
 * The nodes are the eigenvalues of the tridiagonal matrix with √b_k beside its diagonal of zeros, found one by one by
 * bisection with Sturm's count; a weight is 1/Σ p_k² at its node, in orthonormal polynomials.
 */
function symmetricGaussRule(b: (k: number) => number, count: number): QuadratureRule {
  const squares = Float64Array.from({ length: count }, (_, k) => (k === 0 ? 0 : b(k)));
  // Gershgorin's circles.
  const bound = 2 * Math.sqrt(Math.max(...squares)) || 1;
  const nodes = new Float64Array(count);
  for (let index = 0; index < count; index++) nodes[index] = eigenvalue(squares, index, bound);
  // Bisection from both sides differs in the last bit; the rule is symmetric.
  for (let index = 0; 2 * index < count; index++) {
    const half = (nodes[count - 1 - index] - nodes[index]) / 2;
    nodes[index] = -half;
    nodes[count - 1 - index] = half;
  }
  const weights = nodes.map((z) => christoffel(squares, z));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return { nodes, weights: weights.map((weight) => weight / total) };
}

/** The rule of N(0, 1). */
export function normalRule(count: number): QuadratureRule {
  return symmetricGaussRule((k) => k, count);
}

/**
 * The rule of one coordinate of a point that is uniform on the sphere of radius `radius` around 0 in `dimension` ≥ 1
 * dimensions, of density ∝ (radius² − z²)^{(dimension − 3)/2} (Gegenbauer). With one or two dimensions it is exact with as
 * few nodes as the sphere has points, or by Chebyshev's.
 */
export function sphereRule(dimension: number, radius: number, count: number): QuadratureRule {
  const lambda = (dimension - 2) / 2;
  const square = radius * radius;
  const b = (k: number) =>
    k === 1
      ? square / (2 * (lambda + 1))
      : (square * k * (k + 2 * lambda - 1)) / (4 * (k + lambda) * (k + lambda - 1));
  return symmetricGaussRule(b, dimension === 1 ? 2 : count);
}

/** The eigenvalue with `index` smaller ones. */
function eigenvalue(squares: Float64Array, index: number, bound: number): number {
  let [low, high] = [-bound, bound];
  for (;;) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) return middle;
    if (countBelow(squares, middle) > index) high = middle;
    else low = middle;
  }
}

/** How many eigenvalues lie below z: the negative pivots of the shifted matrix. */
function countBelow(squares: Float64Array, z: number): number {
  let count = 0;
  let pivot = 1;
  for (const square of squares) {
    pivot = -z - square / pivot;
    // A pivot of exactly 0 would make the next one infinite; any tiny number gives the count of a neighbouring z.
    if (pivot === 0) pivot = -Number.MIN_VALUE / Number.EPSILON;
    if (pivot < 0) count++;
  }
  return count;
}

function christoffel(squares: Float64Array, z: number): number {
  let [before, now, sum] = [0, 1, 1];
  for (let k = 1; k < squares.length; k++) {
    const next = (z * now - Math.sqrt(squares[k - 1]) * before) / Math.sqrt(squares[k]);
    [before, now] = [now, next];
    sum += now * now;
  }
  return 1 / sum;
}
