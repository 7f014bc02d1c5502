/**
 * The largest number of an interval for which a condition holds that holds at `low`, and not beyond some point before `high`:
 * bisection down to neighbouring floating-point numbers, by geometric means while the ends are far apart.
 *
 * @param options.low positive; the condition holds there.
 * @param options.high the condition does not hold there.
 */
export function largestReal(
  options: { readonly low: number; readonly high: number },
  holds: (x: number) => boolean,
): number {
  let { low, high } = options;
  for (;;) {
    const middle = high > 2 * low ? Math.sqrt(low) * Math.sqrt(high) : low + (high - low) / 2;
    if (!(middle > low && middle < high)) return low;
    if (holds(middle)) low = middle;
    else high = middle;
  }
}

/**
 * The largest whole number up to `most` for which a condition holds that holds at `low`, and not beyond some point: steps that
 * double, then halves. `most` itself if it holds everywhere.
 */
export function largestWhole(
  options: { readonly low: number; readonly most: number },
  holds: (n: number) => boolean,
): number {
  let { low } = options;
  let [high, step] = [options.most + 1, 1];
  while (low + step < high) {
    if (holds(low + step)) {
      low += step;
      step *= 2;
    } else high = low + step;
  }
  while (high - low > 1) {
    const middle = low + Math.floor((high - low) / 2);
    if (holds(middle)) low = middle;
    else high = middle;
  }
  return low;
}
