import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { rowsOf, typicalStep } from "../../bench/roofline/analyse.js";
import { isPreparation, type KernelName, type KernelWork, workOf } from "../../bench/roofline/kernel-work.js";
import { recordStep, type TimedWork } from "../../bench/roofline/recorder.js";
import { bandwidthAt } from "../../bench/roofline/roofs.js";
import { LINE_OPERATIONS } from "../../bench/roofline/winograd-operations.js";
import { startTensors } from "../../src/tensor/index.js";
import { compileBuild } from "../../src/tensor/kernels/compile-build.js";
import { NO_FLAGS } from "../../src/tensor/kernels/compiler-flags.js";
import { kernels } from "../../src/tensor/kernels/index.js";
import { Optimizer } from "../../src/train/index.js";
import { operationsAnImage } from "../../src/train/network/operations.js";
import { designOf, networkOf, noise } from "../train/networks.js";

/** Functions that no training step calls: the measurement of the peak, and what the sampler alone needs. */
const OF_NO_STEP = new Set<KernelName>([
  "multiplyAddPeak",
  "applyFactors",
  "componentPass",
  "factorGram",
  "featureMoments",
  "fillNormal",
  "freezeGates",
  "packWeights",
  "packedFloats",
  "rowVariance",
]);

beforeAll(() => startTensors("wasm"));

/** Two images of 8×8 with 8 channels to 16, 3×3, stride 1, a zero on every side. */
const SMALL = [2, 8, 8, 8, 16, 3, 3, 1, 1, 1, 8, 8];
/** Two of 4×4, 1×1, stride 2: 2×2 come out. */
const PROJECTION = [2, 4, 4, 8, 16, 1, 1, 2, 0, 0, 2, 2];
const work = (name: KernelName, args: number[], convolution: number[] = []) =>
  workOf({ name, args, convolution });

