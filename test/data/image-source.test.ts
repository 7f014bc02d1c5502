import { describe, expect, it } from "vitest";
import { makeBatch } from "../../src/data/batch.js";
import { asImageSource } from "../../src/data/image-source.js";
import { openStream } from "../../src/random/stream.js";
import { easyImages } from "../train/images.js";

describe("images in memory as a source", () => {
  const images = easyImages(20);
  const source = asImageSource(images);

  it("give the numbers of makeBatch, augmented by the stream of seed and step", async () => {
    const indices = [3, 19, 0];
    const plain = await source.batch({ indices, imageSize: 16 });
    expect(plain.images).toEqual(makeBatch(images, indices, { imageSize: 16 }));
    expect(plain.labels).toEqual(Int32Array.of(3, 9, 0));
    const augment = openStream({ seed: 4, purpose: "augment", index: [11] });
    const augmented = await source.batch({ indices, imageSize: 32, augment: { seed: 4, step: 11 } });
    expect(augmented.images).toEqual(makeBatch(images, indices, { imageSize: 32, augment }));
  });

  it("need no queue, have no damaged images and are 32 pixels, 16 or 8", async () => {
    expect(source).toMatchObject({ count: 20, ahead: 0, classNames: images.classNames });
    expect(source.badImages).toBeUndefined();
    for (const size of [32, 16, 8]) source.requireImageSize(size);
    expect(() => source.requireImageSize(64)).toThrow("image size must be one of 32, 16, 8, not 64");
    await expect(source.batch({ indices: [20], imageSize: 8 })).rejects.toThrow(/indices\[0\]/);
    await source.close();
    expect(asImageSource(source)).toBe(source);
  });
});
