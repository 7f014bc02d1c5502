import { exponential, logarithm } from "./elementary";

/**
 * The mean over the rows of −ln softmax(logits)[label], which is returned, its gradient (softmax − one-hot)/rows, and in
 * `correct` (an i32) in how many rows the label has the largest logit. logits and gradient are [rows, classes], labels i32.
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
): f64 {
  const row = (<usize>classes) << 2;
  let loss: f64 = 0;
  let count = 0;
  for (let i = 0; i < rows; i++) {
    let largest: f64 = -Infinity;
    for (let j: usize = 0; j < row; j += 4) largest = max(largest, <f64>load<f32>(logits + j));
    let total: f64 = 0;
    for (let j: usize = 0; j < row; j += 4) total += exponential(<f64>load<f32>(logits + j) - largest);
    const label = (<usize>load<i32>(labels)) << 2;
    for (let j: usize = 0; j < row; j += 4) {
      const share = exponential(<f64>load<f32>(logits + j) - largest) / total;
      store<f32>(gradient + j, <f32>((share - <f64>(j === label)) / <f64>rows));
    }
    const ofLabel = <f64>load<f32>(logits + label);
    const ofRow = logarithm(total) + (largest - ofLabel);
    loss += ofRow / <f64>rows;
    if (ofLabel === largest && ofRow < Infinity) count++;
    logits += row;
    gradient += row;
    labels += 4;
  }
  store<i32>(correct, count);
  return loss;
}
