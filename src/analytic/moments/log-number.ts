import type { LogNumber } from "../../network/documents/comparison.js";
import { timesPowerOfTwo } from "../../network/scaled-number.js";

/** A number of at least 0 from its natural logarithm, null where it lies beyond float64; −Infinity gives 0, Infinity an infinite one. */
export function fromLog(ln: number): LogNumber {
  const value = Math.exp(ln);
  return {
    value: Number.isFinite(value) ? value : null,
    log10: Number.isFinite(ln) ? ln / Math.LN10 : null,
  };
}

/** mantissa · 2^exponent. */
export function fromScaled(mantissa: number, exponent = 0): LogNumber {
  const value = timesPowerOfTwo(mantissa, exponent);
  return {
    value: Number.isFinite(value) ? value : null,
    log10: mantissa === 0 ? null : Math.log10(mantissa) + exponent * Math.log10(2),
  };
}
