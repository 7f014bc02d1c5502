import { createHash } from "node:crypto";
import { chmod, mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { type ImageFolder, loadImageFolder } from "../../src/data/load-image-folder.js";
import { makeFolder, plain, png, redAndBlue } from "./small-folder.js";

const folders: string[] = [];
async function folderOf(files: Readonly<Record<string, Uint8Array | string>>): Promise<string> {
  const folder = await makeFolder(files);
  folders.push(folder);
  return folder;
}
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

/** The labels of all images, in order. */
async function labelsOf(source: ImageFolder["train"]): Promise<number[]> {
  const indices = Array.from({ length: source.count }, (_, index) => index);
  const { labels } = await source.batch({ indices, imageSize: 8 });
  await source.close();
  return [...labels];
}

describe("loadImageFolder", () => {
  it("reads train and val, classes sorted by code unit, at any depth, other files left out", async () => {
    const dot = await png(plain(4, 4, [1, 2, 3]));
    const directory = await folderOf({
      "train/zebra/1.PNG": dot,
      "train/Ähre/1.png": dot,
      "train/Zebu/1.png": dot,
      "train/Zebu/more/2.png": dot,
      "train/Zebu/notes.txt": "no image",
      "train/Zebu/.hidden.png": "not even one",
      "train/Zebu/._1.png": "what macOS leaves behind",
      "train/.cache/1.png": dot,
      "train/readme.md": "a file beside the classes",
      "val/zebra/1.png": dot,
      "val/Zebu/1.png": dot,
    });
    await symlink(join(directory, "val/zebra/1.png"), join(directory, "train/zebra/0.png"));
    await mkdir(join(directory, "train/zebra/folder.png"));
    const { train, test, name } = await loadImageFolder({ directory });
    expect(directory.endsWith(name)).toBe(true);
    expect(train.classNames).toEqual(["Zebu", "zebra", "Ähre"]);
    // One of each class, then the others.
    expect(await labelsOf(train)).toEqual([0, 1, 2, 0, 1]);
    // A class of which there are no test images keeps its number.
    expect(test?.classNames).toEqual(train.classNames);
    expect(await labelsOf(test!)).toEqual([0, 1]);
    expect(train.badImages).toEqual([]);
  });

  it.each([
    [["Train", "valid"], "Train", "valid", []],
    [["TRAIN", "Test"], "TRAIN", "Test", []],
    [["train", "Validation", "test"], "train", "Validation", ["test"]],
    [["Training", "Testing", "labels"], "Training", "Testing", ["labels"]],
  ])("finds training and test images in %j", async (names, train, test, leftOut) => {
    const paths = names.flatMap((name) => [`${name}/a/1.png`, `${name}/b/1.png`]);
    const directory = await folderOf(Object.fromEntries(paths.map((path) => [path, ""])));
    const found = await loadImageFolder({ directory });
    expect(found.layout).toEqual({ train, test, leftOut });
    expect([found.train.count, found.test?.count]).toEqual([2, 2]);
  });

  it("takes a folder of images called train, beside others, for a class", async () => {
    const directory = await folderOf({ "Train/1.png": "", "bus/1.png": "" });
    const found = await loadImageFolder({ directory });
    expect(found.layout).toEqual({ leftOut: [] });
    expect(found.train.classNames).toEqual(["Train", "bus"]);
  });

  it("knows a class by its name in whatever Unicode form", async () => {
    const dot = await png(plain(4, 4, [1, 2, 3]));
    const [composed, decomposed] = ["Mu\u0308ll".normalize("NFC"), "Mu\u0308ll"];
    const directory = await folderOf({
      [`train/${decomposed}/1.png`]: dot,
      // Between the two forms of the other name by code unit.
      "train/Mz/1.png": dot,
      [`val/${composed}/1.png`]: dot,
      "val/Mz/1.png": dot,
    });
    const { train, test } = await loadImageFolder({ directory });
    expect(train.classNames).toEqual(["Mz", composed]);
    expect(test?.classNames).toEqual(["Mz", composed]);
    expect(await labelsOf(train)).toEqual([0, 1]);
    expect(await labelsOf(test!)).toEqual([0, 1]);
  });

  it("holds a share of each class out, the same one always, and every image is in one part", async () => {
    const files = { ...(await redAndBlue(10)), "one/1.png": await png(plain(4, 4, [0, 0, 0])) };
    const directory = await folderOf(files);
    const load = (testShare?: number) => loadImageFolder({ directory, testShare });
    const [first, second, more, none] = [await load(), await load(), await load(0.5), await load(0)];
    expect([first.train.count, first.test?.count]).toEqual([19, 2]);
    expect([more.train.count, more.test?.count]).toEqual([11, 10]);
    expect([none.train.count, none.test]).toEqual([21, undefined]);
    expect(second.checksums).toEqual(first.checksums);
    // The shares of two classes are not the same ones: they are drawn for each.
    expect(new Set([first, more, none].map(({ checksums }) => checksums["train"])).size).toBe(3);
    const all = new Set<string>();
    for (const source of [more.train, more.test!]) {
      const { images } = await source.batch({
        indices: Array.from({ length: source.count }, (_, index) => index),
        imageSize: 8,
      });
      for (let n = 0; n < source.count; n++) all.add(String(images.subarray(n * 192, n * 192 + 3)));
      await source.close();
    }
    // Every image has a colour of its own.
    expect(all.size).toBe(21);
  });

  it("has a fingerprint of the sorted names and sizes", async () => {
    const files = { "b/2.png": "22", "a/10.png": "1", "a/9.png": "333", "a/9.txt": "no image" };
    const directory = await folderOf(files);
    const { checksums } = await loadImageFolder({ directory, testShare: 0 });
    const text = "a/10.png\x001\0a/9.png\x003\0b/2.png\x002\0";
    expect(checksums).toEqual({ train: createHash("sha256").update(text).digest("hex") });
    await writeFile(join(directory, "b/2.png"), "23");
    expect((await loadImageFolder({ directory, testShare: 0 })).checksums).toEqual(checksums);
    await writeFile(join(directory, "b/2.png"), "234");
    expect((await loadImageFolder({ directory, testShare: 0 })).checksums).not.toEqual(checksums);
  });

  it.each([
    ["a folder that is not there", {}, "nowhere", /cannot read .*nowhere: no such file or folder/],
    ["a file", { "a.png": "" }, "a.png", /cannot read .*a\.png: it is not a folder/],
    ["an empty folder", {}, "", /has no class folders/],
    ["images without class folders", { "1.png": "", "2.png": "" }, "", /has no class folders/],
    ["one class", { "a/1.png": "" }, "", /one class folder only, a;/],
    ["a class without images", { "a/1.png": "", "b/1.txt": "" }, "", /class folder .*b has no images \(jpg,/],
    ["an empty train folder", { "train/1.png": "" }, "", /train has no class folders/],
    [
      "test images of other classes",
      { "train/a/1.png": "", "train/b/1.png": "", "test/c/1.png": "", "test/d/1.png": "" },
      "",
      /test has 2 class folders that .*train has not, such as c/,
    ],
    [
      "test images in no folder",
      { "train/a/1.png": "", "train/b/1.png": "", "val/1.png": "" },
      "",
      /val has no/,
    ],
    [
      "test images alone",
      { "valid/a/1.png": "", "valid/b/1.png": "", "Test/a/1.png": "" },
      "",
      /has Test and valid, and no train; call the folder of the training images train/,
    ],
    [
      "one class in two Unicode forms",
      { "e\u0301/1.png": "", "\u00e9/1.png": "", "a/1.png": "" },
      "",
      /has two folders of the class \u00e9, in two Unicode forms of its name/,
    ],
    [
      "two training folders",
      { "train/a/1.png": "", "Train/a/1.png": "" },
      "",
      /has Train and train; leave one of them/,
    ],
  ])("refuses %s in one line", async (_, files, name, message) => {
    const directory = join(await folderOf(files), name);
    const refusal = await loadImageFolder({ directory }).catch((error: Error) => error);
    expect(refusal).toMatchObject({ name: "DataError", message: expect.stringMatching(message) });
    expect((refusal as Error).message).not.toMatch(/\n/);
  });

  it("refuses shares and limits that are none, and a share where there are test images", async () => {
    const split = await folderOf({ "train/a/1.png": "", "train/b/1.png": "", "val/a/1.png": "" });
    const load = (options: object) => loadImageFolder({ directory: split, ...options });
    await expect(load({ testShare: 1 })).rejects.toThrow(/test share must be a number from 0 to less than 1/);
    await expect(load({ testShare: Number.NaN })).rejects.toThrow(/test share/);
    await expect(load({ testShare: 0.1 })).rejects.toThrow(
      /test share must be absent: the test images are in/,
    );
    await expect(load({ maxBadImages: -1 })).rejects.toThrow(/max bad images must be a whole number/);
    await expect(load({ tasks: 0 })).rejects.toThrow(/tasks must be a whole number/);
  });

  it.skipIf(process.getuid?.() === 0)("refuses a class folder that may not be read", async () => {
    const directory = await folderOf({ "a/1.png": "", "b/1.png": "" });
    await chmod(join(directory, "b"), 0);
    await expect(loadImageFolder({ directory })).rejects.toThrow(/cannot read .*b: permission denied/);
    await chmod(join(directory, "b"), 0o755);
  });
});
