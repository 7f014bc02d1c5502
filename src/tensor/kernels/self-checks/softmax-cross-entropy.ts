import { agree, type SelfCheck, spreadNumbers } from "./self-check.js";

const [ROWS, CLASSES] = [5, 5];
const SIZE = ROWS * CLASSES;
const logits = spreadNumbers(SIZE, 7000).map((value) => 4 * value);
// The last rows tie: all logits of one, and the second and the last of two.
logits.fill(1, 2 * CLASSES, 3 * CLASSES);
for (const row of [3, 4]) for (const c of [1, 4]) logits[row * CLASSES + c] = 4;
const labels = [3, 0, 1, 1, 4];
const SMOOTHING = 0.25;

/** Loss, gradient and number correct as their formulas say. */
function reference() {
  const gradient = new Float64Array(SIZE);
  let [loss, correct] = [0, 0];
  labels.forEach((label, i) => {
    const row = logits.subarray(i * CLASSES, (i + 1) * CLASSES);
    const total = row.reduce((sum, logit) => sum + Math.exp(logit), 0);
    correct += row.indexOf(Math.max(...row)) === label ? 1 : 0;
    row.forEach((logit, c) => {
      const target = (1 - SMOOTHING) * Number(c === label) + SMOOTHING / CLASSES;
      loss += (target * (Math.log(total) - logit)) / ROWS;
      gradient[i * CLASSES + c] = (Math.exp(logit) / total - target) / ROWS;
    });
  });
  return { loss, gradient, correct };
}

export const softmaxCrossEntropyCheck: SelfCheck = {
  name: "softmaxCrossEntropy",
  passes: (kernels) => {
    const from = kernels.scratch(2 * SIZE + ROWS + 1);
    const to = from + 4 * SIZE;
    const classOf = to + 4 * SIZE;
    const correct = classOf + 4 * ROWS;
    kernels.floats(from, SIZE).set(logits);
    kernels.integers(classOf, ROWS).set(labels);
    const loss = kernels.run.softmaxCrossEntropy(from, classOf, to, correct, ROWS, CLASSES, SMOOTHING);
    const expected = reference();
    return (
      agree([loss], [expected.loss], 1) &&
      agree(kernels.floats(to, SIZE), expected.gradient, 1) &&
      kernels.integers(correct, 1)[0] === expected.correct
    );
  },
};
