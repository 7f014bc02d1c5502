import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { decodeSafetensors, encodeSafetensors } from "../../src/train/index.js";
import { makeFolder, redAndBlue } from "../data/small-folder.js";
import { respath } from "./run.js";

let folder: string;
beforeAll(async () => {
  folder = await makeFolder({
    ...(await redAndBlue(20)),
    "red/torn.jpg": "no image",
    "red/notes.txt": "",
  });
});
afterAll(() => rm(folder, { recursive: true }));

const short = (more = "") =>
  `train --model wrn-10-0.25 --scheme batchnorm --batch 16 --image-size 8 --steps 10 --lr 0.05 ${more}`
    .trim()
    .split(" ");

describe("respath train --data FOLDER", () => {
  it("trains on the images of a folder, and records what they are and which are damaged", async () => {
    const out = join(folder, ".run");
    const { code, stdout, stderr } = await respath([
      ...short("--test-share 0.2"),
      "--data",
      folder,
      "--out",
      out,
    ]);
    expect(stderr).toMatch(/wrote .*run\.json/);
    expect(stderr).toContain(
      `found 2 classes in ${folder}: 33 images to train on, 8 held out to test with\n`,
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(/final test accuracy \d+\.\d\d % of 8 images/);
    expect(stdout).toMatch(/1 image could not be decoded, and others took its place: red\/torn\.jpg/);
    expect(JSON.parse(await readFile(join(out, "run.json"), "utf8"))).toMatchObject({
      dataSet: folder.split("/").at(-1),
      trainingImages: 33,
      testImages: 8,
      badImages: { count: 1, names: ["red/torn.jpg"] },
      dataChecksums: { train: expect.stringMatching(/^[0-9a-f]{64}$/) },
    });
  });

  it("says what it dropped from the names of weights, and where it found its images", async () => {
    const split = await makeFolder(
      Object.fromEntries(
        Object.entries(await redAndBlue(8)).flatMap(([path, image]) => [
          [`Train/${path}`, image],
          [`valid/${path}`, image],
        ]),
      ),
    );
    const weights = join(split, ".weights.safetensors");
    const wrapped = join(split, ".wrapped.safetensors");
    const first = await respath([...short(), "--data", split, "--save-weights", weights]);
    expect(first.stderr).toContain(
      `found 2 classes in ${split}: 16 images in Train to train on, 16 in valid to test with\n`,
    );
    expect(first.code).toBe(0);
    const { tensors, metadata } = decodeSafetensors(await readFile(weights));
    const renamed = tensors.map((tensor) => ({ ...tensor, name: `_orig_mod.module.${tensor.name}` }));
    await writeFile(wrapped, encodeSafetensors({ tensors: renamed, metadata }));
    const second = await respath([...short("--json"), "--data", split, "--load-weights", wrapped]);
    expect(second.stderr).toContain(
      `${wrapped}: every name begins with _orig_mod.module., which was left out\n`,
    );
    const third = await respath([...short("--json"), "--data", split, "--load-weights", weights]);
    expect(JSON.parse(second.stdout).weightsSha256).toBe(JSON.parse(third.stdout).weightsSha256);
    await rm(split, { recursive: true });
  });

  it("ends with exit 1 and one line when too many images are damaged", async () => {
    const { code, stdout, stderr } = await respath([
      ...short("--max-bad-images 0 --test-share 0"),
      "--data",
      folder,
    ]);
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(
      /^respath: 1 image in .* cannot be decoded, more than the 0 that may be: red\/torn\.jpg/m,
    );
  });

  it.each([
    ["--data cifar11", /--data must be one of cifar10, cifar100, a folder .* \(did you mean "cifar10"\?\)/],
    ["--data FOLDER/red/notes.txt", /--data must be one of cifar10, cifar100, a folder with a folder/],
    ["--data FOLDER --dir x", /--dir must be absent: .* is a folder of images/],
    ["--data FOLDER --from x", /--from must be absent/],
    ["--data cifar100 --test-share 0.1", /--test-share must be absent: cifar100 is not a folder of images/],
    ["--data cifar10 --max-bad-images 3", /--max-bad-images must be absent/],
    ["--data FOLDER --test-share 1", /--test-share must be a number from 0 to less than 1, not 1/],
    ["--data FOLDER --image-size 4", /--image-size must be a whole number from 8 to 1024, not 4/],
  ])("%s: one line, exit 2", async (options, message) => {
    const args = short(options).map((word) => word.replace("FOLDER", folder));
    const at = args.indexOf("--image-size");
    if (args.lastIndexOf("--image-size") > at) args.splice(at, 2);
    const { code, stdout, stderr } = await respath(args);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr.trimEnd()).toMatch(message);
    expect(stderr.trimEnd()).not.toMatch(/\n/);
  });

  it("a folder with one class: one line, exit 1", async () => {
    const lonely = await makeFolder({ "a/1.png": "", "b.png": "" });
    const { code, stderr } = await respath([...short(), "--data", lonely]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^respath: .* has one class folder only, a; it must have .*$/m);
    await rm(lonely, { recursive: true });
  });
});
