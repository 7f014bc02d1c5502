/** Beyond it Φ is 0 or 1 in float64. */
const FAR = 9;

/** Φ(z) = ½ + φ(z) Σ z^{2n+1}/(1·3⋯(2n+1)) (Marsaglia 2004), to an absolute 1e-16. */
export function normalDistribution(z: number): number {
  if (Math.abs(z) > FAR) return z > 0 ? 1 : 0;
  let [sum, term] = [z, z];
  for (let odd = 3; Math.abs(term) > Number.EPSILON * 0.1 * Math.abs(sum); odd += 2) {
    term *= (z * z) / odd;
    sum += term;
  }
  return 0.5 + sum * normalDensity(z);
}

/** φ(z) = exp(−z²/2)/√(2π). */
export function normalDensity(z: number): number {
  return Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI);
}
