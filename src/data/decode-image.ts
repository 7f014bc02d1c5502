import { statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import sharp, { type Metadata, type Sharp } from "sharp";
import type { RandomStream } from "../random/stream.js";
import { makeRescale } from "./batch.js";
import { decodingBytes } from "./decode-memory.js";
import { requireImageFormat } from "./image-formats.js";
import type { Standardisation } from "./labelled-images.js";
import { MemoryBudget } from "./memory-budget.js";
import { centralCrop, type Extent, randomResizedCrop } from "./random-crop.js";

/** The figures published with ImageNet models, over its training images. */
const IMAGENET_STANDARDISATION: Standardisation = {
  means: [0.485, 0.456, 0.406],
  deviations: [0.229, 0.224, 0.225],
};

/** Of the shorter side, when an image is not augmented, to the side that is cut out of its middle. */
const RESIZED = 256 / 224;
const RESCALE = makeRescale(1, IMAGENET_STANDARDISATION);

/** What files, and what is decoded of them, may take of memory at the same time. Decoding waits for no file, so that it goes on. */
const FILES = new MemoryBudget(2 ** 28);
const PIXELS = new MemoryBudget(2 ** 30);

export interface DecodeOptions {
  readonly path: string;
  /** Side s in pixels. */
  readonly imageSize: number;
  /** Draws a crop and a flip; the middle of the image if absent. */
  readonly augment?: RandomStream;
  /** [s, s, 3]: receives the image, standardised. */
  readonly target: Float32Array;
}

/**
 * Decodes an image of a format that docs/images.md lists to 8-bit RGB, turned as its EXIF orientation says, its first frame if it
 * moves, its transparency dropped: a transparent pixel has the colour that the file gives it, resized or not. Augmented, a crop
 * (randomResizedCrop) is resized to s×s and flipped with probability 1/2; otherwise the shorter side becomes 256/224·s and the middle is
 * cut out. Resized is with a triangle filter, wider when reducing: what Pillow calls bilinear. Waits until there is memory for it.
 *
 * @throws Error when the file cannot be read, its content is damaged or of another format, or it takes too much memory.
 */
export async function decodeImage(options: DecodeOptions): Promise<void> {
  // This thread does nothing else, and another trip through Node's pool takes longer.
  const { size } = statSync(options.path);
  await FILES.hold(size, async () => {
    const content = await readFile(options.path);
    requireImageFormat(content);
    // Its header is judged by decodingBytes.
    const file = sharp(content, { failOn: "error", autoOrient: true, limitInputPixels: false });
    const header = await file.metadata();
    await PIXELS.hold(decodingBytes(header), () => decode(file, header, options));
  });
}

async function decode(
  file: Sharp,
  { autoOrient, hasAlpha, depth }: Metadata,
  { imageSize, augment, target }: DecodeOptions,
): Promise<void> {
  const image = hasAlpha ? await withoutAlpha(file, depth === "ushort") : file;
  let flipped = false;
  if (augment) {
    image
      .extract(randomResizedCrop(autoOrient, augment))
      .resize({ width: imageSize, height: imageSize, fit: "fill", kernel: "linear" });
    flipped = augment.nextUniform() < 0.5;
  } else {
    const extent = evaluationExtent(autoOrient, imageSize);
    image
      .resize({ ...extent, fit: "fill", kernel: "linear", fastShrinkOnLoad: false })
      .extract(centralCrop(extent, { width: imageSize, height: imageSize }));
  }
  const pixels = await image.removeAlpha().toColourspace("srgb").raw({ depth: "uchar" }).toBuffer();
  standardise({ pixels, imageSize, flipped, target });
}

/**
 * The colours alone. sharp's own `removeAlpha` comes after resizing, which weights each colour with its alpha, so that
 * transparent pixels would lose theirs.
 */
async function withoutAlpha(file: Sharp, isDeep: boolean): Promise<Sharp> {
  const { data, info } = await file
    .removeAlpha()
    .toColourspace(isDeep ? "rgb16" : "srgb")
    .raw({ depth: isDeep ? "ushort" : "uchar" })
    .toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  const pixels = isDeep ? new Uint16Array(data.buffer, data.byteOffset, data.byteLength / 2) : data;
  return sharp(pixels, { raw: { width, height, channels } });
}

/** What an image is resized to before its middle is cut out. */
function evaluationExtent({ width, height }: Metadata["autoOrient"], imageSize: number): Extent {
  const short = Math.round(imageSize * RESIZED);
  return width <= height
    ? { width: short, height: Math.floor((short * height) / width) }
    : { width: Math.floor((short * width) / height), height: short };
}

interface StandardiseOptions {
  /** [s, s, 3]. */
  readonly pixels: Uint8Array;
  readonly imageSize: number;
  /** Left and right change places. */
  readonly flipped: boolean;
  readonly target: Float32Array;
}

function standardise({ pixels, imageSize, flipped, target }: StandardiseOptions): void {
  const { scale, shift } = RESCALE;
  const row = 3 * imageSize;
  for (let from = 0; from < pixels.length; from += 3) {
    const left = from % row;
    const to = flipped ? from - left + (row - 3 - left) : from;
    for (let c = 0; c < 3; c++) target[to + c] = pixels[from + c]! * scale[c]! + shift[c]!;
  }
}
