import { requireProbability } from "../../network/domain.js";
import { InvalidArgumentError } from "../../network/errors.js";
import type { PathLengthDistribution, UniformStream } from "./distribution.js";

/** The four cumulants κ₁…κ₄ of a law. */
export type Cumulants = readonly [number, number, number, number];

const LONGEST_LIST = 10_000_000;

/** What all laws have in common: everything that follows from the cumulants and the distribution function. */
export abstract class BaseLaw implements PathLengthDistribution {
  readonly mean: number;
  readonly variance: number;
  readonly skewness: number;
  readonly kurtosis: number;

  protected constructor(
    readonly depth: number,
    readonly support: readonly [number, number],
    cumulants: Cumulants,
  ) {
    const [mean, variance, third, fourth] = cumulants;
    this.mean = mean;
    this.variance = variance;
    this.skewness = third / variance ** 1.5;
    this.kurtosis = fourth / (variance * variance);
  }

  abstract readonly entropy: number;
  abstract pmf(k: number): number;
  abstract logPmf(k: number): number;
  abstract cdf(k: number): number;
  abstract sf(k: number): number;
  abstract logCdf(k: number): number;
  abstract logSf(k: number): number;

  quantile(p: number): number {
    requireProbability("p", p);
    if (p === 1) return this.support[1];
    // Near 1 the complement is the exact one, and so is 1 − p.
    return p > 0.5 ? this.upperQuantile(1 - p) : this.#first({ p }, (k) => this.cdf(k) >= p);
  }

  upperQuantile(tail: number): number {
    requireProbability("tail", tail);
    return tail === 0 ? this.support[1] : this.#first({ tail }, (k) => this.sf(k) <= tail);
  }

  interval(confidence: number): [number, number] {
    requireProbability("confidence", confidence);
    const outside = (1 - confidence) / 2;
    return [this.quantile(outside), this.upperQuantile(outside)];
  }

  sample(stream: UniformStream): number {
    // 27 + 26 bits, and half a step so that neither 0 nor 1 occurs.
    const high = Math.floor(stream.nextUniform() * 2 ** 27);
    const low = Math.floor(stream.nextUniform() * 2 ** 26);
    const u = (high * 2 ** 26 + low + 0.5) * 2 ** -53;
    return this.quantile(u);
  }

  pmfUntil(tail: number): number[] {
    const last = this.upperQuantile(tail);
    if (!(last < LONGEST_LIST)) {
      throw new InvalidArgumentError("tail", tail, `so large that at most ${LONGEST_LIST} terms are listed`);
    }
    return Array.from({ length: last + 1 }, (_, k) => this.pmf(k));
  }

  /** The greatest k that the law can answer for. */
  protected get lastKnown(): number {
    return this.support[1];
  }

  /** The least k of the support where a monotone condition holds: steps that double away from the mean, then halves. */
  #first(asked: Record<string, number>, holds: (k: number) => boolean): number {
    const [least, most] = [this.support[0], this.lastKnown];
    const start = Math.min(most, Math.max(least, Math.floor(this.mean)));
    let step = Math.max(1, Math.ceil(Math.sqrt(this.variance)));
    let low = start;
    let high = start;
    while (high < most && !holds(high)) {
      low = high + 1;
      high = Math.min(most, high + step);
      step *= 2;
    }
    if (high === start) {
      while (low > least && holds(low)) {
        high = low;
        low = Math.max(least, low - step);
        step *= 2;
      }
    }
    while (low < high) {
      const middle = low + Math.floor((high - low) / 2);
      if (holds(middle)) high = middle;
      else low = middle + 1;
    }
    if (most < this.support[1] && !holds(low)) {
      const [[argument, value]] = Object.entries(asked);
      const allowed = `reached at k = ${most}, up to where the law was computed (raise the option most)`;
      throw new InvalidArgumentError(argument, value, allowed);
    }
    return low;
  }
}
