import { createHash } from "node:crypto";
import { xoroshiro128plusFromState } from "pure-rand/generator/xoroshiro128plus";

/** A stream of independent 32-bit integers; everything random in respath is drawn from one. */
export interface RandomStream {
  /** The next signed 32-bit integer. */
  nextInt(): number;
  /** The next number in [0, 1), with 32 random bits. */
  nextUniform(): number;
}

/** What a stream is for. Streams of different keys are independent; the same key always gives the same stream. */
export interface StreamKey {
  readonly seed: number;
  /** Such as "weights", "input", "data-order". */
  readonly purpose: string;
  /** Trial, epoch, block …: whatever else tells two streams apart. */
  readonly index?: readonly number[];
}

/**
 * Opens the stream of a key: xoroshiro128+ (pure-rand) whose 128-bit state is taken from the SHA-256 of the key, so
 * that streams do not depend on the number of workers or the order in which they are opened. Seed 0 is a seed.
 */
export function openStream(key: StreamKey): RandomStream {
  const digest = createHash("sha256")
    .update(JSON.stringify(["respath-stream-1", key.seed, key.purpose, ...(key.index ?? [])]))
    .digest();
  const state = [0, 4, 8, 12].map((offset) => digest.readInt32LE(offset));
  const generator = xoroshiro128plusFromState(state);
  return {
    nextInt: () => generator.next(),
    nextUniform: () => (generator.next() >>> 0) * 2 ** -32,
  };
}
