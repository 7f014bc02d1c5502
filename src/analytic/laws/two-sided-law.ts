import { BaseLaw } from "./base-law.js";

/** Up to this standard deviation the entropy is summed term by term. */
const SUMMED_UP_TO = 1000;

/** A law whose pmf has a closed form and whose tails are computed one by one, each in its own right. */
export abstract class TwoSidedLaw extends BaseLaw {
  /** ln P(K = k) for k inside the support. */
  protected abstract logPmfInside(k: number): number;
  /** P(K ≥ k) / P(K = k) for k > mean. */
  protected abstract upperRatio(k: number): number;
  /** P(K ≤ k) / P(K = k) for k < mean. */
  protected abstract lowerRatio(k: number): number;
  /** The entropy of a spread of more than 1000. */
  protected abstract wideEntropy(): number;

  pmf(k: number): number {
    return Math.exp(this.logPmf(k));
  }

  logPmf(k: number): number {
    if (Number.isNaN(k)) return k;
    const [least, most] = this.support;
    if (!Number.isInteger(k) || k < least || k > most) return Number.NEGATIVE_INFINITY;
    return least === most ? 0 : this.logPmfInside(k);
  }

  cdf(k: number): number {
    return this.#hasLower(k) ? Math.exp(this.#logLower(k)) : 1 - this.#upper(k);
  }

  sf(k: number): number {
    return this.#hasUpper(k) ? this.#upper(k) : 1 - Math.exp(this.#logLower(k));
  }

  // 0 + …: ln 1 is 0, not −0.
  logCdf(k: number): number {
    return this.#hasLower(k) ? this.#logLower(k) : 0 + Math.log1p(-this.#upper(k));
  }

  logSf(k: number): number {
    return this.#hasUpper(k) ? this.#logUpper(k) : 0 + Math.log1p(-Math.exp(this.#logLower(k)));
  }

  get entropy(): number {
    const spread = Math.sqrt(this.variance);
    if (spread === 0) return 0;
    if (spread > SUMMED_UP_TO) return this.wideEntropy();
    // Terms beyond forty standard deviations (and forty in all) are below 1e-17.
    const reach = 40 * (spread + 1);
    const last = Math.min(this.support[1], Math.ceil(this.mean + reach));
    let sum = 0;
    for (let k = Math.max(this.support[0], Math.floor(this.mean - reach)); k <= last; k++) {
      const log = this.logPmf(k);
      if (log > -745) sum -= Math.exp(log) * log;
    }
    return sum;
  }

  /** Whether P(K ≤ k) has its own form; otherwise it is the larger side. A NaN has neither, and is passed on. */
  #hasLower(k: number): boolean {
    return Math.floor(k) < this.mean;
  }

  #hasUpper(k: number): boolean {
    return Math.floor(k) + 1 > this.mean;
  }

  #upper(k: number): number {
    return Math.exp(this.#logUpper(k));
  }

  #logLower(k: number): number {
    const floor = Math.floor(k);
    if (floor < this.support[0]) return Number.NEGATIVE_INFINITY;
    return this.logPmf(floor) + Math.log(this.lowerRatio(floor));
  }

  #logUpper(k: number): number {
    const next = Math.floor(k) + 1;
    if (next > this.support[1] || next === Number.POSITIVE_INFINITY) return Number.NEGATIVE_INFINITY;
    return this.logPmf(next) + Math.log(this.upperRatio(next));
  }
}
