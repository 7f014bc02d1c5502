/** What the decoding thread is asked: to decode a batch, or to leave it. */
export type DecodeRequest =
  | {
      readonly kind: "decode";
      readonly id: number;
      readonly paths: readonly string[];
      readonly imageSize: number;
      readonly augment?: { readonly seed: number; readonly step: number };
      /** The place of each path in its batch, which its crop depends on. */
      readonly places: readonly number[];
    }
  | { readonly kind: "cancel"; readonly id: number };

/** An image that could not be decoded. */
export interface DecodeFailure {
  /** Which of the paths. */
  readonly position: number;
  readonly reason: string;
}

/** What comes of a batch; nothing does if it was cancelled. */
export interface DecodeReply {
  readonly id: number;
  /** [paths, s, s, 3], 0 where an image could not be decoded. */
  readonly images: Float32Array<ArrayBuffer>;
  readonly failures: readonly DecodeFailure[];
}
