import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { create } from "tar";
import { beforeEach, describe, expect, it } from "vitest";
import { temporaryFolders } from "../helpers/temporary-folder.js";
import { hasCifar10 } from "./real-cifar10.js";
import { expectRefused, respath } from "./run.js";

const newFolder = temporaryFolders("cli");
let folder: string;
beforeEach(() => {
  folder = newFolder();
});

const TRAIN = "train --model wrn-16-1 --scheme batchnorm --steps 1";

describe("a recipe that is none: one line, exit 2, before any data are fetched", () => {
  it.each([
    [`${TRAIN} --data imagenet`, /--data must be one of cifar10, cifar100/],
    [`${TRAIN} --warmup 2weeks`, /--warmup must be a number of steps, or of epochs such as 2.5epochs/],
    [`${TRAIN} --warmup 1`, /--warmup must be shorter than the run's 1 step, not "1 step"/],
    [`${TRAIN} --l2-on weight`, /--l2-on must be one of weights, all, none, .* \(did you mean "weights"\?\)/],
    [`${TRAIN} --clip-norm 0`, /--clip-norm must be a positive number/],
    [`${TRAIN} --schedule linear`, /--schedule must be one of constant, paper, cosine/],
  ])("%s", async (line, message) => {
    expectRefused(await respath(line.split(" "), { env: { RESPATH_CACHE: folder } }), message);
    expect(await readdir(folder)).toEqual([]);
  });
});

it("CIFAR-100 from an archive that is not the official one is refused, and exit 1", async () => {
  const archive = join(folder, "cifar-100-binary.tar.gz");
  await writeFile(join(folder, "train.bin"), "not images");
  await create({ gzip: true, file: archive, cwd: folder }, ["train.bin"]);
  const cache = join(folder, "cache");
  for (const line of ["data cifar100", `${TRAIN} --data cifar100`]) {
    const { code, stdout, stderr } = await respath([...line.split(" "), "--from", archive], {
      env: { RESPATH_CACHE: cache },
    });
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(
      /^respath: .*cifar-100-binary\.tar\.gz has md5 [0-9a-f]{32}, expected 03b5dce01913d631647c71ecec9e9cb8/m,
    );
    expect(await readdir(join(cache, "cifar-100-binary"))).toEqual([]);
  }
});

const isThere = hasCifar10("the whole recipe");

it.skipIf(!isThere)("a whole recipe is taken and recorded, on real CIFAR-10", async () => {
  const line = [
    "train --model wrn-10-0.25 --scheme batchnorm --batch 32 --image-size 8 --test-images 100",
    "--momentum 0.8 --nesterov --l2 1e-3 --l2-on weights --clip-norm 1 --label-smoothing 0.1",
    "--schedule cosine --warmup 0.001epochs --no-augment --epochs 0.002 --json",
  ].join(" ");
  const { code, stdout, stderr } = await respath(line.split(" "));
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    steps: 3,
    dataSet: "cifar10",
    augmented: false,
    schedule: "cosine",
    warmup: { epochs: 0.001 },
    recipe: {
      momentum: 0.8,
      nesterov: true,
      l2: 1e-3,
      l2On: ["convolution", "classifier"],
      clipNorm: 1,
      labelSmoothing: 0.1,
    },
  });
  expect(stderr).toMatch(/epoch 0\.00, step 3 of 3, loss \d\.\d{3}, accuracy \d+ %, \d+ img\/s/);
});
