/**
 * The two-sided p-value of Student's t, P(|T| ≥ |t|) with `freedom` degrees of freedom: what a mean over few trials
 * divided by its estimated standard error must be judged by, since at 3 trials 3 standard errors are no rarity (0.096).
 * It is the regularised incomplete beta function I_x(ν/2, 1/2) at x = ν/(ν+t²); Infinity gives the normal law's value.
 */
export function studentTwoSided(t: number, freedom: number): number {
  if (Number.isNaN(t)) return Number.NaN;
  // Beyond a million degrees of freedom t and normal differ by less than 1e-6 of the value.
  const nu = Math.min(freedom, 1e6);
  const square = t * t;
  if (!Number.isFinite(square)) return 0;
  return square === 0
    ? 1
    : regularizedBeta({ x: nu / (nu + square), complement: square / (nu + square), a: nu / 2, b: 0.5 });
}

interface BetaArguments {
  readonly x: number;
  /** 1 − x, given apart so that it does not cancel. */
  readonly complement: number;
  readonly a: number;
  readonly b: number;
}

function regularizedBeta({ x, complement, a, b }: BetaArguments): number {
  const front = Math.exp(
    a * Math.log(x) + b * Math.log(complement) + logGamma(a + b) - logGamma(a) - logGamma(b),
  );
  // The continued fraction converges fast below the mean of the beta law, and I_x(a, b) = 1 − I_{1−x}(b, a).
  if (x < (a + 1) / (a + b + 2)) return (front * betaFraction(x, a, b)) / a;
  return 1 - (front * betaFraction(complement, b, a)) / b;
}

/** Lentz's evaluation of the continued fraction of the incomplete beta function (DLMF 8.17.22). */
function betaFraction(x: number, a: number, b: number): number {
  const tiny = 1e-300;
  const bounded = (value: number) => (Math.abs(value) < tiny ? tiny : value);
  let c = 1;
  let d = 1 / bounded(1 - ((a + b) * x) / (a + 1));
  let value = d;
  for (let m = 1; m <= 10_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    let step = 1;
    for (const term of [even, odd]) {
      d = 1 / bounded(1 + term * d);
      c = bounded(1 + term / c);
      step = c * d;
      value *= step;
    }
    if (Math.abs(step - 1) < 1e-15) break;
  }
  return value;
}

/** ln Γ(x) for x > 0: Stirling's series after the argument is raised above 10. */
function logGamma(x: number): number {
  let shift = 0;
  let z = x;
  for (; z < 10; z++) shift += Math.log(z);
  const r = 1 / (z * z);
  const series = (1 / 12 - r * (1 / 360 - r * (1 / 1260 - r / 1680))) / z;
  return (z - 0.5) * Math.log(z) - z + 0.5 * Math.log(2 * Math.PI) + series - shift;
}
