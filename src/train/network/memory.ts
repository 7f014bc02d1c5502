import { RespathError } from "../../network/errors.js";
import {
  type BlockPlan,
  blockOutputs,
  keptBy,
  layersOf,
  type NetworkPlan,
  numbersGiven,
  numbersReturned,
  weightsOf,
} from "../../network/plan/index.js";
import type { Recompute } from "../../network/settings/computation.js";

export interface MemoryOptions {
  readonly plan: NetworkPlan;
  /** Images of a ghost batch: what one thread has in memory at once. */
  readonly batch: number;
  /** 10 if absent. */
  readonly classes?: number;
  /** Blocks a segment of recomputation; absent: none. */
  readonly segment?: number;
}

/** Bytes that a WebAssembly memory of 32-bit addresses can hold. */
export const LARGEST_HEAP = 2 ** 32;

/** What a thread can have of memory. */
export interface MemoryRoom {
  readonly bytes: number;
  /** Such as "the wasm backend has 4 GiB". */
  readonly reason: string;
  /** What else than less memory a thread would help, such as "fewer workers". */
  readonly advice?: string;
}

/** The room of a thread on a machine that has enough for all. */
export const WASM_ROOM: MemoryRoom = {
  bytes: LARGEST_HEAP,
  reason: `the wasm backend has ${LARGEST_HEAP / 2 ** 30} GiB`,
};

/**
 * About how many bytes a training step takes at its peak. Each weight layer of a block leaves two results on the tape (what
 * enters it, and that behind its activation), which the backward pass frees one after the other. Besides, a few gradients and the operands of a
 * convolution, and for each weight its gradient and its velocity.
 *
 * With recomputation in segments of N blocks: what enters each segment, and the tape of the largest segment.
 *
 * From 100 MiB on it is between 7 % too small and 36 % too large for the project's own kernels, up to 22 % too small for the
 * composed ones, against the growth of the heap in two steps (docs/training.md).
 */
export function trainingBytes(options: MemoryOptions): number {
  const { plan, batch, classes, segment } = options;
  const sizes = plan.runs.flatMap(({ block, length }) => new Array<BlockSizes>(length).fill(sizesOf(block)));
  const stem = numbersReturned(plan.stem.layer);
  const largest = Math.max(stem, ...sizes.map((size) => size.largest));
  const { kept, tape } = segmentsOf(sizes, segment ?? sizes.length);
  const activations = 4 * batch * (kept + tape + WORKSPACE * largest);
  return activations + COPIES * weightBytes(plan, classes);
}

/** Bytes of the weights of a network's convolutions and of its classifier. */
export function weightBytes({ stem, runs }: NetworkPlan, classes = 10): number {
  const last = blockOutputs(runs[runs.length - 1].block) * classes;
  return (
    4 *
    runs.reduce(
      (total, { block, length }) => total + length * sizesOf(block).weights,
      weightsOf(stem.layer) + last,
    )
  );
}

/** Tensors of the largest shape that the gradients on their way and a convolution's operands take. */
const WORKSPACE = 4;
/** How far the estimate may be off. */
const MARGIN = 1.25;
/** Of the weights: themselves, their gradients and their velocities. */
const COPIES = 3;

/** Numbers: of what enters a block, its results and its weights, the first two an image. */
interface BlockSizes {
  readonly entering: number;
  readonly results: number;
  readonly largest: number;
  readonly weights: number;
}

function sizesOf(block: BlockPlan): BlockSizes {
  const maps = block.layers.map(numbersGiven);
  return {
    entering: maps[0],
    results: block.layers.reduce((total, layer) => total + keptBy(layer), 0),
    largest: Math.max(...maps, numbersReturned(block.layers[block.layers.length - 1])),
    weights: layersOf(block).reduce((total, layer) => total + weightsOf(layer), 0),
  };
}

/** Over segments of N blocks: what enters all but the first, whose input is the images, and the largest tape. */
function segmentsOf(sizes: readonly BlockSizes[], segment: number): { kept: number; tape: number } {
  let kept = 0;
  let tape = 0;
  for (let first = 0; first < sizes.length; first += segment) {
    if (first > 0) kept += sizes[first].entering;
    const results = sizes.slice(first, first + segment).reduce((total, size) => total + size.results, 0);
    tape = Math.max(tape, results);
  }
  return { kept, tape };
}

export interface RecomputationChoices extends Omit<MemoryOptions, "segment"> {
  /** As messages call it, such as `wrn-16-1 at 32×32`. */
  readonly model: string;
  /** As it was checked; `auto` if absent. */
  readonly recompute?: Recompute;
  /** {@link WASM_ROOM} if absent. */
  readonly room?: MemoryRoom;
}

/**
 * How many blocks a segment of recomputation has: none unless it is asked for or, for `auto`, the step would not fit into
 * the room of a thread without; then as many as take the least memory. It costs about a forward pass, however
 * long the segments are.
 *
 * @throws OutOfMemoryError when a training step would not fit.
 */
export function planRecomputation(options: RecomputationChoices): number | undefined {
  const { recompute = "auto", room = WASM_ROOM, ...memory } = options;
  if (typeof recompute === "number") {
    requireMemory({ ...memory, segment: recompute }, room, ["`recompute` auto"]);
    return recompute;
  }
  if (recompute === "none") {
    requireMemory(memory, room, ["`recompute` auto"]);
    return undefined;
  }
  if (trainingBytes(memory) <= room.bytes / MARGIN) return undefined;
  const segment = leastMemory(memory);
  requireMemory({ ...memory, segment }, room, []);
  return segment;
}

/** The segment length that takes the least memory; the longest one of those that tie. */
export function leastMemory(memory: Omit<MemoryOptions, "segment">): number {
  let [best, least] = [1, Number.POSITIVE_INFINITY];
  for (const segment of segmentLengths(memory.plan.depth)) {
    const bytes = trainingBytes({ ...memory, segment });
    if (bytes <= least) [best, least] = [segment, bytes];
  }
  return best;
}

/** From 1 to the depth; beyond 500 blocks only those that cut it into equal segments, but for rounding. */
function segmentLengths(depth: number): number[] {
  const lengths = Array.from({ length: depth }, (_, index) => index + 1);
  return depth <= 500 ? lengths : [...new Set(lengths.map((count) => Math.ceil(depth / count)))].reverse();
}

function requireMemory(
  options: MemoryOptions & Pick<RecomputationChoices, "model">,
  room: MemoryRoom,
  alternatives: readonly string[],
): void {
  const bytes = trainingBytes(options);
  if (bytes <= room.bytes) return;
  const fits = Math.floor((options.batch * room.bytes) / bytes);
  const smaller = fits >= 1 ? `a \`ghostBatch\` of at most ${fits}` : "a smaller model";
  const advice = [...(room.advice ? [room.advice] : []), ...alternatives, smaller].join(" or ");
  throw new OutOfMemoryError(
    `${options.model} with a ghost batch of ${options.batch} needs about ${gibibytes(bytes)}, and ${room.reason}; use ${advice}`,
  );
}

/** Bytes as text, such as "1.3 GiB". */
export function gibibytes(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(1)} GiB`;
}

/** A training step would not fit into memory. */
export class OutOfMemoryError extends RespathError {
  override readonly exitCode = 2;
  override name = "OutOfMemoryError";
}
