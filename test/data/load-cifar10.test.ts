import { mkdtemp, truncate } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadLayout } from "../../src/data/load-cifar10.js";
import { DataError } from "../../src/network/errors.js";
import { IMAGES, makeSmallCifar10, md5, removeFolder, type SmallCifar10 } from "./small-cifar10.js";

let data: SmallCifar10;
beforeAll(async () => {
  data = await makeSmallCifar10();
});
afterAll(() => removeFolder(data.root));

describe("loadLayout", () => {
  it("joins the files of each split, labels apart from pixels", async () => {
    const directory = await mkdtemp(join(data.root, "cache-"));
    const loaded = await loadLayout(data.layout, { directory, from: data.archive, sources: [] });
    expect(loaded.source).toBe("from");
    expect(loaded.directory).toBe(directory);
    expect([loaded.train!.count, loaded.test!.count]).toEqual([5 * IMAGES, IMAGES]);
    expect(loaded.train!.classNames[3]).toBe("cat");
    for (const [split, image, file, record] of [
      ["train", 0, "data_batch_1.bin", 0],
      ["train", 2 * IMAGES + 5, "data_batch_3.bin", 5],
      ["train", 5 * IMAGES - 1, "data_batch_5.bin", IMAGES - 1],
      ["test", IMAGES - 1, "test_batch.bin", IMAGES - 1],
    ] as const) {
      const bytes = data.contents.get(file)!.slice(record * 3073, (record + 1) * 3073);
      const images = loaded[split]!;
      expect(images.labels[image]).toBe(bytes[0]);
      expect(images.pixels.slice(image * 3072, (image + 1) * 3072)).toEqual(bytes.slice(1));
    }
  });

  it("reads and checks only the files of the splits asked for", async () => {
    const directory = await mkdtemp(join(data.root, "cache-"));
    await loadLayout(data.layout, { directory, from: data.archive, sources: [] });
    await truncate(join(directory, "data_batch_1.bin"), 10);
    const loaded = await loadLayout(data.layout, { directory, splits: ["test"], sources: [] });
    expect(loaded.source).toBe("cache");
    expect(loaded.train).toBeUndefined();
    expect(loaded.checksums).toEqual({ "test_batch.bin": md5(data.contents.get("test_batch.bin")!) });
    await expect(loadLayout(data.layout, { directory, sources: [] })).rejects.toThrow(DataError);
  });
});
