import type { SampledSeries } from "../network/documents/verdict.js";
import type { MeanWithError } from "./summary.js";

/** A number is scaled anew when one comes that is 2 to this times as large: the squares of what came before stay in float64. */
const HEADROOM = 200;
/** The exponents of scales: beyond them 2^±exponent, or its inverse, is not a normal float64. */
const MOST_EXPONENT = 1000;

/**
 * Means and standard errors of a row of numbers that every trial gives, in memory that does not grow with the trials.
 *
 * Of each number, in a unit of a power of two, it keeps its first value c and the sums of x − c and of (x − c)², each with what
 * rounding took off it (Knuth's two-sum), so that Σ(x − x̄)² = Σ(x − c)² − (Σ(x − c))²/n. The sums do not lose digits as trials
 * go on, and c is near enough to the mean that the difference does not either: the mean is correct to about 2⁻⁵² of |x̄| and the mean
 * of |x − c|, the standard error to about 2⁻⁵² (1 + z²) of itself where c lies z standard deviations from the mean.
 */
export class RunningMeans {
  #count = 0;
  #rows: Float64Array[] = [];

  /** How many rows were added. */
  get count(): number {
    return this.#count;
  }

  /** Adds the numbers of the next trial, as many as the first gave. */
  add(values: ArrayLike<number>): void {
    if (this.#count === 0) this.#rows = Array.from({ length: 7 }, () => new Float64Array(values.length));
    const [most, scale, first, sum, sumRest, squares, squaresRest] = this.#rows;
    for (let i = 0; i < first.length; i++) {
      const value = values[i];
      if (Math.abs(value) > most[i]) this.#scaleFor(value, i);
      if (this.#count === 0) first[i] = value * scale[i];
      const x = value * scale[i] - first[i];
      addTo(sum, sumRest, i, x);
      addTo(squares, squaresRest, i, x * x);
    }
    this.#count++;
  }

  /** The mean of a number, and its standard error as `meanWithError` has it; both Infinity where a value was not finite. */
  at(i: number): MeanWithError {
    const [, scale, first, sum, sumRest, squares, squaresRest] = this.#rows;
    const total = sum[i] + sumRest[i];
    if (!Number.isFinite(total)) return { mean: Infinity, se: Infinity };
    // Nothing but zeros.
    if (scale[i] === 0) return { mean: 0, se: 0 };
    const n = this.#count;
    const spread = Math.max(0, squares[i] + squaresRest[i] - total * (total / n));
    const error = n > 1 ? Math.sqrt(spread / (n * (n - 1))) : 0;
    return { mean: (first[i] + total / n) / scale[i], se: error / scale[i] };
  }

  /** All of them. */
  series(): SampledSeries {
    const all = Array.from({ length: this.#rows[0]?.length ?? 0 }, (_, i) => this.at(i));
    return { mean: all.map(({ mean }) => mean), se: all.map(({ se }) => se) };
  }

  /** Makes a value that is larger than any before the one that the sums are scaled by: by powers of two, which changes no digit. */
  #scaleFor(value: number, i: number): void {
    if (!Number.isFinite(value)) return;
    const [most, scale, first, sum, sumRest, squares, squaresRest] = this.#rows;
    const exponent = Math.max(
      -MOST_EXPONENT,
      Math.min(MOST_EXPONENT, Math.floor(Math.log2(Math.abs(value)))),
    );
    const unit = 2 ** -exponent;
    const ratio = scale[i] === 0 ? 1 : unit / scale[i];
    for (const row of [first, sum, sumRest]) row[i] *= ratio;
    for (const row of [squares, squaresRest]) row[i] = row[i] * ratio * ratio;
    scale[i] = unit;
    most[i] = 2 ** (exponent + HEADROOM);
  }
}

/** Adds x to a sum, and what the rounding of it loses to `rest`. */
function addTo(sum: Float64Array, rest: Float64Array, i: number, x: number): void {
  const before = sum[i];
  const after = before + x;
  const added = after - before;
  sum[i] = after;
  rest[i] += before - (after - added) + (x - added);
}
