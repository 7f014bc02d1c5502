import { log1pMinus } from "./deviance.js";

/** exp(A·l(−y) + B·l(odds·y) − slope·y) with l(x) = ln(1 + x) − x, for 0 ≤ y ≤ limit: log-concave. */
export interface TailIntegrand {
  /** The power A of 1 − y; 0 for none. */
  readonly falling: number;
  /** The power B of 1 + odds·y. */
  readonly rising: number;
  readonly odds: number;
  readonly slope: number;
  readonly limit: number;
}

/** Where the integrand is e⁻⁴⁰ of its start, what is left cannot show. */
const NEGLIGIBLE = -40;
const PANELS = 4;
const NODES = 20;

/**
 * The integral of a {@link TailIntegrand}, relative error about 1e-15, by Gauss–Legendre quadrature on four panels of
 * 20 nodes each up to where it has become negligible. Between an exponential and a Gaussian of that length, which a
 * log-concave integrand is, this rule has an error below 1e-17. The exponent is computed without cancellation, so
 * that the powers may be 1e15.
 */
export function tailIntegral(integrand: TailIntegrand): number {
  const { falling, rising, odds, slope, limit } = integrand;
  const exponent = (y: number) =>
    (falling > 0 ? (y < 1 ? falling * log1pMinus(-y) : Number.NEGATIVE_INFINITY) : 0) +
    (rising > 0 ? rising * log1pMinus(odds * y) : 0) -
    slope * y;
  const end = whereNegligible(exponent, limit, 1 / (1 + Math.abs(slope) + falling + odds * rising));
  const { nodes, weights } = gaussLegendre();
  const half = end / (2 * PANELS);
  let sum = 0;
  for (let panel = 0; panel < PANELS; panel++) {
    for (let i = 0; i < NODES; i++) sum += weights[i] * Math.exp(exponent(half * (2 * panel + 1 + nodes[i])));
  }
  return sum * half;
}

/** The y at which the exponent falls through −40, to a few per cent, or the limit. */
function whereNegligible(exponent: (y: number) => number, limit: number, start: number): number {
  let high = Math.min(limit, start);
  while (high < limit && exponent(high) > NEGLIGIBLE) high = Math.min(limit, high * 2);
  if (exponent(high) > NEGLIGIBLE) return high;
  let low = 0;
  for (let step = 0; step < 6; step++) {
    const middle = (low + high) / 2;
    if (exponent(middle) > NEGLIGIBLE) low = middle;
    else high = middle;
  }
  return high;
}

let rule: { nodes: number[]; weights: number[] } | undefined;

/** Nodes and weights on [−1, 1], from the zeros of the Legendre polynomial by Newton's method. */
function gaussLegendre(): { nodes: number[]; weights: number[] } {
  if (rule) return rule;
  rule = { nodes: [], weights: [] };
  for (let i = 1; i <= NODES; i++) {
    let x = Math.cos((Math.PI * (i - 0.25)) / (NODES + 0.5));
    let derivative = 0;
    for (let step = 0; step < 8; step++) {
      let [previous, value] = [1, x];
      for (let n = 2; n <= NODES; n++) {
        [previous, value] = [value, ((2 * n - 1) * x * value - (n - 1) * previous) / n];
      }
      derivative = (NODES * (x * value - previous)) / (x * x - 1);
      x -= value / derivative;
    }
    rule.nodes.push(x);
    rule.weights.push(2 / ((1 - x * x) * derivative * derivative));
  }
  return rule;
}
