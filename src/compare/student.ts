import { logGammaStep } from "../analytic/laws/gamma.js";
import { tailIntegral } from "../analytic/laws/tail-integral.js";

/** From a = ν/2 of this on the integrand below is smooth enough at its far end for {@link tailIntegral}'s rule. */
const SMOOTH_FROM = 12;

/**
 * The two-sided p-value of Student's t, P(|T| ≥ |t|) with `freedom` degrees of freedom: what a mean over few trials
 * divided by its estimated standard error must be judged by, since at 3 trials 3 standard errors are no rarity (0.096).
 * Infinity gives the normal law's value.
 *
 * It is the incomplete beta function I_x(a, 1/2) at x = ν/(ν+t²), a = ν/2. With s = √(1 − x) and u running from s to 1,
 * I_x(a, 1/2) = 2/B(a, 1/2) ∫ (1 − u²)^(a−1) du, whose integrand is a product of powers of 1 − y and 1 + y(1−s)/(1+s);
 * small a are raised by I_x(a, 1/2) = I_x(a+1, 1/2) + x^a s / (a B(a, 1/2)).
 */
export function studentTwoSided(t: number, freedom: number): number {
  if (Number.isNaN(t)) return Number.NaN;
  const square = t * t;
  if (!Number.isFinite(square)) return 0;
  if (square === 0) return 1;
  // Beyond a million degrees of freedom t and normal differ by less than 1e-6 of the value.
  const nu = Math.min(freedom, 1e6);
  const power = (a: number) => Math.exp(-a * Math.log1p(square / nu));
  const s = Math.sqrt(square / (nu + square));
  let a = nu / 2;
  let p = 0;
  for (; a < SMOOTH_FROM; a++) p += (power(a) * s * inverseBeta(a)) / a;
  const odds = nu / (nu + square) / (1 + s) ** 2;
  const integral = tailIntegral({
    falling: a - 1,
    rising: a - 1,
    odds,
    slope: (a - 1) * (1 - odds),
    limit: 1,
  });
  return Math.min(1, p + (2 * power(a) * inverseBeta(a) * integral) / (1 + s));
}

/** 1/B(a, 1/2). */
function inverseBeta(a: number): number {
  return Math.exp(logGammaStep(a, 0.5)) / Math.sqrt(Math.PI);
}
