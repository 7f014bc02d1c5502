import { totalmem } from "node:os";
import type { NetworkPlan } from "../../network/plan/index.js";
import { gibibytes, type MemoryRoom, WASM_ROOM, weightBytes } from "./memory.js";

/** Bytes of memory that this process can have: the machine's, or what its container is limited to. */
export function machineMemory(): number {
  // 0 or undefined where it is not known, and more than any machine has where there is no limit.
  const limit = process.constrainedMemory();
  return limit ? Math.min(totalmem(), limit) : totalmem();
}

export interface RoomOptions {
  readonly plan: NetworkPlan;
  /** Threads, each with a WebAssembly memory of its own. */
  readonly workers: number;
  /** Bytes for all of them; {@link machineMemory} if absent. */
  readonly machine?: number;
}

/** Of a thread besides its WebAssembly memory: Node.js itself, TensorFlow.js and the code (docs/training.md). */
const NODE_BYTES = 128 * 2 ** 20;

/**
 * What one thread of a training run can have: a whole WebAssembly memory, or its share of the machine's memory where that is
 * less. The threads share a vector of gradients each and their sum. The images are not counted.
 */
export function memoryRoom({ plan, workers, machine = machineMemory() }: RoomOptions): MemoryRoom {
  const gradients = (workers + 1) * weightBytes(plan);
  const bytes = Math.max(0, (machine - gradients) / workers - NODE_BYTES);
  if (bytes >= WASM_ROOM.bytes) return WASM_ROOM;
  const thread = workers === 1 ? "it" : `each of ${workers} threads`;
  return {
    bytes,
    reason: `the machine's ${gibibytes(machine)} leave ${gibibytes(bytes)} for ${thread}`,
    ...(workers > 1 ? { advice: "fewer `workers`" } : {}),
  };
}
