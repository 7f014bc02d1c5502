/** Images of a batch that are normalised together. */
export interface GhostBatch {
  /** The first of them within the batch. */
  readonly start: number;
  readonly size: number;
  /** Their share of the batch, size/B: what their mean loss, gradient and statistics count for. */
  readonly weight: number;
}

/**
 * Cuts a batch of B images into ghost batches of at most `ghostBatch` (Hoffer et al. 2017): as few as possible, as equal
 * as possible, the larger ones first. 128 by 64 gives 64 and 64; 100 by 64 gives 50 and 50, since a remainder of a few
 * images would have useless batch statistics.
 */
export function ghostBatches(batch: number, ghostBatch: number): GhostBatch[] {
  const count = Math.ceil(batch / ghostBatch);
  const [least, larger] = [Math.floor(batch / count), batch % count];
  return Array.from({ length: count }, (_, index) => {
    const size = least + (index < larger ? 1 : 0);
    return { start: index * least + Math.min(index, larger), size, weight: size / batch };
  });
}
