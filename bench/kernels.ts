/*
 * GFLOP/s of each WebAssembly kernel of convolution and matrix product, against the core's measured multiply-add peak, one
 * thread.
 *
 *   node --import tsx bench/kernels.ts --builds wide,fma,simd --rounds 7 --out results/bench/kernels.json
 *
 * For each kernel and shape the best and the median of the rounds; the shapes are those of Wide-ResNets at 32×32. The peak is
 * measured in between, with the same build. Prints a table; --out writes it as a document. The operations counted
 * are those of plain sums of products: convolutions that go Winograd's way do fewer, and may exceed the peak (--exact: none do).
 */
import { cpus, loadavg } from "node:os";
import { parseArgs } from "node:util";
import { median } from "simple-statistics";
import { writeFileWhole } from "../src/system/write-file.js";
import { startTensors, tf } from "../src/tensor/index.js";
import {
  KERNEL_BUILDS,
  type KernelBuild,
  type KernelModule,
  kernels,
  selectKernels,
  setExactConvolutions,
} from "../src/tensor/kernels/index.js";
import { multiplyAddGigaflops } from "./roofline/roofs.js";

const { values } = parseArgs({
  options: {
    builds: { type: "string", default: KERNEL_BUILDS.join() },
    rounds: { type: "string", default: "7" },
    exact: { type: "boolean", default: false },
    out: { type: "string" },
  },
});
const rounds = Number(values.rounds);

/** Batch, side, inputs, outputs, kernel, stride. */
const CONVOLUTIONS = [
  [128, 32, 3, 16, 3, 1],
  [128, 32, 16, 16, 3, 1],
  [128, 32, 16, 32, 3, 2],
  [128, 32, 16, 32, 1, 2],
  [128, 16, 32, 32, 3, 1],
  [128, 8, 64, 64, 3, 1],
  [32, 32, 64, 64, 3, 1],
  [32, 8, 256, 256, 3, 1],
  [64, 16, 8, 8, 3, 1],
];
/** Rows, columns, depth. */
const PRODUCTS = [
  [128, 10, 64],
  [1000, 1000, 1000],
];

interface Row {
  readonly build: KernelBuild;
  readonly kernel: string;
  readonly shape: string;
  readonly gigaflops: number;
  readonly medianGigaflops: number;
  readonly shareOfPeak: number;
}

await startTensors("wasm");
setExactConvolutions(values.exact);
const rows: Row[] = [];
for (const build of values.builds.split(",") as KernelBuild[]) {
  try {
    selectKernels(build);
  } catch (error) {
    console.error((error as Error).message);
    continue;
  }
  for (const shape of CONVOLUTIONS) measureConvolution(build, shape);
  for (const shape of PRODUCTS) measureProduct(build, shape);
}

const machine = `${cpus()[0]?.model.trim()}, Node ${process.version}, load ${loadavg()[0].toFixed(1)}`;
console.log(`${machine}, ${rounds} rounds: best GFLOP/s (median), share of the measured multiply-add peak`);
for (const { build, kernel, shape, gigaflops, medianGigaflops, shareOfPeak } of rows) {
  const speed = `${gigaflops.toFixed(1).padStart(6)} (${medianGigaflops.toFixed(1)})`.padEnd(16);
  console.log(
    `${build.padEnd(5)} ${kernel.padEnd(21)} ${shape.padEnd(34)} ${speed} ${(100 * shareOfPeak).toFixed(0)} %`,
  );
}
if (values.out) {
  const document = {
    measured: new Date().toISOString(),
    node: process.version,
    cpu: cpus()[0]?.model,
    load: loadavg(),
    rounds,
    exact: values.exact,
    rows,
  };
  await writeFileWhole(values.out, `${JSON.stringify(document, null, 2)}\n`);
}

function measureConvolution(
  build: KernelBuild,
  [batch, side, inputs, outputs, kernel, stride]: number[],
): void {
  const pad = (kernel - 1) / 2;
  const x = numbers([batch, side, side, inputs]);
  const filter = numbers([kernel, kernel, inputs, outputs]);
  const attributes = {
    strides: [stride, stride],
    dilations: [1, 1],
    pad: [
      [0, 0],
      [pad, pad],
      [pad, pad],
      [0, 0],
    ],
    dataFormat: "NHWC",
    dimRoundingMode: "floor",
    inputShape: x.shape,
    filterShape: filter.shape,
  };
  const run = (name: string, operands: tf.NamedTensorMap) =>
    tf.engine().runKernel(name, operands, attributes as unknown as tf.NamedAttrMap) as tf.Tensor;
  const dy = run("Conv2D", { x, filter });
  const operations = 2 * dy.size * kernel ** 2 * inputs;
  const shape = `${batch}×${side}×${side}×${inputs} to ${outputs}, ${kernel}×${kernel} stride ${stride}`;
  measure({ build, kernel: "Conv2D", shape, operations }, () => run("Conv2D", { x, filter }));
  measure({ build, kernel: "Conv2DBackpropInput", shape, operations }, () =>
    run("Conv2DBackpropInput", { dy, filter }),
  );
  measure({ build, kernel: "Conv2DBackpropFilter", shape, operations }, () =>
    run("Conv2DBackpropFilter", { x, dy }),
  );
  tf.dispose([x, filter, dy]);
}

function measureProduct(build: KernelBuild, [m, n, depth]: number[]): void {
  const operations = 2 * m * n * depth;
  for (const [transposeA, transposeB] of [
    [false, false],
    [true, false],
    [false, true],
  ]) {
    const a = numbers(transposeA ? [depth, m] : [m, depth]);
    const b = numbers(transposeB ? [n, depth] : [depth, n]);
    const shape = `${m}×${depth}${transposeA ? "ᵀ" : ""} · ${depth}×${n}${transposeB ? "ᵀ" : ""}`;
    measure({ build, kernel: "BatchMatMul", shape, operations }, () =>
      tf.matMul(a, b, transposeA, transposeB),
    );
    tf.dispose([a, b]);
  }
}

interface Measured {
  readonly build: KernelBuild;
  readonly kernel: string;
  readonly shape: string;
  readonly operations: number;
}

function measure({ build, kernel, shape, operations }: Measured, run: () => tf.Tensor): void {
  run().dispose();
  // Enough repetitions for some milliseconds a round.
  const repetitions = Math.max(1, Math.round(3e8 / operations));
  const speeds: number[] = [];
  let peak = 0;
  for (let round = 0; round < rounds; round++) {
    peak = Math.max(peak, multiplyAddGigaflops(kernels() as KernelModule));
    const started = performance.now();
    for (let i = 0; i < repetitions; i++) run().dispose();
    speeds.push((operations * repetitions) / (performance.now() - started) / 1e6);
  }
  const best = Math.max(...speeds);
  rows.push({
    build,
    kernel,
    shape,
    gigaflops: best,
    medianGigaflops: median(speeds),
    shareOfPeak: best / peak,
  });
}

function numbers(shape: number[]): tf.Tensor {
  let size = 1;
  for (const n of shape) size *= n;
  return tf.tensor(
    Float32Array.from({ length: size }, (_, i) => ((0.6180339887498949 * i) % 1) - 0.5),
    shape,
  );
}
