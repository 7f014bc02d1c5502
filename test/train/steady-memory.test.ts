import { join } from "node:path";
import { queryObjects } from "node:v8";
import { expect, it } from "vitest";
import { tf } from "../../src/tensor/index.js";
import { kernels } from "../../src/tensor/kernels/index.js";
import { train } from "../../src/train/index.js";
import { temporaryFolder } from "../helpers/temporary-folder.js";
import { easyImages } from "./images.js";

const folder = temporaryFolder("steady");
const data = { train: easyImages(40), test: easyImages(20, 1) };
const settings = {
  model: "wrn-10-0.25",
  scheme: "batchnorm",
  batch: 8,
  imageSize: 8,
  workers: 1,
  backend: "wasm",
  data,
} as const;
const [WARM, STEPS] = [50, 550];

/** How many members each collection has that tfjs's engine keeps. */
function sizesOfEngine(): Record<string, number> {
  const { state } = tf.engine() as unknown as { state: Record<string, unknown> };
  return Object.fromEntries(
    Object.entries(state).flatMap(([name, value]) => {
      if (value === null || typeof value !== "object" || value instanceof WeakMap) return [];
      return [[name, value instanceof Map ? value.size : Object.keys(value).length]];
    }),
  );
}

interface Kept {
  readonly memory: object;
  /** Of the backend: what a kernel forgot to give back is in no tensor. */
  readonly dataIds: number;
  readonly engine: object;
  readonly heapBytes: number | undefined;
  /** All JavaScript objects of this thread, after a full collection. */
  readonly objects: number;
}

/** What is kept after 50 steps, and after 500 more. */
async function keptBy(more: object): Promise<[Kept, Kept]> {
  const kept: Kept[] = [];
  await train({
    ...settings,
    ...more,
    steps: STEPS,
    onStep: ({ step }) => {
      if (step !== WARM && step !== STEPS) return;
      kept.push({
        memory: tf.memory(),
        dataIds: tf.engine().backend.numDataIds(),
        engine: sizesOfEngine(),
        heapBytes: kernels()?.heapBytes(),
        objects: queryObjects(Object, { format: "count" }),
      });
    },
  });
  return kept as [Kept, Kept];
}

// By counts of what is kept: a process's resident memory depends on more than the program (bench/soak.ts).
it.each([
  ["one thread", { testImages: 0 }, 0],
  ["two threads", { workers: 2, ghostBatch: 4, testImages: 0 }, 0],
  ["a run folder", { checkpointEvery: 20, testEvery: { steps: 50 }, probeEvery: { steps: 100 } }, 10],
] as const)("500 more steps leave nothing behind: %s", async (name, more, tests) => {
  const output = tests > 0 ? { output: join(folder, name) } : {};
  const [warm, last] = await keptBy({ ...more, ...output });
  expect(last.memory).toEqual(warm.memory);
  expect(last.dataIds).toBe(warm.dataIds);
  expect(last.engine).toEqual(warm.engine);
  expect(last.heapBytes).toBe(warm.heapBytes);
  // What a run keeps of its steps is two numbers each, in arrays of 1024, and an object a test.
  expect(last.objects - warm.objects).toBeLessThan(100 + tests);
});
