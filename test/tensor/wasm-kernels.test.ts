import { getEnvironmentData, setEnvironmentData, Worker } from "node:worker_threads";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { startTensors, tf } from "../../src/tensor/index.js";
import {
  KERNEL_BUILDS,
  type KernelModule,
  kernels,
  selectKernels,
  setExactConvolutions,
} from "../../src/tensor/kernels/index.js";
import {
  type ConvolutionCase,
  convolutionReference,
  errorOverBound,
  outputSize,
} from "./convolution-reference.js";
import { runnableBuilds, uniformTensor } from "./helpers.js";

await startTensors("wasm");
const runnable = runnableBuilds();
const absent = KERNEL_BUILDS.filter((build) => !runnable.includes(build));
for (const build of absent)
  console.warn(`the ${build} kernels do not run in Node ${process.version}: not tested`);

// winograd.test.ts has the convolutions that go Winograd's way.
setExactConvolutions(true);
afterAll(() => {
  setExactConvolutions(false);
  selectKernels();
});

const CHANNELS = [
  [1, 8],
  [3, 16],
  [5, 3],
  [8, 20],
  [12, 12],
  [16, 16],
  [20, 5],
  [64, 64],
];
/** Batch, height and width: one pixel, one row, odd sides, more images than one. */
const MAPS = [
  [1, 1, 1],
  [2, 1, 7],
  [3, 4, 8],
  [1, 9, 6],
  [2, 7, 5],
];

const cases = CHANNELS.flatMap(([inputs, outputs]) =>
  [1, 3].flatMap((kernel) => [1, 2, 3].map((stride) => ({ inputs, outputs, kernel, stride }))),
);

describe("the convolution kernels, against float64 sums", () => {
  it.each(cases)("$inputs to $outputs channels, kernel $kernel, stride $stride", (channels) => {
    for (const [batch, height, width] of MAPS) {
      for (const pad of [0, 1, 2]) {
        const shape = { ...channels, batch, height, width, pad };
        if (outputSize(shape).some((size) => size < 1)) continue;
        expectRightSums(shape);
      }
    }
  });

  it("hold for maps of many tiles and passes", () => {
    const shape = { batch: 2, height: 33, width: 34, inputs: 20, outputs: 17, kernel: 3, stride: 1, pad: 1 };
    expectRightSums(shape);
    expectRightSums({ ...shape, stride: 2 });
  });
});

function expectRightSums(shape: ConvolutionCase): void {
  const { batch, height, width, inputs, outputs, kernel, stride, pad } = shape;
  const [rows, columns] = outputSize(shape);
  const padding = [
    [0, 0],
    [pad, pad],
    [pad, pad],
    [0, 0],
  ] as [[number, number], [number, number], [number, number], [number, number]];
  tf.tidy(() => {
    const x = uniformTensor<tf.Rank.R4>([batch, height, width, inputs], 1);
    const filter = uniformTensor<tf.Rank.R4>([kernel, kernel, inputs, outputs], 2);
    const dy = uniformTensor<tf.Rank.R4>([batch, rows, columns, outputs], 3);
    const operands = { x: x.dataSync(), filter: filter.dataSync(), dy: dy.dataSync() };
    const reference = convolutionReference(shape, operands);
    const convolve = (a: tf.Tensor, f: tf.Tensor) =>
      tf.conv2d(a as tf.Tensor4D, f as tf.Tensor4D, stride, padding, "NHWC", 1, "floor");
    for (const build of runnable) {
      selectKernels(build);
      const { value, grads } = tf.valueAndGrads(convolve)([x, filter], dy);
      const found = { y: value, dx: grads[0], dw: grads[1] };
      for (const name of ["y", "dx", "dw"] as const) {
        const error = errorOverBound(found[name].dataSync(), reference[name]);
        expect(error, `${name} of ${build}, ${JSON.stringify(shape)}`).toBeLessThanOrEqual(1);
      }
    }
  });
}

