import { normalDensity } from "./normal-distribution.js";

/** Least step and reach of the trapezoidal rule in units of the standard deviation (see {@link nodesFor}). */
const STEP = 0.05;
const REACH = 13;
/** Terms of a series, at most: by then a step of 0.05 no longer resolves the Hermite functions. */
const MOST_TERMS = 2000;
const TOLERANCE = 1e-14;
/** From here on tanh is taken as the sign: within a thousandth, of a millionth of q. */
const LARGEST = 1e6;

/** What does not depend on the correlation. */
interface Expansion {
  readonly q: number;
  /** E tanh² */
  readonly square: number;
  /** a_n² of the odd n, and what is left of `square` after them. */
  readonly terms: number[];
  readonly left: number[];
  /** At the nodes z > 0: tanh(√q z) times the weight, and the normalised Hermite polynomials of the last two degrees. */
  readonly nodes: Float64Array;
  readonly weighted: Float64Array;
  readonly even: Float64Array;
  readonly odd: Float64Array;
}

/** The last variance asked for: behind a normaliser it is the same in every block. */
let latest: Expansion | undefined;

/**
 * E tanh(u) tanh(v) / q for jointly normal u and v of variance q and correlation ρ: Σ a_n² ρ^n / q over odd n with the
 * Hermite coefficients a_n = E tanh(√q z) He_n(z)/√n!, which add up to E tanh² in squares. Terms are added until the rest,
 * at most |ρ|^n times what is missing of that sum, is below 1e-14 of the first.
 *
 * The integrals are trapezoidal sums. Their error falls like exp(−2π·distance/step) with the distance of the nearest
 * pole of tanh(√q z), π/(2√q) (Trefethen & Weideman 2014). After 2,000 terms the rest is left out, which takes a
 * variance beyond 1,000 and a correlation beyond 0.999 to be seen.
 */
export function tanhKernel(q: number, rho: number): number {
  if (q === 0 || rho === 0) return rho;
  if (q > LARGEST) return (2 * Math.asin(rho)) / (Math.PI * q);
  if (latest?.q !== q) latest = expansionOf(q);
  const expansion = latest;
  if (Math.abs(rho) === 1) return (rho * expansion.square) / q;
  let [sum, power] = [0, rho];
  for (let index = 0; index < MOST_TERMS; index++, power *= rho * rho) {
    if (expansion.terms.length === index) addTerm(expansion);
    sum += expansion.terms[index] * power;
    if (Math.abs(power) * expansion.left[index] <= TOLERANCE * expansion.terms[0] * Math.abs(rho)) break;
  }
  return sum / q;
}

function expansionOf(q: number): Expansion {
  const { nodes, step } = nodesFor(q);
  const weighted = new Float64Array(nodes.length);
  let square = 0;
  for (const [j, z] of nodes.entries()) {
    // Both signs of z.
    const weight = 2 * step * normalDensity(z);
    const value = Math.tanh(Math.sqrt(q) * z);
    weighted[j] = weight * value;
    square += weight * value * value;
  }
  const even = new Float64Array(nodes.length).fill(1);
  return { q, square, terms: [], left: [], nodes, weighted, even, odd: Float64Array.from(nodes) };
}

/** A step that leaves exp(−2π·(π/2)/(√q·step)) < 1e-16 of error. */
function nodesFor(q: number) {
  const step = Math.min(STEP, 0.25 / Math.sqrt(q));
  return { step, nodes: Float64Array.from({ length: Math.ceil(REACH / step) }, (_, j) => (j + 1) * step) };
}

/** The next odd degree, and h_{n+1} = (z h_n − √n h_{n−1})/√(n+1) on to the one after it. */
function addTerm({ terms, left, nodes, weighted, even, odd, square }: Expansion): void {
  const n = 2 * terms.length + 1;
  let coefficient = 0;
  for (let j = 0; j < nodes.length; j++) {
    coefficient += weighted[j] * odd[j];
    even[j] = (nodes[j] * odd[j] - Math.sqrt(n) * even[j]) / Math.sqrt(n + 1);
    odd[j] = (nodes[j] * even[j] - Math.sqrt(n + 1) * odd[j]) / Math.sqrt(n + 2);
  }
  terms.push(coefficient * coefficient);
  left.push(Math.max(0, (left.at(-1) ?? square) - coefficient * coefficient));
}
