/** So many false positions are tried before the rest is bisected. */
const MOST_SECANTS = 60;

export interface RootOptions {
  /** Where the function is positive. */
  readonly low: number;
  /** Where it is not. */
  readonly high: number;
  /** How far from the root the result may be, relative to it. */
  readonly tolerance: number;
}

/**
 * Where a decreasing function is 0, from the side where it is not positive. By false position, with the value at an end that stays twice
 * halved (the Illinois rule), and by bisection where a value is infinite.
 */
export function decreasingRoot(f: (x: number) => number, options: RootOptions): number {
  let { low, high } = options;
  let [atLow, atHigh] = [f(low), f(high)];
  let stays: "low" | "high" | undefined;
  for (let step = 0; high - low > options.tolerance * Math.abs(high); step++) {
    const secant = high - (atHigh * (high - low)) / (atHigh - atLow);
    const isBetween = secant > low && secant < high;
    const x = isBetween && step < MOST_SECANTS ? secant : (low + high) / 2;
    // Neighbouring numbers have nothing between them.
    if (x === low || x === high) break;
    const value = f(x);
    if (value > 0) {
      [low, atLow] = [x, value];
      if (stays === "high") atHigh /= 2;
      stays = "high";
    } else {
      [high, atHigh] = [x, value];
      if (value === 0) break;
      if (stays === "low") atLow /= 2;
      stays = "low";
    }
  }
  return high;
}
