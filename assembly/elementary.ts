// Elementary functions of float64 by arithmetic alone: those of AssemblyScript's library read tables, which would be static
// data in a heap that is not ours.

/** ln 2 as a sum of two numbers, the first with so few bits that its products with exponents are exact (Cody & Waite 1980). */
const LN2_HIGH: f64 = 0.6931471803691238;
const LN2_LOW: f64 = 1.9082149292705877e-10;

/** The least argument whose exponential is a normal number. */
const LEAST_EXPONENT: f64 = -708;

/** The bits of a float64's exponent start here, and are its power of two plus the bias. */
const EXPONENT_SHIFT: i64 = 52;
const EXPONENT_BIAS: i64 = 1023;

/**
 * eˣ for x ≤ 0, right to a few times 2⁻⁵³; 0 below −708, and not a number for one that is not.
 *
 * x = k·ln 2 + r with |r| ≤ ½ ln 2, and eˣ = 2ᵏ·eʳ, eʳ by its Taylor series: the first term left out, r¹⁴/14!, is 4·10⁻¹⁸.
 */
export function exponential(x: f64): f64 {
  // Not a number is not below it either.
  if (!(x >= LEAST_EXPONENT)) return x < LEAST_EXPONENT ? 0 : x;
  const k = nearest(x / Math.LN2);
  const r = x - k * LN2_HIGH - k * LN2_LOW;
  let sum: f64 = 1.0 / 6227020800;
  sum = sum * r + 1.0 / 479001600;
  sum = sum * r + 1.0 / 39916800;
  sum = sum * r + 1.0 / 3628800;
  sum = sum * r + 1.0 / 362880;
  sum = sum * r + 1.0 / 40320;
  sum = sum * r + 1.0 / 5040;
  sum = sum * r + 1.0 / 720;
  sum = sum * r + 1.0 / 120;
  sum = sum * r + 1.0 / 24;
  sum = sum * r + 1.0 / 6;
  sum = sum * r + 1.0 / 2;
  sum = sum * r + 1;
  sum = sum * r + 1;
  return sum * reinterpret<f64>((<i64>k + EXPONENT_BIAS) << EXPONENT_SHIFT);
}

/**
 * ln x for finite normal x > 0, right to a few times 2⁻⁵³ of ln x or of x's distance from 1; not a number for one that is not.
 *
 * x = 2ᵏ·m with m from ½√2 to √2, and ln m = 2·artanh s, s = (m − 1)/(m + 1), by the series s + s³/3 + s⁵/5 + …: |s| ≤ 0.172,
 * and the first term left out, s²³/23, is 10⁻¹⁹.
 */
export function logarithm(x: f64): f64 {
  if (!(x > 0)) return NaN;
  const bits = reinterpret<i64>(x);
  let k = (bits >> EXPONENT_SHIFT) - EXPONENT_BIAS;
  let m = reinterpret<f64>(bits - (k << EXPONENT_SHIFT));
  if (m > Math.SQRT2) {
    m *= 0.5;
    k++;
  }
  const s = (m - 1) / (m + 1);
  let sum: f64 = 0;
  for (let power = 21; power > 0; power -= 2) sum = sum * s * s + 1 / <f64>power;
  return <f64>k * LN2_HIGH + (2 * s * sum + <f64>k * LN2_LOW);
}
