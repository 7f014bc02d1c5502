import { RespathError } from "../network/errors.js";
import type { Architecture } from "./architecture.js";

export interface MemoryOptions {
  readonly architecture: Architecture;
  readonly batch: number;
  readonly imageSize: number;
}

/** Bytes that a WebAssembly memory of 32-bit addresses can hold. */
export const LARGEST_HEAP = 2 ** 32;

/**
 * About how many bytes a training step takes at its peak. Each block leaves five results of its own shape on the tape
 * (two activations, two convolutions, the sum; six with a projection), and the backward pass holds the gradients, 1.4 of
 * them for each, until it ends. Besides, the largest convolution lays out its operands anew.
 *
 * Against the heap's size after a step it is right to within a quarter, for wrn-16-1, -2 and -4 and wrn-100-1 at 32×32 and
 * wrn-100-0.5 at 16×16, with batches from 16 to 256.
 */
export function trainingBytes({ architecture, batch, imageSize }: MemoryOptions): number {
  const sizes = architecture.blocks.map(({ stage, width, inputWidth, stride, transition }) => {
    const side = Math.ceil(imageSize / 2 ** (stage - 1));
    const entering = (side * stride) ** 2 * inputWidth;
    const results = entering + side * side * width * (transition ? 5 : 4);
    return { results, largest: Math.max(entering, side * side * width) };
  });
  const stem = imageSize * imageSize * architecture.stemWidth;
  const tape = stem + sizes.reduce((total, { results }) => total + results, 0);
  const largest = Math.max(stem, ...sizes.map((size) => size.largest));
  return 4 * batch * ((1 + GRADIENTS) * tape + WORKSPACE * largest);
}

/** Gradients for each result of the forward pass. */
const GRADIENTS = 1.4;
/** Tensors of the largest shape that a filter gradient and the allocator's slack take. */
const WORKSPACE = 10;

/** @throws OutOfMemoryError when a training step would not fit into the WebAssembly memory. */
export function requireMemory(options: MemoryOptions): void {
  const bytes = trainingBytes(options);
  if (bytes <= LARGEST_HEAP) return;
  const fits = Math.floor((options.batch * LARGEST_HEAP) / bytes);
  const advice = fits >= 1 ? `a batch of at most ${fits}` : "a smaller model";
  throw new OutOfMemoryError(
    `${options.architecture.name} at ${options.imageSize}×${options.imageSize} with a batch of ${options.batch} needs about ${(bytes / 2 ** 30).toFixed(1)} GiB, and the wasm backend has ${LARGEST_HEAP / 2 ** 30} GiB; use ${advice}`,
  );
}

/** A training step would not fit into memory. */
export class OutOfMemoryError extends RespathError {
  override readonly exitCode = 2;
  override name = "OutOfMemoryError";
}
