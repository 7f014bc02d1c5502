import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { temporaryFolders } from "../helpers/temporary-folder.js";
import { hasCifar10 } from "./real-cifar10.js";
import { expectRefused, respath } from "./run.js";

const newFolder = temporaryFolders("cli");
let folder: string;
beforeEach(() => {
  folder = newFolder();
});

describe("respath sample", () => {
  const args = "sample --scheme batchnorm --depth 8 --width 16 --batch 8 --trials 4 --within 2".split(" ");

  it("prints one document, the same for the same seed", async () => {
    const [first, second] = await Promise.all([respath([...args, "--json"]), respath([...args, "--json"])]);
    expect(first.code).toBe(0);
    const [a, b] = [JSON.parse(first.stdout), JSON.parse(second.stdout)];
    expect(a).toMatchObject({
      kind: "sample",
      network: { scheme: "batchnorm", depth: 8 },
      attribution: "covariance",
    });
    expect(a.skip.mean).toHaveLength(8);
    expect(a.shares).toEqual(b.shares);
    expect(a.within["2"]).toHaveProperty("z");
    expect(a.provenance).toMatchObject({ backend: "wasm", arguments: { trials: 4 } });
  });

  it("prints a table with a verdict, and progress on stderr only", async () => {
    const { stdout, stderr } = await respath(args);
    expect(stdout).toMatch(/mean length +\d.*±/);
    expect(stdout).toMatch(/^(agrees|differs|cannot tell yet): /m);
    expect(stderr).toMatch(/sampling: 100 %/);
  });
});

describe("bad input: one line, exit 2", () => {
  it.each([
    ["sample --scheme batchnorm --depth 3 --batch 1", /--batch must be at least 2 for batchnorm/],
    ["sample --scheme batchnorm --depth 3 --width 0", /--width must be a whole number from 1 to 16384/],
    ["sample --scheme batchnorm --depth 3 --trials 0", /--trials/],
    [
      "train --model wrn-17-1 --scheme batchnorm --steps 1",
      /n = 6N \+ 4 layers.*; the nearest n is 16 or 22,/,
    ],
    [
      "train --model wrn-3-1 --scheme batchnorm --steps 1",
      /n = 6N \+ 4 layers, 10 to .*; the nearest n is 10,/,
    ],
    [
      "train --model wrn--1 --scheme batchnorm --steps 1",
      /^respath: --model must be .*wrn-n-k.*did you mean "wrn-10-1"/,
    ],
    ["train --model wrn-16-0 --scheme batchnorm --steps 1", /16k a whole number of channels/],
    ["train --model wrn-16-0.3 --scheme batchnorm --steps 1", /16k a whole number of channels/],
    [
      "train --model wrn-1000-10 --scheme batchnorm --steps 1 --batch 512 --ghost-batch 512",
      /^respath: wrn-1000-10 at 32×32 with a ghost batch of 512 needs about \d+\.\d GiB, and .* \d+(\.\d)? GiB.*; use a --ghost-batch of at most \d+$/m,
    ],
    [
      "train --model wrn-16-1 --scheme batchnorm --steps 1 --test-every 0",
      /--test-every must be a whole number of at least 1/,
    ],
    [
      "train --model wrn-16-1 --scheme batchnorm --steps 1 --test-every 1week",
      /--test-every must be a number of steps, or of epochs/,
    ],
    [
      "train --model wrn-16-1 --scheme batchnorm --steps 1 --test-every 1 --test-images 0",
      /--test-every must be absent where there are no test images/,
    ],
    ["train --model wrm-16-1 --scheme batchnorm --steps 1", /wrn-16-1/],
    ["train --model wrn-16-1 --scheme batchnorm", /steps/],
    ["train --model wrn-16-1 --scheme batchnorm --steps 1 --workers 0", /--workers must be a whole number/],
    [
      "train --model wrn-16-1 --scheme batchnorm --steps 1 --ghost-batch 65",
      /--ghost-batch must be .* 1 to 64/,
    ],
    [
      "train --model wrn-16-1 --scheme batchnorm --steps 1 --recompute all",
      /--recompute must be auto, none or/,
    ],
    ["train --model wrn-1000-2 --scheme batchnorm --steps 1 --recompute none", /use --recompute auto or/],
    ["train --model wrn-16-1 --scheme batchnorm --steps 1 --resume", /--out must be given with checkpoints/],
    [
      "train --model wrn-16-1 --scheme batchnorm --steps 1 --out run --checkpoint-every 0",
      /--checkpoint-every must be/,
    ],
    [
      "train --model wrn-16-1 --scheme batchnorm --steps 1 --image-size 31",
      /--image-size must be one of 32, 16, 8/,
    ],
    ["data cifar20", /did you mean "cifar10"/],
  ])("%s", async (line, message) => {
    expectRefused(await respath(line.split(" "), { env: { RESPATH_CACHE: folder } }), message);
    expect(await readdir(folder)).toEqual([]);
  });

  it("a source that is not there is exit 1", async () => {
    const from = join(folder, "nowhere");
    const { code, stdout, stderr } = await respath(["data", "cifar10", "--from", from], {
      env: { RESPATH_CACHE: folder },
    });
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/^respath: .*nowhere.*\n$/);
  });

  it("no network at all is one line and exit 1", async () => {
    const { code, stderr } = await respath(["data", "cifar10"], {
      // A registry where nothing listens; the official site is left out.
      env: {
        RESPATH_CACHE: folder,
        RESPATH_CIFAR10_SOURCES: "npm",
        npm_config_registry: "http://127.0.0.1:9/",
        npm_config_fetch_retries: "0",
      },
    });
    expect(code).toBe(1);
    expect(stderr).toMatch(/--from/);
    expect(stderr.trimEnd().split("\n").at(-1)).toMatch(/^respath: /);
  });
});

