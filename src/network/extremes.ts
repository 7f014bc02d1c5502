/**
 * The largest of some numbers, `least` if there are none or it is larger; NaN if one is. `Math.max(...values)` overflows the stack
 * from about 125,000 numbers on.
 */
export function largest(values: readonly number[], least = Number.NEGATIVE_INFINITY): number {
  return values.reduce((most, value) => Math.max(most, value), least);
}

/** The smallest of some numbers, `most` if there are none or it is smaller; NaN if one is. */
export function smallest(values: readonly number[], most = Number.POSITIVE_INFINITY): number {
  return values.reduce((least, value) => Math.min(least, value), most);
}
