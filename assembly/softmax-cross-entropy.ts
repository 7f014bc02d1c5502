import { exponential, logarithm } from "./elementary";

/**
 * The mean over the rows of the cross-entropy −Σ_c target_c·ln softmax(logits)_c, which is returned, its gradient
 * (softmax − target)/rows, and in `correct` (an i32) in how many rows the label has the largest logit, the
 * first of those that tie: where all are equal, class 0 is what the row is taken for. The target is 1 − smoothing for the
 * label, and smoothing/classes more for every class. logits and gradient are [rows, classes], labels i32.
 *
 * In float64, around the largest logit of the row, so that nothing overflows. A logit that is +∞ or not a number makes
 * its row's gradient and the loss not a number: max and +∞ − ∞ see to that.
 */
export function softmaxCrossEntropy(
  logits: usize,
  labels: usize,
  gradient: usize,
  correct: usize,
  rows: i32,
  classes: i32,
  smoothing: f64,
): f64 {
  const row = (<usize>classes) << 2;
  let loss: f64 = 0;
  let count = 0;
  const ofClass = smoothing / <f64>classes;
  for (let i = 0; i < rows; i++) {
    let largest: f64 = -Infinity;
    for (let j: usize = 0; j < row; j += 4) largest = max(largest, <f64>load<f32>(logits + j));
    let total: f64 = 0;
    for (let j: usize = 0; j < row; j += 4) total += exponential(<f64>load<f32>(logits + j) - largest);
    const label = (<usize>load<i32>(labels)) << 2;
    let below: f64 = 0;
    for (let j: usize = 0; j < row; j += 4) {
      const logit = <f64>load<f32>(logits + j);
      const share = exponential(logit - largest) / total;
      const target = (1 - smoothing) * <f64>(j === label) + ofClass;
      store<f32>(gradient + j, <f32>((share - target) / <f64>rows));
      below += largest - logit;
    }
    const ofLabel = <f64>load<f32>(logits + label);
    const ofRow = logarithm(total) + (largest - ofLabel);
    // Without smoothing a logit of −∞ elsewhere than at the label costs nothing; 0·∞ would be no number.
    const smoothed =
      smoothing > 0 ? logarithm(total) + (1 - smoothing) * (largest - ofLabel) + ofClass * below : ofRow;
    loss += smoothed / <f64>rows;
    if (ofRow < Infinity && firstAt(largest, logits) === label) count++;
    logits += row;
    gradient += row;
    labels += 4;
  }
  store<i32>(correct, count);
  return loss;
}

/** Where in a row, in bytes, the first logit is that equals its largest one; the row has one. */
function firstAt(largest: f64, logits: usize): usize {
  let j: usize = 0;
  while (<f64>load<f32>(logits + j) !== largest) j += 4;
  return j;
}
