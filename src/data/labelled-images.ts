import { IMAGE_BYTES } from "./cifar10-layout.js";

/** Mean and standard deviation of each channel (red, green, blue) over all pixels of the training images, in units of 255. */
export interface Standardisation {
  readonly means: readonly number[];
  readonly deviations: readonly number[];
}

/** Images as published, with their labels. */
export interface LabelledImages {
  /** count × 3072: for each image the red, green and blue plane, 32×32 each, row by row. */
  readonly pixels: Uint8Array;
  /** count × a class from 0 to one less than there are class names. */
  readonly labels: Uint8Array;
  readonly count: number;
  readonly classNames: readonly string[];
  /** What they are standardised with; the published figures of CIFAR-10 if absent. */
  readonly standardisation?: Standardisation;
}

export interface RecordsOptions {
  /** Files of records: the bytes of the labels, then 3072 of the image. */
  readonly records: readonly Uint8Array[];
  /** How many bytes of labels a record has, of which the last is the class. */
  readonly labelBytes: number;
  readonly classNames: readonly string[];
}

/** Joins the records of some files, labels apart from pixels. */
export function labelledImages({ records, labelBytes, classNames }: RecordsOptions): LabelledImages {
  const recordBytes = labelBytes + IMAGE_BYTES;
  const count = records.reduce((sum, content) => sum + content.length / recordBytes, 0);
  const pixels = new Uint8Array(count * IMAGE_BYTES);
  const labels = new Uint8Array(count);
  let image = 0;
  for (const content of records) {
    for (let offset = 0; offset < content.length; offset += recordBytes, image++) {
      labels[image] = content[offset + labelBytes - 1]!;
      pixels.set(content.subarray(offset + labelBytes, offset + recordBytes), image * IMAGE_BYTES);
    }
  }
  return { pixels, labels, count, classNames };
}

/**
 * The figures that images are standardised with, from these images: exact sums of bytes, rounded at the end. A channel
 * that is the same everywhere gets the deviation 1.
 */
export function standardisationOf({ pixels }: Pick<LabelledImages, "pixels">): Standardisation {
  const plane = IMAGE_BYTES / 3;
  const histograms = [0, 1, 2].map(() => new Float64Array(256));
  for (let start = 0; start < pixels.length; start += plane) {
    const histogram = histograms[(start / plane) % 3]!;
    for (let pixel = start; pixel < start + plane; pixel++) histogram[pixels[pixel]!]! += 1;
  }
  const count = pixels.length / 3;
  const momentOf = (histogram: Float64Array, power: number) =>
    histogram.reduce((sum, times, value) => sum + times * value ** power, 0) / count;
  const means = histograms.map((histogram) => momentOf(histogram, 1));
  const deviations = histograms.map((histogram, c) => Math.sqrt(momentOf(histogram, 2) - means[c]! ** 2));
  return {
    means: means.map((mean) => mean / 255),
    deviations: deviations.map((deviation) => deviation / 255 || 1),
  };
}
