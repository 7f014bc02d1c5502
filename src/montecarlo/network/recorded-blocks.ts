/** A record of more blocks would be long to keep, and no picture shows them. */
const MOST_RECORDED = 1000;

/** The blocks whose statistics are recorded: all up to 1,000, beyond that 1,000 evenly spaced with both ends; ascending. */
export function recordedBlocks(depth: number): Int32Array {
  if (depth <= MOST_RECORDED) return Int32Array.from({ length: depth }, (_, index) => index + 1);
  const step = (depth - 1) / (MOST_RECORDED - 1);
  return Int32Array.from({ length: MOST_RECORDED }, (_, index) => Math.round(1 + index * step));
}