const isThere = hasCifar10("what needs real images");

describe.skipIf(!isThere)("respath sample on real CIFAR-10", () => {
  it("draws convolutional networks, and says which files the images come from", async () => {
    const size = "--convolutional --depth 3 --channels 4 --image-size 8 --batch 4 --trials 2".split(" ");
    const args = ["sample", "--scheme", "batchnorm", "--images", "cifar10", ...size, "--json"];
    const { code, stdout } = await respath(args);
    expect(code).toBe(0);
    const document = JSON.parse(stdout);
    expect(document).toMatchObject({
      kind: "sample",
      network: { images: "cifar10", imageSize: 8, width: 4 },
      trials: 2,
    });
    expect(Object.keys(document.network.dataChecksums)).toContain("data_batch_1.bin");
    expect(document.skip.mean).toHaveLength(3);
  });
});

describe.skipIf(!isThere)("respath train on real CIFAR-10", () => {
  const args = (scheme: string, more = "") =>
    `train --model wrn-10-0.25 --scheme ${scheme} --batch 32 --image-size 8 --test-images 100 ${more}`
      .trim()
      .split(" ");

  it("leaves metrics.jsonl and run.json, and prints that document", async () => {
    const out = join(folder, "run");
    const { code, stdout } = await respath([...args("batchnorm", "--steps 5"), "--out", out, "--json"]);
    expect(code).toBe(0);
    const document = JSON.parse(stdout);
    expect(document).toMatchObject({
      kind: "run",
      steps: 5,
      testImages: 100,
      loss: { first: expect.any(Number) },
    });
    expect(document.imagesPerSecond.median).toBeGreaterThan(0);
    expect(document.profile.before).toHaveLength(3);
    const metrics = (await readFile(join(out, "metrics.jsonl"), "utf8")).trim().split("\n");
    expect(metrics.map((line) => JSON.parse(line).loss)).toEqual(document.lossCurve);
    expect(JSON.parse(await readFile(join(out, "run.json"), "utf8")).lossCurve).toEqual(document.lossCurve);
  });

  it("goes on from a checkpoint, saves weights and starts from them", async () => {
    const [out, weights] = [join(folder, "run"), join(folder, "weights.safetensors")];
    const checkpointed = [...args("skipinit", "--steps 5 --checkpoint-every 2 --resume"), "--out", out];
    const first = await respath([...checkpointed, "--save-weights", weights, "--json"]);
    expect(first).toMatchObject({
      code: 0,
      stderr: expect.stringContaining(`no run in ${out}: starting anew`),
    });
    const second = await respath([...checkpointed, "--json"]);
    expect(second).toMatchObject({
      code: 0,
      stderr: expect.stringContaining(`going on from ${out} after step 5`),
    });
    const [{ weightsSha256, profile }, again] = [first, second].map(({ stdout }) => JSON.parse(stdout));
    expect(again.weightsSha256).toBe(weightsSha256);
    const other = await respath([
      ...args("batchnorm", "--steps 5 --checkpoint-every 2 --resume"),
      "--out",
      out,
    ]);
    expect(other).toMatchObject({ code: 2, stdout: "" });
    expect(other.stderr).toMatch(
      /^respath: --resume must be used with .*--scheme skipinit \(here batchnorm\)/,
    );
    const loaded = await respath([...args("skipinit", "--steps 1 --json"), "--load-weights", weights]);
    expect(JSON.parse(loaded.stdout).profile.before).toEqual(profile.after);
  });

  it("tests on the way, and names the final and the best accuracy", async () => {
    const best = join(folder, "best.safetensors");
    const { code, stdout, stderr } = await respath([
      ...args("batchnorm", "--steps 5 --test-every 2"),
      "--save-best",
      best,
    ]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ {2}final test accuracy \d+\.\d\d % of 100 images, after the last step$/m);
    const [, step] =
      /^ {2}best test accuracy \d+\.\d\d % of 100 images, after step (\d), of 3 tests$/m.exec(stdout) ?? [];
    expect(stderr).toContain(`wrote ${best}, the weights after step ${step}\n`);
    expect(stderr).toMatch(/^training: 100 %.* step 5 of 5, .* img\/s, test accuracy \d+\.\d\d %$/m);
    expect((await readFile(best)).length).toBeGreaterThan(1000);
  });

  it("takes divergence as a result", async () => {
    const { code, stdout } = await respath([...args("unnormalized", "--steps 20 --lr 1e18"), "--json"]);
    expect(code).toBe(0);
    const document = JSON.parse(stdout);
    expect(document.outcome).toBe("diverged");
    expect(document.reason).toMatch(/step \d+/);
    expect(document.testAccuracy).toBeNull();
  });
});
