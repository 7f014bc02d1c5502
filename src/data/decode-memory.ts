import type { Metadata } from "sharp";

/** Of a side, so that an image has at most its square in pixels; sharp's own limit. */
const MOST_SIDE = 16383;
/** Bytes that decoding one image may take. */
const MOST_BYTES = 2 ** 31;

/** Of a sample, by sharp's name of its type; of others 8. */
const SAMPLE_BYTES: Readonly<Record<string, number>> = {
  uchar: 1,
  char: 1,
  ushort: 2,
  short: 2,
  uint: 4,
  int: 4,
  float: 4,
};

/** Samples a pixel of a JPEG whose colour is coarser than its lightness; others have as many as channels. */
const SUBSAMPLED: Readonly<Record<string, number>> = { "4:2:0": 1.5, "4:2:2": 2, "4:4:0": 2, "4:1:1": 1.5 };

type Header = Pick<
  Metadata,
  | "format"
  | "width"
  | "height"
  | "channels"
  | "depth"
  | "hasAlpha"
  | "isProgressive"
  | "chromaSubsampling"
  | "orientation"
>;

/**
 * Bytes that decoding an image takes beyond a few rows of it, by its header: the pixels that the decoder, or turning it, keeps at once
 * (docs/images.md has what was measured).
 *
 * @throws Error when it has too many pixels, or takes too much.
 */
export function decodingBytes(header: Header): number {
  const { width, height, format } = header;
  const size = `${width}×${height} pixels`;
  if (width * height > MOST_SIDE ** 2) {
    throw new Error(`has ${size}, more than ${MOST_SIDE}×${MOST_SIDE}`);
  }
  const bytes = width * height * bytesPerPixel(header);
  if (bytes > MOST_BYTES) {
    throw new Error(
      `takes ${gigabytes(bytes)} to decode (${size} of ${format}), more than ${gigabytes(MOST_BYTES)}`,
    );
  }
  return bytes;
}

function bytesPerPixel(header: Header): number {
  const { channels, depth, hasAlpha, orientation = 1 } = header;
  const sample = SAMPLE_BYTES[depth] ?? 8;
  const colours = (channels - (hasAlpha ? 1 : 0)) * sample;
  // Left to right is turned row by row.
  return keptBytes(header, sample) + (orientation > 2 ? colours : 0);
}

/** What the decoder of a format keeps of each pixel, and what is made of it without its transparency. */
function keptBytes(
  { format, channels, hasAlpha, isProgressive, chromaSubsampling = "" }: Header,
  sample: number,
) {
  // Grey is made three colours.
  const withoutAlpha = hasAlpha ? 3 * sample : 0;
  switch (format) {
    case "jpeg":
      // All coefficients, of two bytes each.
      return isProgressive ? 2 * (SUBSAMPLED[chromaSubsampling] ?? channels) : 0;
    case "png":
      return (isProgressive ? channels * sample : 0) + withoutAlpha;
    case "tiff":
      // A strip, or a tile, may be the whole image.
      return channels * sample + withoutAlpha;
    case "webp":
      return 9;
    case "gif":
      return 8;
    default:
      return sample > 1 ? 26 : 20;
  }
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