describe("the matrix product, against float64 sums", () => {
  const sizes = [
    [1, 1, 1],
    [1, 9, 5],
    [7, 20, 3],
    [9, 8, 64],
    [33, 17, 130],
    // More rows than stay in the cache at once.
    [70, 24, 2000],
  ];
  it.each(sizes)("%s rows, %s columns, depth %s, both ways round", (rows, columns, depth) => {
    for (const transposeA of [false, true]) {
      for (const transposeB of [false, true]) {
        tf.tidy(() => {
          const a = uniformTensor<tf.Rank.R3>(transposeA ? [2, depth, rows] : [2, rows, depth], 1);
          const b = uniformTensor<tf.Rank.R3>(transposeB ? [2, columns, depth] : [2, depth, columns], 2);
          const [left, right] = [a.dataSync(), b.dataSync()];
          const length = 2 * rows * columns;
          const [values, magnitudes] = [new Float64Array(length), new Float64Array(length)];
          for (let i = 0; i < length; i++) {
            const [matrix, cell] = [Math.floor(i / (rows * columns)), i % (rows * columns)];
            const [row, column] = [Math.floor(cell / columns), cell % columns];
            for (let k = 0; k < depth; k++) {
              const from = matrix * rows * depth + (transposeA ? k * rows + row : row * depth + k);
              const to = matrix * depth * columns + (transposeB ? column * depth + k : k * columns + column);
              values[i] += left[from] * right[to];
              magnitudes[i] += Math.abs(left[from] * right[to]);
            }
          }
          for (const build of runnable) {
            selectKernels(build);
            const c = tf.matMul(a, b, transposeA, transposeB);
            expect(c.shape).toEqual([2, rows, columns]);
            const error = errorOverBound(c.dataSync(), {
              values,
              magnitudes,
              terms: new Float64Array(length).fill(depth),
            });
            expect(error, `${build}, transposed ${transposeA}, ${transposeB}`).toBeLessThanOrEqual(1);
          }
        });
      }
    }
  });
});

describe.each(runnable)("the %s build", (build) => {
  beforeAll(() => {
    selectKernels(build);
  });

  it("leaves nothing behind: neither tensors nor heap", () => {
    const step = () =>
      tf.tidy(() => {
        const x = uniformTensor<tf.Rank.R4>([4, 16, 16, 16], 1);
        const filter = uniformTensor<tf.Rank.R4>([3, 3, 16, 20], 2);
        const loss = (a: tf.Tensor, f: tf.Tensor) =>
          tf.sum(tf.conv2d(a as tf.Tensor4D, f as tf.Tensor4D, 2, "same")) as tf.Scalar;
        tf.grads(loss)([x, filter]);
        tf.matMul(tf.ones([50, 60]), tf.ones([60, 70]));
      });
    const held = () => {
      const { numTensors, numDataBuffers } = tf.memory();
      return { numTensors, numDataBuffers, heap: heapSize() };
    };
    for (let warm = 0; warm < 3; warm++) step();
    const before = held();
    for (let i = 0; i < 50; i++) step();
    expect(held()).toEqual(before);
  });

  it("says so when the heap is full, and frees what it took", () => {
    const module = kernels() as KernelModule;
    const { numTensors, numDataBuffers } = tf.memory();
    const scratch = vi.spyOn(module, "scratch").mockImplementation(() => {
      throw new RangeError("full");
    });
    const [x, filter] = [tf.ones([1, 4, 4, 3]) as tf.Tensor4D, tf.ones([3, 3, 3, 5]) as tf.Tensor4D];
    expect(() => tf.conv2d(x, filter, 1, "same")).toThrow("full");
    const [a, b] = [tf.ones([2, 3]) as tf.Tensor2D, tf.ones([3, 2]) as tf.Tensor2D];
    expect(() => tf.matMul(a, b)).toThrow("full");
    scratch.mockRestore();
    const { wasm } = tf.backend() as unknown as { wasm: { _malloc(bytes: number): number } };
    const refuse = vi.spyOn(wasm, "_malloc").mockReturnValueOnce(0);
    expect(() => module.output([5, 7])).toThrow(
      "The WebAssembly heap has no room for a tensor of shape [5, 7]; use a smaller batch or fewer blocks",
    );
    refuse.mockRestore();
    // 4 GB, which in 32 bits is 0.
    expect(() => module.output([1024, 2 ** 20])).toThrow("no room for a tensor of shape [1024, 1048576]");
    tf.dispose([x, filter, a, b]);
    expect(tf.memory()).toMatchObject({ numTensors, numDataBuffers });
  });

  it("gives the same bits again", () => {
    const run = () =>
      tf.tidy(() => {
        const x = uniformTensor<tf.Rank.R4>([3, 9, 7, 20], 1);
        const filter = uniformTensor<tf.Rank.R4>([3, 3, 20, 12], 2);
        const gradients = tf.grads((a, f) => tf.conv2d(a as tf.Tensor4D, f as tf.Tensor4D, 1, "same"))([
          x,
          filter,
        ]);
        return gradients.map((gradient) => [...gradient.dataSync()]);
      });
    expect(run()).toEqual(run());
  });

  it("lets numbers that are not finite through", () => {
    tf.tidy(() => {
      const x = tf.tensor4d([1, Number.NaN, Number.POSITIVE_INFINITY, 4], [1, 2, 2, 1]);
      const y = tf.conv2d(x, tf.ones([1, 1, 1, 20]) as tf.Tensor4D, 1, "valid").dataSync();
      expect([y[0], y[20], y[59], y[60]]).toEqual([1, Number.NaN, Number.POSITIVE_INFINITY, 4]);
    });
  });
});

