import { hash } from "node:crypto";
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

/** A stream that can be left and taken up again. */
export interface ResumableStream extends RandomStream {
  /** Where it is: see {@link streamState}. */
  state(): Int32Array;
}

/**
 * The 128-bit state in which the stream of a key starts, taken from the SHA-256 of the key: the two words of
 * xoroshiro128+, the high half of each first.
 */
export function streamState(key: StreamKey): Int32Array {
  const text = JSON.stringify(["respath-stream-1", key.seed, key.purpose, ...(key.index ?? [])]);
  const digest = hash("sha256", text, "buffer");
  return Int32Array.from([0, 4, 8, 12], (offset) => digest.readInt32LE(offset));
}

/**
 * Opens the stream of a key: xoroshiro128+ (pure-rand) from {@link streamState}, so that streams do not depend on the
 * number of workers or the order in which they are opened. Seed 0 is a seed.
 */
export function openStream(key: StreamKey): RandomStream {
  return resumeStream(streamState(key));
}

/** The stream that goes on from a state. */
export function resumeStream(state: Int32Array): ResumableStream {
  const generator = xoroshiro128plusFromState(Array.from(state));
  return {
    nextInt: () => generator.next(),
    nextUniform: () => (generator.next() >>> 0) * 2 ** -32,
    state: () => Int32Array.from(generator.getState()),
  };
}
