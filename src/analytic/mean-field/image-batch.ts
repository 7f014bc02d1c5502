/** Images as [count, size, size, channels], mean 0. */
export interface ImageBatch {
  readonly data: Float32Array;
  readonly count: number;
  readonly channels: number;
}
