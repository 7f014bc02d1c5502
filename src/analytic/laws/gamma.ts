/** B₂, B₄, … B₁₆. */
const BERNOULLI = [1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510];

/** From here on eight terms of Stirling's series are right to 1e-17. */
const ASYMPTOTIC_FROM = 24;

/**
 * Σ_{i=0}^{count−1} (a + i)^{−j}, a > 0, for a count up to 1e100, to a few units in the last place. For j = 1 it is
 * ψ(a + count) − ψ(a), for larger j a difference of Hurwitz zeta functions; differences of either would lose all digits
 * at a large count or a large a.
 *
 * Euler–Maclaurin with L = ln((a + count)/a) and f(s) = a^{−s}(1 − e^{−sL}):
 * f(j−1)/(j−1) (L for j = 1) + f(j)/2 + Σ_m B_{2m}/(2m)! · j(j+1)…(j+2m−2) · f(j+2m−1), after the terms with
 * a + i < 24 + 4j, where eight terms are not enough, have been added one by one.
 */
export function inversePowerSum(j: number, a: number, count: number): number {
  let explicit = 0;
  let left = count;
  let from = a;
  for (; left > 0 && from < ASYMPTOTIC_FROM + 4 * j; from++, left--) explicit += from ** -j;
  if (left <= 0) return explicit;
  const L = Math.log1p(left / from);
  const f = (s: number) => -Math.expm1(-s * L) * from ** -s;
  let sum = f(j) / 2;
  let factor = j / 2;
  for (let m = 1; m <= BERNOULLI.length; m++) {
    sum += BERNOULLI[m - 1] * factor * f(j + 2 * m - 1);
    factor *= ((j + 2 * m - 1) * (j + 2 * m)) / ((2 * m + 1) * (2 * m + 2));
  }
  return (j === 1 ? L : f(j - 1) / (j - 1)) + sum + explicit;
}

/**
 * ln Γ(x + δ) − ln Γ(x) for x > 0 and x + δ > 0, without cancellation for δ ≪ x:
 * (x − ½) ln(1 + δ/x) + δ ln(x + δ) − δ + the difference of Stirling's series, after both arguments have been raised
 * beyond 24.
 */
export function logGammaStep(x: number, delta: number): number {
  let raised = 0;
  let from = x;
  for (; Math.min(from, from + delta) < ASYMPTOTIC_FROM; from++) raised += Math.log1p(delta / from);
  const to = from + delta;
  const main = (from - 0.5) * Math.log1p(delta / from) + delta * Math.log(to) - delta;
  return main + stirlingSeries(to) - stirlingSeries(from) - raised;
}

/** ln Γ(x) − (x − ½) ln x + x − ½ ln 2π for x ≥ 24: Σ B_{2m} / (2m(2m − 1) x^{2m−1}). */
function stirlingSeries(x: number): number {
  let sum = 0;
  for (let m = BERNOULLI.length; m > 0; m--) sum = sum / (x * x) + BERNOULLI[m - 1] / (2 * m * (2 * m - 1));
  return sum / x;
}
