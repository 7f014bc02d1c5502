/** The random numbers that {@link PathLengthDistribution.sample} draws from; `openStream` returns one. */
export interface UniformStream {
  /** The next number in [0, 1), with 32 random bits. */
  nextUniform(): number;
}

/**
 * The law of K, the number of residual branches that a unit of output variance has traversed. K is the number of
 * successes in `depth` independent trials, one a block; the names are those of scipy's `poisson_binom`.
 *
 * Functions of k take any number: `cdf` and its relatives use ⌊k⌋, and `pmf` is 0 where k is not in the support. A NaN
 * gives NaN.
 */
export interface PathLengthDistribution {
  /** The number of residual blocks; Infinity for the Poisson limit. */
  readonly depth: number;
  /** The least and the greatest k of non-zero probability. */
  readonly support: readonly [number, number];
  readonly mean: number;
  readonly variance: number;
  /** κ₃ / κ₂^{3/2}; NaN where the variance is 0. */
  readonly skewness: number;
  /** The excess kurtosis κ₄ / κ₂²; NaN where the variance is 0. */
  readonly kurtosis: number;
  /** −Σ P(K = k) ln P(K = k), in nats. */
  readonly entropy: number;
  /** P(K = k). */
  pmf(k: number): number;
  /** ln P(K = k), also where P(K = k) underflows. */
  logPmf(k: number): number;
  /** P(K ≤ k). */
  cdf(k: number): number;
  /** P(K > k), without cancellation. */
  sf(k: number): number;
  logCdf(k: number): number;
  logSf(k: number): number;
  /** The smallest k with P(K ≤ k) ≥ p. Throws InvalidArgumentError unless 0 ≤ p ≤ 1. */
  quantile(p: number): number;
  /** The smallest k with P(K > k) ≤ tail: {@link quantile} of 1 − tail for a tail too small to subtract from 1. */
  upperQuantile(tail: number): number;
  /** The central interval that leaves at most (1 − confidence)/2 on either side, both ends included. */
  interval(confidence: number): [number, number];
  /** One draw of K, by inversion of the distribution function with 53 random bits. */
  sample(stream: UniformStream): number;
  /** P(K = k) for k = 0, 1, … up to the first k beyond which at most `tail` is left. */
  pmfUntil(tail: number): number[];
}
