/**
 * G [rows, features] of a linear or ReLU activation behind a normaliser of features (src/montecarlo/layers/frozen-map.ts): the
 * feature's factor, or 0 where the ReLU lets nothing through, which is where x ≤ the feature's threshold.
 *
 * @param thresholds by feature; 0 for a linear activation.
 */
export function freezeGates(
  x: usize,
  factors: usize,
  thresholds: usize,
  gates: usize,
  rows: i32,
  features: i32,
): void {
  const vectors = features & ~3;
  for (let r = 0; r < rows; r++) {
    for (let f = 0; f < vectors; f += 4) {
      const at = <usize>f * 4;
      let factor = v128.load(factors + at);
      if (thresholds) factor = v128.and(factor, f32x4.gt(v128.load(x + at), v128.load(thresholds + at)));
      v128.store(gates + at, factor);
    }
    for (let f = vectors; f < features; f++) {
      const at = <usize>f * 4;
      const isOpen = !thresholds || load<f32>(x + at) > load<f32>(thresholds + at);
      store<f32>(gates + at, isOpen ? load<f32>(factors + at) : 0);
    }
    x += <usize>features * 4;
    gates += <usize>features * 4;
  }
}
