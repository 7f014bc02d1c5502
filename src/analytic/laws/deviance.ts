/** ln Γ(n + 1) − (n + ½) ln n + n − ½ ln 2π for n = 1…15, where the series below is too short (mpmath, 50 digits). */
const STIRLING_ERROR = [
  0.08106146679532726, 0.0413406959554093, 0.02767792568499834, 0.020790672103765093, 0.016644691189821193,
  0.013876128823070748, 0.01189670994589177, 0.010411265261972096, 0.009255462182712733, 0.00833056343336287,
  0.007573675487951841, 0.00694284010720953, 0.006408994188004207, 0.0059513701127588475,
  0.005554733551962801,
];

/** The error of Stirling's formula for n!, n ≥ 1; at least 1e-17 accurate (Loader 2000). */
export function stirlingError(n: number): number {
  if (n <= STIRLING_ERROR.length) return STIRLING_ERROR[n - 1];
  const s = 1 / (n * n);
  return (
    (1 / 12 -
      s * (1 / 360 - s * (1 / 1260 - s * (1 / 1680 - s * (1 / 1188 - s * (691 / 360360 - s * (1 / 156))))))) /
    n
  );
}

/**
 * Loader's deviance part x ln(x/m) + m − x, x > 0, m > 0, given also `difference` = x − m, which the caller knows more
 * accurately than x − m can be computed.
 *
 * Between m/3 and 3m by the series of ln((1 + v)/(1 − v)), v = (x − m)/(x + m), whose first term (x − m)v carries the
 * result and loses nothing.
 */
export function deviance(x: number, m: number, difference: number): number {
  const v = difference / (x + m);
  if (Math.abs(v) >= 0.5) return x * Math.log(x / m) - difference;
  const square = v * v;
  let power = 2 * x * v;
  let rest = 0;
  for (let j = 1; ; j++) {
    power *= square;
    const next = rest + power / (2 * j + 1);
    if (next === rest) break;
    rest = next;
  }
  return difference * v + rest;
}

/** log(1 + x) − x for x > −1, to a few units in the last place also for small x. */
export function log1pMinus(x: number): number {
  if (x < -0.5 || x > 1) return Math.log1p(x) - x;
  // −(deviance of 1 + x from 1) and then x ln(1 + x) back: instead the same series, v = x/(2 + x).
  const v = x / (2 + x);
  const square = v * v;
  let power = 2 * v;
  let rest = 0;
  for (let j = 1; ; j++) {
    power *= square;
    const next = rest + power / (2 * j + 1);
    if (next === rest) break;
    rest = next;
  }
  return rest - x * v;
}
