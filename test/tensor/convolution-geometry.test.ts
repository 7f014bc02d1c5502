import { describe, expect, it } from "vitest";
import { centredGeometry, convolutionGeometry } from "../../src/tensor/kernels/convolution-geometry.js";

/** The geometry as tfjs works it out for explicit padding. */
function ofTensorFlow(inputShape: number[], filterShape: number[], stride: number) {
  const [rows, columns] = [filterShape[0], filterShape[1]].map((kernel) => (kernel - 1) / 2);
  const pad: [[0, 0], [number, number], [number, number], [0, 0]] = [
    [0, 0],
    [rows, rows],
    [columns, columns],
    [0, 0],
  ];
  const strides: [number, number] = [stride, stride];
  const attributes = { strides, pad, dataFormat: "NHWC", dimRoundingMode: "floor" as const };
  return convolutionGeometry({ inputShape, filterShape, attributes });
}

describe("centredGeometry", () => {
  it.each([1, 3, 5])("is tfjs's for a kernel of %d, odd and even sides, and strides 1 to 3", (kernel) => {
    for (const [height, width] of [
      [1, 1],
      [2, 7],
      [8, 5],
      [32, 32],
    ]) {
      for (const stride of [1, 2, 3]) {
        const [input, filter] = [
          [4, height, width, 6],
          [kernel, kernel, 6, 8],
        ];
        expect(centredGeometry(input, filter, stride)).toEqual(ofTensorFlow(input, filter, stride));
      }
    }
  });
});
