import { requireInteger } from "../network/domain.js";
import { InvalidArgumentError, RespathError } from "../network/errors.js";
import {
  type Architecture,
  type BlockShape,
  finalWidth,
  inputWidth,
  mapSides,
  stemSide,
} from "./architecture.js";

export interface MemoryOptions {
  readonly architecture: Architecture;
  /** Images of a ghost batch: what one thread has in memory at once. */
  readonly batch: number;
  readonly imageSize: number;
  /** 10 if absent. */
  readonly classes?: number;
  /** Blocks a segment of recomputation; absent: none. */
  readonly segment?: number;
}

/** Blocks a segment, or whether and how large is decided by the memory needed. */
export type Recompute = "auto" | "none" | number;

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
  const { architecture, batch, imageSize, classes, segment } = options;
  const sides = mapSides(architecture, imageSize);
  const sizes = architecture.blocks.map((block, index) => sizesOf(block, sides[index]));
  const stem = stemSide(architecture, imageSize) ** 2 * architecture.stem.width;
  const largest = Math.max(stem, ...sizes.map((size) => size.largest));
  const { kept, tape } = segmentsOf(sizes, segment ?? sizes.length);
  const activations = 4 * batch * (kept + tape + WORKSPACE * largest);
  return activations + COPIES * weightBytes(architecture, { imageSize, classes });
}

/** Bytes of the weights of a network's convolutions and of its classifier. */
export function weightBytes(
  architecture: Architecture,
  { imageSize, classes = 10 }: Pick<MemoryOptions, "imageSize" | "classes">,
): number {
  const { stem, blocks } = architecture;
  const first = stem.kernel ** 2 * inputWidth(architecture, imageSize) * stem.width;
  const last = finalWidth(architecture) * classes;
  return 4 * blocks.reduce((total, block) => total + sizesOf(block, 1).weights, first + last);
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

/** Of a block whose input has the side `entering`: each weight layer keeps its input and that input's activation. */
function sizesOf({ width, inputWidth, layers, transition }: BlockShape, entering: number): BlockSizes {
  let side = entering;
  const maps: number[] = [];
  let weights = transition ? inputWidth * width : 0;
  for (const layer of layers) {
    maps.push(side * side * layer.inputWidth);
    weights += layer.kernel ** 2 * layer.inputWidth * layer.width;
    side = Math.ceil(side / layer.stride);
  }
  return {
    entering: maps[0],
    results: 2 * maps.reduce((total, size) => total + size, 0),
    largest: Math.max(...maps, side * side * width),
    weights,
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

/**
 * How many blocks a segment of recomputation has: none unless it is asked for or, for `auto`, the step would not fit into
 * the room of a thread without; then as many as take the least memory. It costs about a forward pass, however
 * long the segments are.
 *
 * @throws OutOfMemoryError when a training step would not fit; InvalidArgumentError for a number of blocks that is not a
 * whole number of at least 1.
 */
export function planRecomputation(
  options: Omit<MemoryOptions, "segment"> & { readonly recompute?: Recompute; readonly room?: MemoryRoom },
): number | undefined {
  const { recompute = "auto", room = WASM_ROOM, ...memory } = options;
  if (typeof recompute === "number") {
    const segment = requireInteger("recompute", recompute, 1);
    requireMemory({ ...memory, segment }, room, ["`recompute` auto"]);
    return segment;
  }
  if (recompute !== "auto" && recompute !== "none") {
    throw new InvalidArgumentError("recompute", recompute, "auto, none or a number of blocks");
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
  for (const segment of segmentLengths(memory.architecture.depth)) {
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

function requireMemory(options: MemoryOptions, room: MemoryRoom, alternatives: readonly string[]): void {
  const bytes = trainingBytes(options);
  if (bytes <= room.bytes) return;
  const fits = Math.floor((options.batch * room.bytes) / bytes);
  const smaller = fits >= 1 ? `a \`ghostBatch\` of at most ${fits}` : "a smaller model";
  const advice = [...(room.advice ? [room.advice] : []), ...alternatives, smaller].join(" or ");
  throw new OutOfMemoryError(
    `${options.architecture.name} at ${options.imageSize}×${options.imageSize} with a ghost batch of ${options.batch} needs about ${gibibytes(bytes)}, and ${room.reason}; use ${advice}`,
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
