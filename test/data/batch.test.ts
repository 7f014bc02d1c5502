import { describe, expect, it } from "vitest";
import { makeBatch, makeLabels } from "../../src/data/batch.js";
import type { LabelledImages } from "../../src/data/labelled-images.js";
import { InvalidArgumentError } from "../../src/network/errors.js";
import { openStream } from "../../src/random/stream.js";
import { chiSquare, chiSquareLimit } from "./statistics.js";

const MEANS = [0.49139968, 0.48215841, 0.44653091];
const DEVIATIONS = [0.24703223, 0.24348513, 0.26158784];

function randomImages(count: number): LabelledImages {
  const stream = openStream({ seed: 2, purpose: "test-images" });
  return {
    pixels: Uint8Array.from({ length: count * 3072 }, () => Math.floor(stream.nextUniform() * 256)),
    labels: Uint8Array.from({ length: count }, (_, image) => image % 10),
    count,
    classNames: [],
  };
}

/** Pixel (x, y) of the averaged image, over 255, straight from the layout. */
function valueAt(
  images: LabelledImages,
  at: { image: number; c: number; y: number; x: number; size: number },
): number {
  const { image, c, y, x, size } = at;
  const block = 32 / size;
  const values: number[] = [];
  for (let dy = 0; dy < block; dy++) {
    for (let dx = 0; dx < block; dx++) {
      values.push(images.pixels[image * 3072 + c * 1024 + (y * block + dy) * 32 + x * block + dx]! / 255);
    }
  }
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

describe("makeBatch", () => {
  it.each([32, 16, 8] as const)("gives standardised means of the pixels, NHWC, at size %i", (size) => {
    const images = randomImages(5);
    const indices = [3, 0, 3];
    for (const standardise of [true, false]) {
      const batch = makeBatch(images, indices, { imageSize: size, standardise });
      expect(batch.length).toBe(3 * size * size * 3);
      let worst = 0;
      let position = 0;
      for (const image of indices) {
        for (let y = 0; y < size; y++) {
          for (let x = 0; x < size; x++) {
            for (let c = 0; c < 3; c++, position++) {
              const value = valueAt(images, { image, c, y, x, size });
              const expected = standardise ? (value - MEANS[c]!) / DEVIATIONS[c]! : value;
              // In units of what rounding to float32 allows; float64's own rounding is 1e-14 here at most.
              const allowed = Math.abs(expected) * 2 ** -24 + 1e-14;
              worst = Math.max(worst, Math.abs(batch[position]! - expected) / allowed);
            }
          }
        }
      }
      expect(worst).toBeLessThanOrEqual(1);
    }
  });

  it("standardises unless told otherwise, at 32×32", () => {
    const images = randomImages(2);
    expect(makeBatch(images, [1])).toEqual(makeBatch(images, [1], { imageSize: 32, standardise: true }));
  });

  it("fills the array it is given", () => {
    const images = randomImages(2);
    const into = new Float32Array(2 * 8 * 8 * 3).fill(9);
    const batch = makeBatch(images, [1, 0], { imageSize: 8, into });
    expect(batch).toBe(into);
    expect(batch).toEqual(makeBatch(images, [1, 0], { imageSize: 8 }));
  });

  it("refuses what does not fit", () => {
    const images = randomImages(2);
    expect(() => makeBatch(images, [0, 2])).toThrow(/indices\[1\] must be a whole number from 0 to 1, not 2/);
    expect(() => makeBatch(images, [-1])).toThrow(InvalidArgumentError);
    expect(() => makeBatch(images, [0.5])).toThrow(InvalidArgumentError);
    expect(() => makeBatch(images, [0], { imageSize: 24 as 16 })).toThrow(
      /imageSize must be one of 32, 16, 8/,
    );
    expect(() => makeBatch(images, [0], { into: new Float32Array(3073) })).toThrow(
      /into must be an array of 3072/,
    );
  });
});

describe("augmentation", () => {
  /** An image that tells where each of its pixels was: red = 4x + 1, green = 4y + 1, blue = 1. */
  const position = (n: number, plane: 0 | 1) => 4 * (plane === 0 ? n % 32 : Math.floor(n / 32)) + 1;
  const images: LabelledImages = {
    pixels: Uint8Array.from({ length: 3072 }, (_, n) =>
      n < 2048 ? position(n % 1024, n < 1024 ? 0 : 1) : 1,
    ),
    labels: Uint8Array.of(0),
    count: 1,
    classNames: [],
  };

  it.each([32, 16, 8] as const)(
    "is a shift by up to s/8 and a flip, all equally likely, at size %i",
    (size) => {
      const padding = size / 8;
      const shifts = 2 * padding + 1;
      const cells = new Array<number>(shifts * shifts * 2).fill(0);
      const trials = cells.length * 50;
      const plain = makeBatch(images, [0], { imageSize: size, standardise: false });
      const stream = openStream({ seed: 0, purpose: "augment" });
      const block = 32 / size;
      /** The coordinate that an averaged red or green value stands for. */
      const decode = (value: number) => Math.round(((value * 255 - 1) / 4 - (block - 1) / 2) / block);
      const middle = size / 2;
      for (let trial = 0; trial < trials; trial++) {
        const batch = makeBatch(images, [0], { imageSize: size, standardise: false, augment: stream });
        const at = (y: number, x: number, c: number) => batch[(y * size + x) * 3 + c]!;
        const left = decode(at(middle, middle, 0));
        const flip = decode(at(middle, middle + 1, 0)) < left;
        const right = left - (flip ? size - 1 - middle : middle);
        const down = decode(at(middle, middle, 1)) - middle;
        cells[((down + padding) * shifts + right + padding) * 2 + (flip ? 1 : 0)]!++;
        if (trial % 50 !== 0) continue;
        // The whole image follows from these three numbers, 0 outside.
        for (let y = 0; y < size; y++) {
          for (let x = 0; x < size; x++) {
            const fromY = y + down;
            const fromX = (flip ? size - 1 - x : x) + right;
            const inside = fromY >= 0 && fromY < size && fromX >= 0 && fromX < size;
            for (let c = 0; c < 3; c++) {
              const expected = inside ? plain[(fromY * size + fromX) * 3 + c] : 0;
              if (at(y, x, c) !== expected) expect(at(y, x, c), `${y}, ${x}, ${c}`).toBe(expected);
            }
          }
        }
      }
      expect(cells.reduce((sum, count) => sum + count, 0)).toBe(trials);
      expect(cells.length).toBe(shifts * shifts * 2);
      expect(chiSquare(cells)).toBeLessThan(chiSquareLimit(cells.length - 1));
    },
  );

  it("pads with the mean colour when standardised", () => {
    const stream = openStream({ seed: 0, purpose: "augment" });
    // Every pixel of this image is far from 0 once standardised, so zeros are padding.
    const batch = makeBatch(images, Array(64).fill(0), { augment: stream });
    const plain = makeBatch(images, [0]);
    expect(plain.includes(0)).toBe(false);
    expect(batch.includes(0)).toBe(true);
  });

  it("leaves nothing of an earlier batch in the array it is given", () => {
    const draw = (into?: Float32Array) =>
      makeBatch(images, Array(8).fill(0), { into, augment: openStream({ seed: 4, purpose: "augment" }) });
    expect(draw(new Float32Array(8 * 3072).fill(9))).toEqual(draw());
  });

  it("depends on the stream alone", () => {
    const draw = () => makeBatch(images, [0, 0], { augment: openStream({ seed: 4, purpose: "augment" }) });
    expect(draw()).toEqual(draw());
  });
});

describe("makeLabels", () => {
  it("gives the labels of the images", () => {
    expect(makeLabels(randomImages(12), [11, 0, 3])).toEqual(Int32Array.of(1, 0, 3));
    expect(() => makeLabels(randomImages(2), [2])).toThrow(InvalidArgumentError);
  });
});
