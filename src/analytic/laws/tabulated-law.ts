import { BaseLaw, type Cumulants } from "./base-law.js";
import { LOG_SCALE, type PmfTable, SCALE, UNSCALE } from "./pmf-table.js";
import { type LogTails, NO_TAILS } from "./saddle-point.js";

export interface TabulatedOptions {
  readonly depth: number;
  readonly support: readonly [number, number];
  readonly cumulants: Cumulants;
  readonly table: PmfTable;
  /** The logarithms of what lies outside the table, below 1e-330. */
  readonly tails?: LogTails;
}

/** A law whose probabilities of at least 1e-330 are few enough to be listed. */
export class TabulatedLaw extends BaseLaw {
  readonly #first: number;
  readonly #pmf: Float64Array;
  readonly #cdf: Float64Array;
  readonly #sf: Float64Array;
  readonly #tails: LogTails;

  constructor(options: TabulatedOptions) {
    super(options.depth, options.support, options.cumulants);
    const { first, values, beyond } = options.table;
    this.#first = first;
    this.#pmf = values;
    this.#cdf = new Float64Array(values.length);
    this.#sf = new Float64Array(values.length);
    this.#tails = options.tails ?? NO_TAILS;
    // Both are sums of positive numbers, smallest first in their own tail.
    let below = 0;
    for (let k = 0; k < values.length; k++) {
      below += values[k];
      this.#cdf[k] = Math.min(SCALE, below);
    }
    let above = beyond;
    for (let k = values.length - 1; k >= 0; k--) {
      this.#sf[k] = Math.min(SCALE, above);
      above += values[k];
    }
  }

  get entropy(): number {
    return this.#pmf.reduce((sum, p) => {
      const probability = p * UNSCALE;
      return probability > 0 ? sum - probability * Math.log(probability) : sum;
    }, 0);
  }

  pmf(k: number): number {
    if (Number.isNaN(k)) return k;
    return Number.isInteger(k) ? (this.#pmf[k - this.#first] ?? 0) * UNSCALE : 0;
  }

  logPmf(k: number): number {
    if (Number.isNaN(k)) return k;
    const [least, most] = this.support;
    if (!Number.isInteger(k) || k < least || k > most) return Number.NEGATIVE_INFINITY;
    const p = this.#pmf[k - this.#first];
    return p > 0 ? Math.log(p) - LOG_SCALE : this.#tails.logPmf(k);
  }

  cdf(k: number): number {
    const index = this.#index(k);
    if (Number.isNaN(index)) return index;
    if (index < 0) return 0;
    return index < this.#cdf.length ? this.#value(this.#cdf, this.#sf, index) : 1;
  }

  sf(k: number): number {
    const index = this.#index(k);
    if (Number.isNaN(index)) return index;
    if (index < 0) return 1;
    return index < this.#sf.length ? this.#value(this.#sf, this.#cdf, index) : 0;
  }

  logCdf(k: number): number {
    const index = this.#index(k);
    if (Number.isNaN(index) || k < this.support[0]) return Math.log(this.cdf(k));
    return index < 0 ? this.#tails.logCdf(Math.floor(k)) : this.#log(this.#cdf, this.#sf, index);
  }

  logSf(k: number): number {
    const index = this.#index(k);
    if (Number.isNaN(index) || k >= this.support[1]) return Math.log(this.sf(k));
    if (index >= 0 && (index >= this.#sf.length || this.#sf[index] === 0)) {
      return this.#tails.logSf(Math.floor(k));
    }
    return index < 0 ? 0 : this.#log(this.#sf, this.#cdf, index);
  }

  #index(k: number): number {
    return Math.floor(k) - this.#first;
  }

  /** An entry of `own`; above one half the complement of `other` is the more accurate. */
  #value(own: Float64Array, other: Float64Array, index: number): number {
    const complement = other[index] * UNSCALE;
    return complement < 0.5 ? 1 - complement : own[index] * UNSCALE;
  }

  #log(own: Float64Array, other: Float64Array, index: number): number {
    if (index >= own.length) return 0;
    const complement = other[index] * UNSCALE;
    return complement < 0.5 ? Math.log1p(-complement) : Math.log(own[index]) - LOG_SCALE;
  }
}
