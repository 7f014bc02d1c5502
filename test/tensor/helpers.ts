import { vi } from "vitest";
import { openStream } from "../../src/random/index.js";
import { tf } from "../../src/tensor/index.js";
import {
  KERNEL_BUILDS,
  type KernelBuild,
  type KernelFunctions,
  kernels,
  selectKernels,
} from "../../src/tensor/kernels/index.js";

/** A tensor of numbers from −1 to 1. */
export function uniformTensor<R extends tf.Rank>(shape: tf.ShapeMap[R], seed: number): tf.Tensor<R> {
  const stream = openStream({ seed, purpose: "test" });
  const size = (shape as number[]).reduce((product, n) => product * n, 1);
  return tf.tensor(
    Float32Array.from({ length: size }, () => 2 * stream.nextUniform() - 1),
    shape,
  ) as tf.Tensor<R>;
}

/** Runs `work` on another backend; tensors that come in must be made anew there, so it gets and gives plain arrays. */
export async function onBackend<T>(backend: "cpu" | "wasm", work: () => T): Promise<T> {
  const before = tf.getBackend();
  await tf.setBackend(backend);
  try {
    return tf.tidy(work as () => never) as T;
  } finally {
    await tf.setBackend(before);
  }
}

/** The largest difference of two arrays, over the largest number in the first. */
export function relativeDifference(reference: ArrayLike<number>, found: ArrayLike<number>): number {
  if (reference.length !== found.length) return Number.POSITIVE_INFINITY;
  let [difference, scale] = [0, 0];
  for (let i = 0; i < reference.length; i++) {
    const gap = Math.abs(reference[i] - found[i]);
    if (!(gap <= difference)) difference = gap;
    scale = Math.max(scale, Math.abs(reference[i]));
  }
  return difference / Math.max(scale, Number.MIN_VALUE);
}

/** Rounding of a float32 sum of `terms` products in any order, relative to the largest result (the usual bound √n·ε, three times over). */
export function roundingOf(terms: number): number {
  return 3 * 2 ** -23 * Math.sqrt(Math.max(1, terms)) * 2;
}

/** The builds of the kernels that run in this Node, the fastest first; the first is then in use. Start the wasm backend before. */
export function runnableBuilds(): KernelBuild[] {
  const builds = KERNEL_BUILDS.filter((build) => {
    try {
      return selectKernels(build) === build;
    } catch {
      console.warn(`the ${build} kernels do not run in Node ${process.version}: not tested`);
      return false;
    }
  });
  selectKernels(builds[0]);
  return builds;
}

export interface KernelCall {
  readonly name: keyof KernelFunctions;
  readonly args: readonly number[];
}

/** The calls of the kernels in use that `work` makes, function by function. */
export function kernelCalls(work: () => void): KernelCall[] {
  const run = kernels()!.run;
  const names = Object.keys(run) as (keyof KernelFunctions)[];
  const spies = names
    .filter((name) => typeof run[name] === "function")
    .map((name) => ({ name, spy: vi.spyOn(run, name) }));
  try {
    work();
    return spies.flatMap(({ name, spy }) => spy.mock.calls.map((args) => ({ name, args })));
  } finally {
    for (const { spy } of spies) spy.mockRestore();
  }
}
