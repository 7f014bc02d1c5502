import { openStream } from "../../src/random/stream.js";

/** Choices drawn from one stream. */
export interface Draw {
  /** A whole number from 0 on, below the bound. */
  below(bound: number): number;
  oneOf<Value>(values: readonly Value[]): Value;
}

/** What is drawn for a purpose: the same seed and index draw the same. */
export function drawing(seed: number, purpose: string, index = 0): Draw {
  const { nextUniform } = openStream({ seed, purpose, index: [index] });
  const below = (bound: number) => Math.floor(nextUniform() * bound);
  return { below, oneOf: (values) => values[below(values.length)] };
}