describe("the work of a kernel, by hand", () => {
  it.each(["conv2d", "conv2dBackpropInput", "conv2dBackpropFilter"] as const)(
    "%s as sums of products",
    (name) => {
      const { done, credited, bytes } = work(name, [], SMALL);
      // Each of 2·8·8·16 results is a sum of 3·3·8 products.
      expect(done).toBe(2 * 2048 * 72);
      expect(credited).toBe(done);
      // 1024 numbers in, 2048 out, 1152 in the filter.
      expect(bytes).toBe(4 * (1024 + 2048 + 1152));
    },
  );

  // Eight tiles of 4×4 in four strips, 36 products for each of 128 pairs of channels. A strip's 8 columns are transformed down, and
  // the 6 rows of each of its tiles across: 4·8 + 8·6 lines a channel. Results: 6 columns and 4 rows a tile. Filters: 3 columns
  // and 6 rows, and for the sums the other way round.
  const products = 2 * 36 * 8 * 128;
  it.each([
    ["conv2dWinograd", products + 22 * 8 * (32 + 48) + 16 * 16 * 8 * 10 + 13 * 128 * 9],
    ["conv2dBackpropInputWinograd", products + 22 * 16 * (32 + 48) + 16 * 8 * 8 * 10 + 13 * 128 * 9],
    ["conv2dBackpropFilterWinograd", products + (22 * 8 + 14 * 16) * (32 + 48) + 16 * 128 * 9],
  ] as const)("%s as squares, credited with sums of products", (name, operations) => {
    const { done, credited, bytes } = work(name, [], SMALL);
    expect(done).toBe(operations);
    expect(credited).toBe(2 * 2048 * 72);
    expect(bytes).toBe(4 * (1024 + 2048 + 1152));
  });

  it("counts a tile that hangs over as a whole one", () => {
    const odd = [1, 5, 5, 8, 8, 3, 3, 1, 1, 1, 5, 5];
    // Four tiles, and 5 columns in each of two strips.
    const images = (22 + 14) * 8 * (2 * 5 + 4 * 6);
    expect(work("conv2dBackpropFilterWinograd", [], odd).done).toBe(2 * 36 * 4 * 64 + images + 16 * 64 * 9);
  });

  it.each([
    ["winograd-lines", "transformInputLines", 2],
    ["winograd-lines", "transformFilterLines", 2],
    ["winograd-lines", "transformProductLines", 2],
    ["winograd-gradient-lines", "transformGradientLines", 2],
    ["winograd-gradient-lines", "transformSumLines", 1],
  ] as const)("counts what is written in assembly/%s.ts: %s", (file, name, vectors) => {
    const source = readFileSync(new URL(`../../assembly/${file}.ts`, import.meta.url), "utf8");
    const loop = new RegExp(`function ${name}\\([^]*?for \\(([^]*?)\\n\\}`).exec(source)![1];
    const multiplyAdds = loop.match(/madd\(/g)!.length;
    const others = loop.match(/f32x4\.(add|sub|mul)\(/g)!.length;
    expect((2 * multiplyAdds + others) / vectors).toBe(LINE_OPERATIONS[name]);
  });

  it("does not count pixels that a stride skips", () => {
    // 2·2·2 pixels of 8 channels are seen, all 2·4·4 of the gradient are written.
    expect(work("conv2dPointwise", [], PROJECTION).bytes).toBe(4 * (64 + 128 + 128));
    expect(work("conv2dBackpropInputPointwise", [], PROJECTION).bytes).toBe(4 * (256 + 128 + 128));
    // Added to what is there: only the seen ones are read and written.
    expect(work("conv2dBackpropInputPointwise", [0, 0, 0, 0, 1], PROJECTION).bytes).toBe(
      4 * (128 + 128 + 128),
    );
  });

  it("counts operands once", () => {
    expect(work("scaledAdd", [0, 0, 0, 100, 1, 1])).toMatchObject({ done: 300, bytes: 1200 });
    expect(work("sgdMomentum", [0, 0, 0, 10, 0.1, 0.9, 0])).toMatchObject({ done: 60, bytes: 200 });
    expect(work("matMul", [0, 0, 0, 1, 3, 5, 7])).toMatchObject({ done: 210, bytes: 4 * (21 + 35 + 15) });
  });
});

describe("recordStep", () => {
  const record = (scheme: string) => {
    const network = networkOf("wrn-10-1", scheme);
    const optimizer = new Optimizer(network);
    const step = recordStep(() => optimizer.step(noise(4, 8), 0.01));
    network.dispose();
    return step;
  };
  const isProduct = ({ group, label }: KernelWork) =>
    group.startsWith("convolution") || label.startsWith("matrix");

  it.each(["batchnorm", "skipinit"])("%s: credits what is counted from the architecture", (scheme) => {
    const credited = record(scheme)
      .calls.filter(isProduct)
      .reduce((sum, call) => sum + call.credited, 0);
    expect(credited).toBe(
      4 * operationsAnImage(designOf("wrn-10-1", scheme, { imageSize: 8 }).design.plan, 10).step,
    );
  });

  it("accounts for the whole time of the step", () => {
    const { milliseconds, calls, gaps } = record("batchnorm");
    expect(gaps).toHaveLength(calls.length + 1);
    const parts = [...gaps, ...calls.map((call) => call.milliseconds)];
    expect(Math.min(...parts)).toBeGreaterThanOrEqual(0);
    expect(parts.reduce((sum, part) => sum + part, 0)).toBeCloseTo(milliseconds, 6);
  });

  it("puts the kernels back as they were", () => {
    const own = { ...kernels()?.run };
    record("skipinit");
    expect(kernels()?.run).toEqual(own);
    expect(() =>
      recordStep(() => {
        throw new Error("on purpose");
      }),
    ).toThrow("on purpose");
    expect(kernels()?.run).toEqual(own);
  });

  it("knows every kernel of a training step", () => {
    const build = compileBuild("simd", NO_FLAGS);
    const names = WebAssembly.Module.exports(build)
      .filter(({ kind }) => kind === "function")
      .map(({ name }) => name as KernelName)
      .filter((name) => !isPreparation(name) && !OF_NO_STEP.has(name));
    expect(names).toContain("conv2d");
    for (const name of names) expect(work(name, Array(20).fill(1), SMALL).bytes, name).toBeGreaterThan(0);
  });
});

describe("the roofs", () => {
  const roofs = {
    gigaflops: 100,
    bandwidth: [
      { bytes: 1000, gigabytesPerSecond: 50 },
      { bytes: 8000, gigabytesPerSecond: 10 },
    ],
  };

  it("takes the bandwidth of arrays that are as large together", () => {
    expect([1, 1000, 1001, 8000, 1e9].map((bytes) => bandwidthAt(bytes, roofs))).toEqual([
      50, 50, 10, 10, 10,
    ]);
  });

  it("holds time and work against the lower one", () => {
    const call = (label: string, amounts: Partial<TimedWork>): TimedWork => ({
      group: "addition",
      label,
      done: 0,
      credited: 0,
      bytes: 0,
      milliseconds: 0,
      ...amounts,
    });
    // 2·10⁶ operations are 0.02 ms at the peak, 8000 bytes 0.8 µs.
    const steps = [0.1, 0.3, 9].map((milliseconds, index) => ({
      milliseconds: 10,
      calls: [
        call("light", { milliseconds: index === 0 ? 7 : 0.001, done: 1000, credited: 1000, bytes: 8000 }),
        call("heavy", { milliseconds, done: 2e6, credited: 4e6, bytes: 8000 }),
        call("heavy", { milliseconds: 0.1, done: 2e6, credited: 4e6, bytes: 8000 }),
      ],
      gaps: [0.05, 0.04 * index, 0, 0.009],
    }));
    const typical = typicalStep(steps);
    // Medians of each: 0.05 + 0.04 + 0.009 between 0.001 + 0.3 + 0.1.
    expect(typical.rest).toBeCloseTo(0.099, 12);
    expect(typical.milliseconds).toBeCloseTo(0.5, 12);
    const [heavy, light] = rowsOf(typical, roofs);
    expect(heavy).toMatchObject({ label: "heavy", calls: 2, roof: "arithmetic" });
    expect(heavy.milliseconds).toBeCloseTo(0.4, 12);
    expect(heavy.share).toBeCloseTo(0.8, 12);
    expect(heavy.gigaflops).toBeCloseTo(10, 12);
    expect(heavy.creditedGigaflops).toBeCloseTo(20, 12);
    expect(heavy.shareOfPeak).toBeCloseTo(0.1, 12);
    expect(heavy.shareOfRoof).toBeCloseTo(0.1, 12);
    expect(light).toMatchObject({ label: "light", calls: 1, roof: "memory" });
    expect(light.gigabytesPerSecond).toBeCloseTo(8, 12);
    expect(light.shareOfRoof).toBeCloseTo(0.8, 12);
  });

  it("refuses steps that do not make the same calls", () => {
    const step = { milliseconds: 0, calls: [], gaps: [0] };
    const call = { ...work("scale", [0, 0, 8, 1]), milliseconds: 1 };
    const longer = { milliseconds: 1, calls: [call], gaps: [0, 0] };
    expect(() => typicalStep([step, longer])).toThrow("the steps make other calls");
  });
});
