import { describe, expect, it } from "vitest";
import {
  fanInOf,
  isSameShape,
  type KernelLayerShape,
  keptBy,
  multiplyAddsOf,
  numbersGiven,
  numbersReturned,
  outputSize,
  summarized,
  weightsOf,
} from "../../../src/network/plan/index.js";

const CONVOLUTION: KernelLayerShape = {
  kind: "convolution",
  ...{ inputs: 3, outputs: 5, kernel: 3, stride: 2, size: 7 },
};
const DENSE: KernelLayerShape = { kind: "dense", inputs: 6, outputs: 4, kernel: 1, stride: 1, size: 1 };

/** A layer gone through number by number: what it costs, counted. */
function counted({ kernel, stride, size, inputs, outputs }: KernelLayerShape) {
  const [given, weights] = [new Set<string>(), new Set<string>()];
  let [multiplyAdds, returned] = [0, 0];
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      for (let input = 0; input < inputs; input++) given.add(`${y} ${x} ${input}`);
      if (y % stride !== 0 || x % stride !== 0) continue;
      for (let output = 0; output < outputs; output++, returned++) {
        for (let tap = 0; tap < kernel * kernel; tap++) {
          for (let input = 0; input < inputs; input++, multiplyAdds++) {
            weights.add(`${tap} ${input} ${output}`);
          }
        }
      }
    }
  }
  return { weights: weights.size, multiplyAdds, given: given.size, returned };
}

describe("what a layer is", () => {
  it.each([CONVOLUTION, DENSE])("is what a count gives: $kind", (layer) => {
    const { weights, multiplyAdds, given, returned } = counted(layer);
    expect(weightsOf(layer)).toBe(weights);
    expect(fanInOf(layer)).toBe(weights / layer.outputs);
    expect(multiplyAddsOf(layer)).toBe(multiplyAdds);
    expect([numbersGiven(layer), numbersReturned(layer)]).toEqual([given, returned]);
    expect(outputSize(layer) ** 2 * layer.outputs).toBe(returned);
    expect(keptBy(layer)).toBe(2 * given);
    expect(summarized(layer)).toEqual({ kernel: layer.kernel, stride: layer.stride, width: layer.outputs });
  });

  it("is the same where everything is", () => {
    expect(isSameShape(CONVOLUTION, { ...CONVOLUTION })).toBe(true);
    for (const name of ["inputs", "outputs", "kernel", "stride", "size"] as const) {
      expect(isSameShape(CONVOLUTION, { ...CONVOLUTION, [name]: 9 }), name).toBe(false);
    }
    expect(isSameShape({ ...DENSE, kind: "convolution" }, DENSE)).toBe(false);
  });
});