function heapSize(): number {
  return kernels()?.heapBytes() as number;
}

describe("the choice of a build", () => {
  it("takes the first that runs", () => {
    expect(selectKernels("auto")).toBe(runnable[0]);
    const isWide = Number(process.versions.node.split(".")[0]) >= 24 && process.arch === "x64";
    expect(runnable).toEqual(isWide ? ["wide", "fma", "simd"] : ["fma", "simd"]);
  });

  it.each(["composed", "simd"] as const)("obeys RESPATH_KERNELS=%s", (choice) => {
    vi.stubEnv("RESPATH_KERNELS", choice);
    expect(selectKernels()).toBe(choice);
    expect(kernels()?.build ?? "composed").toBe(choice);
    vi.unstubAllEnvs();
  });

  it("refuses an unknown choice", () => {
    vi.stubEnv("RESPATH_KERNELS", "fast");
    expect(() => selectKernels()).toThrow(
      'RESPATH_KERNELS must be one of auto, wide, fma, simd, composed, not "fast"',
    );
    vi.unstubAllEnvs();
  });

  const inThread = async () => {
    const source = `
      const { parentPort } = require("node:worker_threads");
      (async () => {
        const { register } = await import("tsx/esm/api");
        register();
        const { startTensors, tf } = await import(${JSON.stringify(new URL("../../src/tensor/index.ts", import.meta.url))});
        const { kernels } = await import(${JSON.stringify(new URL("../../src/tensor/kernels/index.ts", import.meta.url))});
        await startTensors("wasm");
        const product = tf.matMul(tf.ones([5, 30]), tf.fill([30, 20], 0.1)).dataSync();
        parentPort.postMessage({ build: kernels().build, product: [...product] });
      })();
    `;
    const worker = new Worker(source, { eval: true });
    const answer = await new Promise((resolve, reject) => {
      worker.once("message", resolve);
      worker.once("error", reject);
    });
    await worker.terminate();
    return answer;
  };

  it("works in a worker thread, whose product is the same", async () => {
    selectKernels("auto");
    const product = tf.tidy(() => [...tf.matMul(tf.ones([5, 30]), tf.fill([30, 20], 0.1)).dataSync()]);
    expect(await inThread()).toEqual({ build: runnable[0], product });
  });

  it("leaves V8's flags alone in a worker thread that was not given the kernels", async () => {
    const names = KERNEL_BUILDS.map((build) => `respath kernels ${build}`);
    const given = names.map((name) => getEnvironmentData(name));
    for (const name of names) setEnvironmentData(name);
    expect(await inThread()).toMatchObject({ build: expect.stringMatching(/^(fma|simd)$/) });
    for (const [at, name] of names.entries()) setEnvironmentData(name, given[at]);
  });
});
