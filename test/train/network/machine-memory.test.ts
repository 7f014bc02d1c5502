import { totalmem } from "node:os";
import { describe, expect, it } from "vitest";
import { machineMemory, memoryRoom } from "../../../src/train/network/machine-memory.js";
import {
  LARGEST_HEAP,
  OutOfMemoryError,
  planRecomputation,
  trainingBytes,
  weightBytes,
} from "../../../src/train/network/memory.js";
import { designOf } from "../networks.js";

const GIB = 2 ** 30;
const { plan: network } = designOf("wrn-100-1", "batchnorm").design;
const step = { plan: network, batch: 64 };
const roomOf = (workers: number, machine: number) => memoryRoom({ plan: network, workers, machine });

describe("the room of a thread", () => {
  it("is a WebAssembly memory where the machine has one for each", () => {
    expect(roomOf(2, 9 * GIB)).toMatchObject({ bytes: LARGEST_HEAP, reason: "the wasm backend has 4 GiB" });
    expect(roomOf(1, 5 * GIB).bytes).toBe(LARGEST_HEAP);
  });

  it("is its share of the machine's memory without the shared gradients and Node.js itself", () => {
    // 48 blocks of two 3×3 convolutions, 16 a stage, and two projections; the first convolution and the classifier.
    const pairs = [16, 32, 64].map((width) => 2 * 9 * width * width * 16);
    const narrower = [32, 64].map(
      (width) => 9 * width * (width / 2) - 9 * width * width + width * (width / 2),
    );
    const weights = [...pairs, ...narrower, 27 * 16, 64 * 10].reduce((total, count) => total + count, 0);
    expect(weightBytes(network)).toBe(4 * weights);
    const { bytes, reason, advice } = roomOf(4, 2 * GIB);
    expect(bytes).toBe((2 * GIB - 5 * 4 * weights) / 4 - 128 * 2 ** 20);
    expect(reason).toBe("the machine's 2.0 GiB leave 0.4 GiB for each of 4 threads");
    expect(advice).toBe("fewer `workers`");
  });

  it("is nothing on a machine that is too small", () => {
    expect(roomOf(64, GIB)).toMatchObject({ bytes: 0 });
    expect(roomOf(1, GIB)).toEqual({
      bytes: expect.any(Number),
      reason: "the machine's 1.0 GiB leave 0.9 GiB for it",
    });
  });

  it("is that of this machine", () => {
    expect(machineMemory()).toBeGreaterThan(0);
    expect(machineMemory()).toBeLessThanOrEqual(totalmem());
  });
});

describe("a step that does not fit", () => {
  const plan = (workers: number, machine: number, recompute?: "auto" | "none" | number) =>
    planRecomputation({ ...step, model: "wrn-100-1 at 32×32", recompute, room: roomOf(workers, machine) });

  it("is recomputed where the machine's memory, not the backend's, is the limit", () => {
    const [whole, least] = [trainingBytes(step), trainingBytes({ ...step, segment: 7 })];
    expect(plan(1, 2 * whole + GIB)).toBeUndefined();
    const segment = plan(1, 1.1 * whole);
    expect(segment).toBeGreaterThan(1);
    expect(trainingBytes({ ...step, segment })).toBeLessThanOrEqual(least);
  });

  it("is refused with what it needs, what there is and what would help", () => {
    const refusal = (...options: Parameters<typeof plan>) => {
      try {
        plan(...options);
      } catch (error) {
        expect(error).toBeInstanceOf(OutOfMemoryError);
        return (error as Error).message;
      }
      throw new Error("accepted");
    };
    const needed = (trainingBytes(step) / GIB).toFixed(1);
    expect(refusal(4, GIB, "none")).toMatch(
      new RegExp(
        `^wrn-100-1 at 32×32 with a ghost batch of 64 needs about ${needed} GiB, and the machine's 1\\.0 GiB leave 0\\.1 GiB for each of 4 threads; use fewer \`workers\` or \`recompute\` auto or a \`ghostBatch\` of at most \\d+$`,
      ),
    );
    expect(refusal(1, GIB / 4, "none")).toMatch(/leave 0\.1 GiB for it; use `recompute` auto or a `ghost/);
    expect(refusal(64, GIB)).toMatch(/for each of 64 threads; use fewer `workers` or a smaller model$/);
  });
});
