import { rm } from "node:fs/promises";
import sharp from "sharp";
import { afterEach, describe, expect, it } from "vitest";
import { batchesInOrder } from "../../src/data/batches-in-order.js";
import type { ImageSource } from "../../src/data/image-source.js";
import { type ImageFolderOptions, loadImageFolder } from "../../src/data/load-image-folder.js";
import { randomResizedCrop } from "../../src/data/random-crop.js";
import { openStream } from "../../src/random/stream.js";
import { encoder, makeFolder, noise, type Picture, plain, png, redAndBlue, toBytes } from "./small-folder.js";
import { writePng } from "./written-png.js";

const folders: string[] = [];
const sources: ImageSource[] = [];
async function sourceOf(
  files: Readonly<Record<string, Uint8Array | string>>,
  options: Partial<ImageFolderOptions> = {},
): Promise<ImageSource> {
  const directory = await makeFolder(files);
  folders.push(directory);
  const { train } = await loadImageFolder({ directory, testShare: 0, ...options });
  sources.push(train);
  return train;
}
afterEach(async () => {
  for (const source of sources.splice(0)) await source.close();
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

/** Pillow's bilinear filter: a triangle of half-width max(1, in/out) around the place of each output pixel. */
function trianglesOf(from: number, to: number): number[][] {
  const scale = from / to;
  const support = Math.max(1, scale);
  return Array.from({ length: to }, (_, index) => {
    const weights = Array.from({ length: from }, (_, pixel) =>
      Math.max(0, 1 - Math.abs((pixel + 0.5 - (index + 0.5) * scale) / support)),
    );
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    return weights.map((weight) => weight / total);
  });
}

/** The middle 28×28 of a picture reduced to 40×32, by its formula. */
function expectReduced(actual: readonly number[], { width, height, pixels }: Picture): void {
  const [across, down] = [trianglesOf(width, 40), trianglesOf(height, 32)];
  let largest = 0;
  for (let y = 0; y < 28; y++) {
    for (let x = 0; x < 28; x++) {
      for (let c = 0; c < 3; c++) {
        let value = 0;
        down[y + 2].forEach((a, row) => {
          across[x + 6].forEach((b, column) => {
            value += a * b * pixels[(row * width + column) * 3 + c];
          });
        });
        largest = Math.max(largest, Math.abs(value - actual[(y * 28 + x) * 3 + c]));
      }
    }
  }
  // Rounded to a byte after each direction, and weights of 6 bits or more: 1/2 + 1/2, and 255/2^7 for the weights.
  expect(largest).toBeLessThan(1 + 255 / 128);
}

describe("images of a folder", () => {
  it("evaluates on the middle of the image, exactly, where nothing has to be resized", async () => {
    // The shorter side is 256/224 times 28 already.
    const picture = noise(50, 32);
    const source = await sourceOf({ "a/1.png": await png(picture), "b/1.png": await png(noise(32, 50)) });
    const { images, labels } = await source.batch({ indices: [0], imageSize: 28 });
    expect([...labels]).toEqual([0]);
    const expected = Array.from({ length: 28 * 28 * 3 }, (_, index) => {
      const [y, x, c] = [Math.floor(index / 84), Math.floor(index / 3) % 28, index % 3];
      return picture.pixels[((y + 2) * 50 + x + 11) * 3 + c];
    });
    expect(toBytes(images)).toEqual(expected);
  });

  it("reduces by a triangle filter, as Pillow and torchvision do", async () => {
    const [width, height] = [75, 60];
    const picture = noise(width, height);
    const source = await sourceOf({ "a/1.png": await png(picture), "b/1.png": await png(picture) });
    const { images } = await source.batch({ indices: [0], imageSize: 28 });
    expectReduced(toBytes(images), picture);
  });

  it("augments by the crop and the flip that seed, step and place say", async () => {
    // Each pixel says where it is.
    const picture = { ...plain(64, 48, [0, 0, 0]) };
    picture.pixels.forEach((_, index) => {
      const [y, x] = [Math.floor(index / 192), Math.floor(index / 3) % 64];
      picture.pixels[index] = [x, y, 0][index % 3] * 4;
    });
    const source = await sourceOf({ "a/1.png": await png(picture), "b/1.png": await png(picture) });
    const indices = Array.from({ length: 40 }, (_, place) => place % 2);
    const { images } = await source.batch({ indices, imageSize: 16, augment: { seed: 5, step: 7 } });
    const bytes = toBytes(images);
    let flips = 0;
    for (let place = 0; place < 40; place++) {
      const stream = openStream({ seed: 5, purpose: "augment", index: [7, place] });
      const crop = randomResizedCrop(picture, stream);
      const flipped = stream.nextUniform() < 0.5;
      flips += flipped ? 1 : 0;
      const at = (y: number, x: number, c: number) => bytes[((place * 16 + y) * 16 + x) * 3 + c];
      // A linear ramp stays one: the middle of the crop's middle pixels is the middle of the crop, to a byte's rounding.
      const middle = (c: number) => (at(7, 7, c) + at(7, 8, c) + at(8, 7, c) + at(8, 8, c)) / 4;
      expect(Math.abs(middle(0) - 4 * (crop.left + (crop.width - 1) / 2))).toBeLessThan(2);
      expect(Math.abs(middle(1) - 4 * (crop.top + (crop.height - 1) / 2))).toBeLessThan(2);
      expect(at(8, 0, 0) > at(8, 15, 0)).toBe(flipped);
    }
    // Binomial(40, 1/2): outside with probability 1e-5.
    expect(Math.abs(flips - 20)).toBeLessThan(4.4 * Math.sqrt(10));
  });

  it("decodes every kind of image to the same RGB", async () => {
    const colour = plain(24, 20, [200, 120, 40]);
    const grey = () => encoder(plain(24, 20, [90, 90, 90])).toColourspace("b-w");
    const sixteen = () => encoder(colour).toColourspace("rgb16");
    const source = await sourceOf({
      "colour/1.jpg": await encoder(colour).jpeg({ quality: 100 }).toBuffer(),
      "colour/2.JPEG": await encoder(colour).jpeg({ quality: 100, progressive: true }).toBuffer(),
      "colour/3.webp": await encoder(colour).webp({ lossless: true }).toBuffer(),
      "colour/4.gif": await encoder(colour).gif().toBuffer(),
      "colour/5.tiff": await encoder(colour).tiff({ compression: "lzw" }).toBuffer(),
      "colour/6.png": await encoder(colour).png({ palette: true }).toBuffer(),
      "colour/7.png": await sixteen().png().toBuffer(),
      "colour/8.png": await encoder(colour).ensureAlpha(0.5).png().toBuffer(),
      // A PNG under another name, as in ImageNet.
      "colour/9.jpg": await png(colour),
      "grey/1.jpg": await grey().jpeg({ quality: 100 }).toBuffer(),
      "grey/2.png": await grey().png().toBuffer(),
    });
    const indices = Array.from({ length: 11 }, (_, index) => index);
    const { images, labels } = await source.batch({ indices, imageSize: 8 });
    expect([...labels]).toEqual([0, 1, 0, 1, ...Array(7).fill(0)]);
    const bytes = toBytes(images);
    indices.forEach((index) => {
      const expected = labels[index] === 0 ? [200, 120, 40] : [90, 90, 90];
      for (let pixel = 0; pixel < 64; pixel++) {
        for (let c = 0; c < 3; c++) {
          // JPEG's colours are rounded twice, and half-transparent ones are kept halved.
          expect(Math.abs(bytes[(index * 64 + pixel) * 3 + c] - expected[c])).toBeLessThanOrEqual(3);
        }
      }
    });
  });

  it("takes CMYK and turns a photograph as its EXIF orientation says", async () => {
    const halves = plain(40, 20, [250, 250, 250]);
    // The left half is dark.
    for (let index = 0; index < halves.pixels.length; index++) {
      if (Math.floor(index / 3) % 40 < 20) halves.pixels[index] = 10;
    }
    const jpeg = () => encoder(halves).jpeg({ quality: 100, chromaSubsampling: "4:4:4" });
    const source = await sourceOf({
      "a/cmyk.jpg": await encoder(halves).toColourspace("cmyk").jpeg({ quality: 100 }).toBuffer(),
      // 6: to be turned clockwise by a quarter, so that left becomes top.
      "b/turned.jpg": await jpeg().withMetadata({ orientation: 6 }).toBuffer(),
    });
    const { images } = await source.batch({ indices: [0, 1], imageSize: 8 });
    const bytes = toBytes(images);
    const at = (image: number, y: number, x: number) => bytes[((image * 8 + y) * 8 + x) * 3];
    expect(at(0, 4, 0)).toBeLessThan(70);
    expect(at(0, 4, 7)).toBeGreaterThan(200);
    expect(Math.abs(at(1, 0, 0) - at(1, 0, 7))).toBeLessThan(10);
    expect(at(1, 0, 4)).toBeLessThan(70);
    expect(at(1, 7, 4)).toBeGreaterThan(200);
  });

  it("gives the same batches for any number of tasks and any length of the queue", async () => {
    const files: Record<string, Uint8Array | string> = {};
    for (let n = 0; n < 16; n++) files[`${n < 8 ? "a" : "b"}/${n}.png`] = await png(noise(20, 24, n));
    files["b/11.png"] = "damaged";
    const numbers: Float32Array[][] = [];
    for (const [tasks, ahead] of [
      [1, 0],
      [3, 1],
      [4, 4],
    ]) {
      const source = await sourceOf(files, { tasks });
      const requests = Array.from({ length: 6 }, (_, step) => ({
        indices: Array.from({ length: 5 }, (_, place) => (5 * step + 3 * place) % 16),
        imageSize: 16,
        augment: { seed: 1, step },
      }));
      const batches: Float32Array[] = [];
      for await (const { images } of batchesInOrder({ source, requests, ahead })) batches.push(images);
      expect(batches).toHaveLength(6);
      expect(source.badImages).toEqual(["b/11.png"]);
      numbers.push(batches);
    }
    expect(numbers[1]).toEqual(numbers[0]);
    expect(numbers[2]).toEqual(numbers[0]);
    // Another step has other crops.
    const source = await sourceOf(files);
    const one = await source.batch({ indices: [0], imageSize: 16, augment: { seed: 1, step: 1 } });
    const other = await source.batch({ indices: [0], imageSize: 16, augment: { seed: 1, step: 2 } });
    expect(one.images).not.toEqual(other.images);
  });
});

describe("transparency", () => {
  const [width, height] = [80, 64];
  const size = { width, height };
  const pixels = width * height;
  // Transparent, half so and opaque, side by side.
  const alpha = (pixel: number) => [0, 255, 128, 0, 1][(pixel * 7 + Math.floor(pixel / width)) % 5];
  const colour = noise(width, height, 3);
  const grey = noise(width, height, 4).pixels.filter((_, index) => index % 3 === 0);
  const withAlpha = (channels: ArrayLike<number>, perPixel: number, most = 255) =>
    Array.from({ length: pixels * (perPixel + 1) }, (_, index) => {
      const [pixel, sample] = [Math.floor(index / (perPixel + 1)), index % (perPixel + 1)];
      return sample === perPixel ? (alpha(pixel) * most) / 255 : channels[pixel * perPixel + sample];
    });
  const greyPicture = {
    ...size,
    pixels: Uint8Array.from({ length: 3 * pixels }, (_, i) => grey[Math.floor(i / 3)]),
  };
  const palette = noise(16, 16, 5).pixels;
  const entries = Uint8Array.from({ length: pixels }, (_, index) => (index * 37) % 256);
  const fromPalette = {
    ...size,
    pixels: Uint8Array.from(
      { length: 3 * pixels },
      (_, i) => palette[3 * entries[Math.floor(i / 3)] + (i % 3)],
    ),
  };
  const deep = (values: ArrayLike<number>) => Array.from(values, (value) => 257 * value);
  const raw = (samples: readonly number[]) => ({
    samples: Uint8Array.from(samples),
    settings: { raw: { ...size, channels: 4 as const } },
  });

  it.each<[string, Picture, () => Buffer | Promise<Buffer>]>([
    ["RGBA", colour, () => writePng({ ...size, colourType: 6, samples: withAlpha(colour.pixels, 3) })],
    [
      "RGBA of 16 bits",
      colour,
      () =>
        writePng({ ...size, colourType: 6, depth: 16, samples: withAlpha(deep(colour.pixels), 3, 65_535) }),
    ],
    ["grey and alpha", greyPicture, () => writePng({ ...size, colourType: 4, samples: withAlpha(grey, 1) })],
    [
      "grey and alpha of 16 bits",
      greyPicture,
      () => writePng({ ...size, colourType: 4, depth: 16, samples: withAlpha(deep(grey), 1, 65_535) }),
    ],
    [
      "a palette with transparency",
      fromPalette,
      () =>
        writePng({
          ...size,
          colourType: 3,
          samples: entries,
          palette,
          transparency: Uint8Array.from({ length: 256 }, (_, entry) => alpha(entry)),
        }),
    ],
    [
      "RGB with a transparent colour",
      colour,
      () => {
        const [r, g, b] = colour.pixels;
        return writePng({
          ...size,
          colourType: 2,
          samples: colour.pixels,
          transparency: Uint8Array.of(0, r, 0, g, 0, b),
        });
      },
    ],
    [
      "WebP",
      colour,
      () => {
        const { samples, settings } = raw(withAlpha(colour.pixels, 3));
        return sharp(samples, settings).webp({ lossless: true, exact: true }).toBuffer();
      },
    ],
    [
      "TIFF",
      colour,
      () => {
        const { samples, settings } = raw(withAlpha(colour.pixels, 3));
        return sharp(samples, settings).tiff({ compression: "lzw" }).toBuffer();
      },
    ],
  ])("is dropped from %s: the colours are the file's, resized or not", async (name, picture, encode) => {
    // 16 bits are resized as such, and rounded to 8 at the end.
    const opaque = name.includes("16 bits")
      ? writePng({ ...size, colourType: 2, depth: 16, samples: deep(picture.pixels) })
      : await png(picture);
    const source = await sourceOf({ "a/1.png": await encode(), "b/1.png": opaque });
    const imageOf = async (index: number, imageSize: number, augment?: { seed: number; step: number }) =>
      (await source.batch({ indices: [index], imageSize, augment })).images;
    expectReduced(toBytes(await imageOf(0, 28)), picture);
    // 56 · 256/224 is its height: nothing is resized.
    const middle = Array.from({ length: 56 * 56 * 3 }, (_, index) => {
      const [y, x, c] = [Math.floor(index / 168), Math.floor(index / 3) % 56, index % 3];
      return picture.pixels[((y + 4) * width + x + 12) * 3 + c];
    });
    expect(toBytes(await imageOf(0, 56))).toEqual(middle);
    // To the bit what becomes of the picture without transparency.
    for (const step of [undefined, 1, 2]) {
      const augment = step === undefined ? undefined : { seed: 1, step };
      expect(await imageOf(0, 28, augment)).toEqual(await imageOf(1, 28, augment));
    }
  });
});

describe("images that do not decode", () => {
  const gradient = noise(40, 40);

  it("are named, counted and replaced by the next of their class", async () => {
    const whole = await encoder(gradient).jpeg().toBuffer();
    const source = await sourceOf({
      "a/0.png": await png(plain(9, 9, [10, 10, 10])),
      "a/1.jpg": whole.subarray(0, whole.length / 2),
      "a/2.jpg": "a text",
      "a/3.jpg": "",
      "b/0.png": await png(plain(9, 9, [240, 240, 240])),
      "b/1.png": await png(plain(9, 9, [200, 200, 200])),
    });
    // a/0, b/0, a/1, b/1, a/2, a/3.
    const before = await source.batch({ indices: [0, 1], imageSize: 8 });
    expect(source.badImages).toEqual([]);
    const { images, labels } = await source.batch({ indices: [1, 2, 3, 5, 4], imageSize: 8 });
    expect([...labels]).toEqual([1, 0, 1, 0, 0]);
    const first = (place: number) => toBytes(images)[place * 192];
    // Of class a only the first is left, also for the last.
    expect([0, 1, 2, 3, 4].map(first)).toEqual([240, 10, 200, 10, 10]);
    expect(source.badImages).toEqual(["a/1.jpg", "a/2.jpg", "a/3.jpg"]);
    expect((await source.batch({ indices: [0, 1], imageSize: 8 })).images).toEqual(before.images);
  });

  it("are the same ones whatever was asked before, also where some crops of an image can be had", async () => {
    const whole = await encoder(noise(64, 320)).jpeg().toBuffer();
    const files = { "b/1.png": await png(gradient) } as Record<string, Uint8Array>;
    files["a/1.jpg"] = whole.subarray(0, whole.length * 0.7);
    for (let n = 2; n < 5; n++) files[`a/${n}.png`] = await png(noise(40, 40, n));
    const [onwards, back] = [await sourceOf(files), await sourceOf(files)];
    const steps = Array.from({ length: 12 }, (_, step) => step);
    const decode = (source: ImageSource, step: number) =>
      source.batch({ indices: [0], imageSize: 8, augment: { seed: 3, step } });
    const found: Float32Array[] = [];
    for (const step of steps) found[step] = (await decode(onwards, step)).images;
    // The first crop can be had; among the others is one that cannot.
    expect((await decode(back, 0)).images).toEqual(found[0]);
    expect([back.badImages, onwards.badImages]).toEqual([[], ["a/1.jpg"]]);
    for (const step of steps.reverse()) expect((await decode(back, step)).images).toEqual(found[step]);
  });

  it("end the run when they are more than may be, with their count, names and reasons", async () => {
    const files: Record<string, Uint8Array | string> = await redAndBlue(20);
    for (let n = 0; n < 12; n++) files[`red/${n}.png`] = "damaged";
    const all = Array.from({ length: 40 }, (_, index) => index);
    const strict = await sourceOf(files);
    const refusal = await strict.batch({ indices: all, imageSize: 8 }).catch((error: Error) => error);
    expect(refusal).toMatchObject({
      name: "DataError",
      message: expect.stringMatching(
        /^12 images in .* cannot be decoded, more than the 10 that may be: red\/0\.png \(is no JPEG, .*\), .*, …$/,
      ),
    });
    const lenient = await sourceOf(files, { maxBadImages: 12 });
    await lenient.batch({ indices: all, imageSize: 8 });
    expect(lenient.badImages).toHaveLength(12);
    const none = await sourceOf(files, { maxBadImages: 0 });
    await expect(none.batch({ indices: [1], imageSize: 8 })).rejects.toThrow(/^1 images? in .* the 0 that/);
  });

  it("end the run when a class has no others", async () => {
    const source = await sourceOf({ "a/1.png": "x", "a/2.png": "y", "b/1.png": await png(gradient) });
    await expect(source.batch({ indices: [0], imageSize: 8 })).rejects.toThrow(
      /no image of the class a in .* can be decoded: a\/1\.png .*, a\/2\.png/,
    );
  });
});

describe("a source of images", () => {
  it("refuses sizes and indices that are none", async () => {
    const source = await sourceOf(await redAndBlue(1));
    expect(() => source.requireImageSize(7)).toThrow(
      /image size must be a whole number from 8 to 1024, not 7/,
    );
    source.requireImageSize(225);
    await expect(source.batch({ indices: [2], imageSize: 8 })).rejects.toThrow(/indices\[0\] must be/);
  });

  it("leaves a batch that is no longer wanted, and goes on with others", async () => {
    const source = await sourceOf(await redAndBlue(2));
    const stop = new AbortController();
    const left = source.batch({ indices: [0, 1, 2, 3], imageSize: 64, signal: stop.signal });
    const kept = source.batch({ indices: [0], imageSize: 8 });
    await new Promise((resolve) => setTimeout(resolve));
    stop.abort(new Error("enough"));
    await expect(left).rejects.toThrow("enough");
    expect((await kept).labels).toHaveLength(1);
    await expect(source.batch({ indices: [0], imageSize: 8, signal: stop.signal })).rejects.toThrow("enough");
  });

  it("can be closed with a batch under way, which fails, and more than once", async () => {
    const source = await sourceOf(await redAndBlue(2));
    await source.batch({ indices: [0], imageSize: 8 });
    const left = source.batch({ indices: [0, 1, 2, 3], imageSize: 512 });
    const failure = expect(left).rejects.toThrow(/has ended/);
    await new Promise((resolve) => setImmediate(resolve));
    await source.close();
    await failure;
    await source.close();
  });
});
