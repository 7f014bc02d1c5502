import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { RespathError } from "../../src/network/errors.js";
import { type Candidate, chooseBackend } from "../../src/tensor/backends/choose.js";
import { withExplicitPadding } from "../../src/tensor/backends/explicit-padding.js";
import { locatePackage } from "../../src/tensor/backends/locate-package.js";
import { TENSORFLOW_PACKAGES } from "../../src/tensor/backends/tensorflow.js";
import { WEBGPU_PACKAGES } from "../../src/tensor/backends/webgpu.js";
import { startTensors, tf } from "../../src/tensor/index.js";
import { uniformTensor } from "./helpers.js";

const hasTensorFlow = TENSORFLOW_PACKAGES.some((name) => locatePackage(name) !== undefined);
const hasWebGpu = WEBGPU_PACKAGES.every((name) => locatePackage(name) !== undefined);

const candidate = (name: string, milliseconds: number, more: Partial<Candidate<string>> = {}) => ({
  name,
  isInstalled: () => true,
  start: async () => ({ detail: `a ${name}`, milliseconds }),
  ...more,
});

describe("chooseBackend", () => {
  it("takes the fastest that works, and says why", async () => {
    const failing = candidate("broken", 0, {
      start: () => Promise.reject(new RespathError("broken does not load")),
    });
    const absent = candidate("absent", 0, { isInstalled: () => false, start: () => expect.fail("started") });
    const software = candidate("software", 0, {
      start: async () => ({ detail: "SwiftShader", isSoftware: true, milliseconds: 1 }),
    });
    const { name, reason } = await chooseBackend([
      candidate("slow", 20),
      candidate("fast", 3),
      failing,
      absent,
      software,
    ]);
    expect(name).toBe("fast");
    expect(reason).toBe(
      "3.0 ms for a convolution and its gradients; slow takes 20.0 ms; broken does not load; absent is not installed; software has only software (SwiftShader)",
    );
  });

  it("gives up when none works, and lets a bug through", async () => {
    await expect(chooseBackend([candidate("absent", 0, { isInstalled: () => false })])).rejects.toThrow(
      "no backend works here: absent is not installed",
    );
    const bug = candidate("bug", 0, { start: () => Promise.reject(new TypeError("a bug")) });
    await expect(chooseBackend([candidate("good", 1), bug])).rejects.toThrow(TypeError);
  });
});

describe("startTensors", () => {
  it("auto: one line on standard error says which and why", async () => {
    const printed = vi.spyOn(console, "error").mockImplementation(() => {});
    const name = await startTensors("auto");
    expect(tf.getBackend()).toBe(name);
    const lines = printed.mock.calls.map(([line]) => String(line)).filter((line) => line.includes("backend"));
    printed.mockRestore();
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(new RegExp(`^respath: backend ${name}: \\d+\\.\\d ms for a convolution`));
  });

  it("goes from one backend to another and back", async () => {
    for (const name of ["cpu", "wasm", "cpu", "wasm"] as const) {
      expect(await startTensors(name)).toBe(name);
      expect(tf.getBackend()).toBe(name);
    }
  });

  it("refuses a name that is none", async () => {
    await expect(startTensors("webgp" as "webgpu")).rejects.toThrow(/did you mean "webgpu"/);
  });

  it.skipIf(hasTensorFlow)("a TensorFlow that is not installed is one clear line", async () => {
    await expect(startTensors("tensorflow")).rejects.toThrow(/npm install @tensorflow\/tfjs-node$/);
    await expect(startTensors("tensorflow")).rejects.toThrow(RespathError);
  });

  it.skipIf(hasWebGpu)("a WebGPU that is not installed is one clear line", async () => {
    await expect(startTensors("webgpu")).rejects.toThrow(
      /npm install webgpu @tensorflow\/tfjs-backend-webgpu$/,
    );
  });
});

describe("withExplicitPadding", () => {
  beforeAll(() => startTensors("cpu"));
  afterAll(() => startTensors("wasm"));

  // The cpu backend's own gradients take padding side by side, so they are the reference here.
  it.each([
    { height: 7, width: 6, stride: 1 },
    { height: 7, width: 6, stride: 2 },
    { height: 8, width: 5, stride: 2 },
  ])(
    "gives the gradients of the stock kernels: $height×$width, stride $stride",
    ({ height, width, stride }) => {
      const pad: [number, number][] = [
        [0, 0],
        [1, 1],
        [2, 1],
        [0, 0],
      ];
      const x = uniformTensor<tf.Rank.R4>([2, height, width, 3], 1);
      const filter = uniformTensor<tf.Rank.R4>([3, 3, 3, 4], 2);
      const attrs = { strides: [stride, stride], pad, dataFormat: "NHWC", dimRoundingMode: "floor" };
      const y = tf.conv2d(x, filter, stride, pad as never, "NHWC", 1, "floor");
      const dy = uniformTensor<tf.Rank.R4>(y.shape as [number, number, number, number], 3);
      const calls = {
        Conv2DBackpropFilter: { inputs: { x, dy }, attrs: { ...attrs, filterShape: filter.shape } },
        Conv2DBackpropInput: { inputs: { dy, filter }, attrs: { ...attrs, inputShape: x.shape } },
      };
      for (const kernel of withExplicitPadding("cpu")) {
        const { inputs, attrs } = calls[kernel.kernelName as keyof typeof calls];
        const stock = tf.engine().runKernel(kernel.kernelName, inputs, attrs as never) as tf.Tensor;
        const found = kernel.kernelFunc({
          inputs,
          attrs: attrs as never,
          backend: tf.backend(),
        }) as tf.Tensor;
        expect(found.shape).toEqual(stock.shape);
        const gaps = tf.abs(tf.sub(found, stock)).dataSync();
        // The same sums in the same order, but for zeros.
        expect(Math.max(...gaps)).toBeLessThan(4 * 2 ** -23 * Math.max(...tf.abs(stock).dataSync()));
      }
    },
  );
});
