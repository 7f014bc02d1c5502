/**
 * mantissa · 2^exponent, for what float64 has the digits of but not the range: the square of a scale of 1e-200. Multiplying by
 * powers of two is exact, so that a result within the range is the same to the bit as without.
 */
export interface Scaled {
  readonly mantissa: number;
  readonly exponent: number;
}

/** Numbers up to so many powers of two from 1 are their own mantissas, so that products of a few of them are in range. */
const PLAIN = 200;
/** Numbers may share an exponent that the largest lies so many powers of two from. */
const NEAR = 400;
const [LEAST_PLAIN, MOST_PLAIN] = [2 ** -PLAIN, 2 ** PLAIN];
const [LEAST_NEAR, MOST_NEAR] = [2 ** -NEAR, 2 ** NEAR];

/** value · 2^exponent: 0 or Infinity only where the product is beyond float64, and rounded once. */
export function timesPowerOfTwo(value: number, exponent: number): number {
  if (exponent === 0 || value === 0 || !Number.isFinite(value)) return value;
  if (Math.abs(exponent) <= 1000) return value * 2 ** exponent;
  const { mantissa, exponent: own } = scaled(value);
  // Beyond 2400 no mantissa brings it back into the range.
  const total = Math.max(-2400, Math.min(2400, own + exponent));
  const half = Math.trunc(total / 2);
  return mantissa * 2 ** half * 2 ** (total - half);
}

/** A number with the exponent 0, where it is not far from 1, or 0, or not finite; else with a mantissa from ½ to 2 in size. */
export function scaled(value: number): Scaled {
  if (!isFar(value)) return { mantissa: value, exponent: 0 };
  const exponent = Math.floor(Math.log2(Math.abs(value)));
  const half = Math.trunc(exponent / 2);
  return { mantissa: value * 2 ** -half * 2 ** (half - exponent), exponent };
}

function isFar(value: number): boolean {
  const size = Math.abs(value);
  return (size < LEAST_PLAIN || size > MOST_PLAIN) && size > 0 && size < Number.POSITIVE_INFINITY;
}

export function squareOf(value: number): Scaled {
  if (!isFar(value)) return { mantissa: value * value, exponent: 0 };
  const { mantissa, exponent } = scaled(value);
  return { mantissa: mantissa * mantissa, exponent: 2 * exponent };
}

/** a · b, whose mantissas are of a moderate size. */
export function product(a: Scaled, b: Scaled): Scaled {
  return { mantissa: a.mantissa * b.mantissa, exponent: a.exponent + b.exponent };
}

/** Rounded to float64, 0 or Infinity beyond its range. */
export function toNumber(number: Scaled): number {
  return mantissaAt(number, 0);
}

/** The mantissa beside another exponent. */
export function mantissaAt({ mantissa, exponent }: Scaled, other: number): number {
  return timesPowerOfTwo(mantissa, exponent - other);
}

/**
 * Two numbers of at least 0 as mantissas that share the exponent that comes third: `near`, unless the larger one lies far from
 * it. One beside which the other is 2^1074 times as large becomes 0.
 */
export function withOneExponent(
  a: Scaled,
  b: Scaled,
  near = 0,
): readonly [a: number, b: number, exponent: number] {
  const top = Math.max(sizeOf(a, near), sizeOf(b, near));
  const exponent = !Number.isFinite(top) || Math.abs(top - near) <= NEAR ? near : top;
  return [mantissaAt(a, exponent), mantissaAt(b, exponent), exponent];
}

/** log2, or just an exponent that it is near; −∞ of 0. */
function sizeOf({ mantissa, exponent }: Scaled, near: number): number {
  const isNear = exponent === near && mantissa >= LEAST_NEAR && mantissa <= MOST_NEAR;
  return isNear ? near : exponent + Math.floor(Math.log2(mantissa));
}
