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

/** The files of both parts, as the fingerprints of a folder without links see them, and their number. */
async function expectSameImages(directory: string, other: string): Promise<void> {
  const [found, expected] = [
    await loadImageFolder({ directory }),
    await loadImageFolder({ directory: other }),
  ];
  expect(found.checksums).toEqual(expected.checksums);
  expect([found.train.count, found.test?.count]).toEqual([expected.train.count, expected.test?.count]);
}

describe("links in a folder of images", () => {
  const files = { "a/1.png": "1", "a/2.png": "22", "a/more/3.png": "333", "b/1.png": "4444", "b/2.png": "5" };

  it.each([
    ["its own parent", "a/loop", "."],
    ["the folder of the class folders", "a/up", ".."],
    ["the folder it lies in, deeper", "a/more/back", ".."],
    ["a folder beside it", "a/again", "more"],
    ["an image beside it", "a/0.png", "2.png"],
    ["a folder of a name before it", "a/0", "more"],
    ["itself", "a/self", "self"],
    ["nothing, and is called no image", "a/nothing", "gone"],
  ])("each image counts once where one leads to %s", async (_, path, target) => {
    const directory = await folderOf(files);
    await symlink(target, join(directory, path));
    await expectSameImages(directory, await folderOf(files));
  });

  it("lead to folders and images elsewhere, each once, under the first name", async () => {
    const elsewhere = await folderOf({ "x/4.png": "666666", "x/deep/5.png": "7777777" });
    await symlink("..", join(elsewhere, "x/deep/round"));
    const directory = await folderOf(files);
    await symlink(join(elsewhere, "x"), join(directory, "a/q"));
    await symlink(join(elsewhere, "x"), join(directory, "a/p"));
    await symlink(join(elsewhere, "x/4.png"), join(directory, "a/z.png"));
    await expectSameImages(
      directory,
      await folderOf({ ...files, "a/p/4.png": "666666", "a/p/deep/5.png": "7777777" }),
    );
  });

  it("of a whole class are followed", async () => {
    const elsewhere = await folderOf({ "c/1.png": "88" });
    const directory = await folderOf(files);
    await symlink(join(elsewhere, "c"), join(directory, "c"));
    await expectSameImages(directory, await folderOf({ ...files, "c/1.png": "88" }));
  });

  it.each([
    ["in two classes", files, "a/9.png", "../b/1.png", "b/1.png", "a/9.png"],
    ["in two classes by a folder", files, "a/b", "../b", "b/1.png", "a/b/1.png"],
    ["two names of a class", files, "c", "b", "b/1.png", "c/1.png"],
    [
      "trained and tested on",
      { "train/a/1.png": "1", "train/b/1.png": "2", "val/a/2.png": "3" },
      "val/a/1.png",
      "../../train/a/1.png",
      "train/a/1.png",
      "val/a/1.png",
    ],
    [
      "trained and tested on, all of them",
      { "train/a/1.png": "1", "train/b/1.png": "2" },
      "val",
      "train",
      "train/a/1.png",
      "val/a/1.png",
    ],
  ])("are refused where one file is then %s", async (_, files, path, target, ...names) => {
    const directory = await folderOf(files);
    await symlink(target, join(directory, path));
    const refusal = await loadImageFolder({ directory }).catch((error: Error) => error.message);
    for (const name of names) expect(refusal).toContain(name);
    expect(refusal).toMatch(/are one file, by a link; an image must be in one class/);
  });

  it("that lead nowhere are passed over and counted, like an image that does not decode", async () => {
    const directory = await folderOf(await redAndBlue(3));
    await symlink("gone.png", join(directory, "red/dangling.png"));
    await symlink("round.png", join(directory, "red/round.png"));
    const { train } = await loadImageFolder({ directory, testShare: 0 });
    expect(train.count).toBe(8);
    expect(await labelsOf(train)).toEqual([0, 1, 0, 1, 0, 1, 1, 1]);
    expect(train.badImages).toEqual(["red/dangling.png", "red/round.png"]);
    const strict = await loadImageFolder({ directory, testShare: 0, maxBadImages: 1 });
    await expect(labelsOf(strict.train)).rejects.toThrow(
      /2 images in .* cannot be decoded, more than the 1 that may be: red\/dangling\.png \(no such file/,
    );
    await strict.train.close();
  });
});

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
    await mkdir(join(directory, "elsewhere"));
    await writeFile(join(directory, "elsewhere/1.png"), dot);
    await symlink(join(directory, "elsewhere/1.png"), join(directory, "train/zebra/0.png"));
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

  it.skipIf(process.getuid?.() === 0)(
    "counts an image that may not be read, and refuses a folder of them",
    async () => {
      const directory = await folderOf({ ...(await redAndBlue(2)), "red/deep/1.png": "" });
      await chmod(join(directory, "red/0.png"), 0);
      const { train } = await loadImageFolder({ directory, testShare: 0 });
      await labelsOf(train);
      expect(train.badImages).toEqual(["red/0.png", "red/deep/1.png"]);
      await chmod(join(directory, "red/deep"), 0);
      await expect(loadImageFolder({ directory })).rejects.toThrow(/cannot read .*deep: permission denied/);
      await chmod(join(directory, "red/deep"), 0o755);
    },
  );
});
