import type { Cumulants } from "./base-law.js";

/** Logarithms of a law where its probabilities are below 1e-330. */
export interface LogTails {
  logPmf(k: number): number;
  /** ln P(K ≤ k), k far below the mean. */
  logCdf(k: number): number;
  /** ln P(K > k), k far above the mean. */
  logSf(k: number): number;
}

/** What the saddle-point method needs of a law with generating function G. */
export interface Tilted {
  readonly support: readonly [number, number];
  /** ln G(eᵗ). */
  logG(t: number): number;
  /** κ₁…κ₄ of the law tilted by eᵗ: the derivatives of ln G(eᵗ) with respect to t. */
  cumulants(t: number): Cumulants;
  /** ln P(K = k) at the two ends of the support, where there is no saddle point. */
  logPmfAtEnd(end: 0 | 1): number;
}

/** For a law whose table is its whole support. */
export const NO_TAILS: LogTails = {
  logPmf: () => Number.NEGATIVE_INFINITY,
  logCdf: () => Number.NEGATIVE_INFINITY,
  logSf: () => Number.NEGATIVE_INFINITY,
};

/**
 * The saddle-point approximation (Daniels 1954) with its second term:
 * ln P(K = k) ≈ ln G(eᵗ) − kt − ½ ln(2πκ₂) + ln(1 + κ₄/8κ₂² − 5κ₃²/24κ₂³) at κ₁(t) = k. Its absolute error is about
 * 0.01/κ₂² (at most 0.01 next to an end of the support), on a logarithm below −759. A tail is its first term times
 * Σ e^{−m|t| − m²/2κ₂}, m ≥ 0, to second order.
 */
export function saddlePointTails(law: Tilted): LogTails {
  const logPmf = (k: number): { value: number; t: number; variance: number } => {
    const [least, most] = law.support;
    if (k <= least) return { value: law.logPmfAtEnd(0), t: Number.NEGATIVE_INFINITY, variance: 1 };
    if (k >= most) return { value: law.logPmfAtEnd(1), t: Number.POSITIVE_INFINITY, variance: 1 };
    const t = solveTilt(law, k);
    const [, k2, k3, k4] = law.cumulants(t);
    const second = k4 / (8 * k2 * k2) - (5 * k3 * k3) / (24 * k2 ** 3);
    const value = law.logG(t) - k * t - 0.5 * Math.log(2 * Math.PI * k2) + Math.log1p(Math.max(-0.5, second));
    return { value, t, variance: k2 };
  };
  const logTail = (k: number): number => {
    const { value, t, variance } = logPmf(k);
    const ratio = Math.exp(-Math.abs(t));
    const geometric = 1 / (1 - ratio);
    const curvature = (ratio * (1 + ratio) * geometric ** 3) / (2 * variance);
    return value + Math.log(Math.max(1, geometric - curvature));
  };
  return { logPmf: (k) => logPmf(k).value, logCdf: logTail, logSf: (k) => logTail(k + 1) };
}

/** The t at which the tilted mean is k: Newton's method inside a bracket that only shrinks. */
function solveTilt(law: Tilted, k: number): number {
  let [low, high] = [-1, 1];
  while (law.cumulants(low)[0] > k && low > -700) low *= 2;
  while (law.cumulants(high)[0] < k && high < 700) high *= 2;
  let t = (low + high) / 2;
  for (let step = 0; step < 200; step++) {
    const [mean, variance] = law.cumulants(t);
    if (mean > k) high = t;
    else low = t;
    const newton = t - (mean - k) / variance;
    const next = newton > low && newton < high ? newton : (low + high) / 2;
    if (Math.abs(next - t) <= 1e-14 * Math.max(1, Math.abs(t))) return next;
    t = next;
  }
  return t;
}
