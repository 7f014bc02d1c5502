import { cp, mkdtemp, readdir, readFile, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { create } from "tar";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { FetchOptions } from "../../src/data/fetch-options.js";
import { makeBatch } from "../../src/data/index.js";
import { loadCifar100Layout } from "../../src/data/load-cifar100.js";
import { DataError } from "../../src/network/errors.js";
import { deadUrl, md5, removeFolder, serve } from "./small-cifar10.js";
import { makeSmallCifar100, type SmallCifar100 } from "./small-cifar100.js";

let data: SmallCifar100;
let directory: string;
let lines: string[];

beforeAll(async () => {
  data = await makeSmallCifar100();
});
afterAll(() => removeFolder(data.root));
beforeEach(async () => {
  directory = join(await mkdtemp(join(data.root, "cache-")), "cifar-100-binary");
  lines = [];
});
afterEach(() => vi.unstubAllEnvs());

const load = (options: FetchOptions = {}) =>
  loadCifar100Layout(data.layout, { directory, log: (line) => lines.push(line), ...options });

/** The message of the DataError it must reject with, which must be one line. */
async function failure(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => undefined,
    (reason) => reason,
  );
  expect(error).toBeInstanceOf(DataError);
  expect(error.message).not.toContain("\n");
  return error.message;
}

const FILES = ["fine_label_names.txt", "md5sums.txt", "test.bin", "train.bin"];

async function expectNothingLeft(): Promise<void> {
  expect(await readdir(directory).catch(() => [])).toEqual([]);
}

async function serveArchive(archive = data.archive) {
  const content = await readFile(archive);
  return serve((response) => {
    response.setHeader("content-length", content.length);
    response.end(content);
  });
}

/** A copy of the extracted folder with one file changed. */
async function changedCopy(name: string, change: (content: Buffer) => Uint8Array | undefined) {
  const folder = await mkdtemp(join(data.root, "from-"));
  await cp(join(data.extracted, "cifar-100-binary"), folder, { recursive: true });
  const content = await readFile(join(folder, name));
  await writeFile(join(folder, name), change(content) ?? content);
  return folder;
}

describe("loadCifar100", () => {
  it.each(["archive", "folder", "parent folder", "official site"])("takes the %s", async (form) => {
    const server = await serveArchive();
    const fractions: number[] = [];
    const from = {
      archive: data.archive,
      folder: join(data.extracted, "cifar-100-binary"),
      "parent folder": data.extracted,
    }[form];
    const loaded = await load({ from, officialUrl: server.url, onProgress: (f) => fractions.push(f) });
    await server.close();
    expect(loaded.source).toBe(from === undefined ? "official" : "from");
    expect(server.requests).toBe(from === undefined ? 1 : 0);
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
    expect(fractions.at(-1)).toBe(1);
    expect((await readdir(directory)).sort()).toEqual(FILES);
    expect(loaded.checksums).toEqual(
      Object.fromEntries([...data.contents].map(([name, content]) => [name, md5(content)])),
    );
    expect([loaded.train.count, loaded.test.count]).toEqual([300, 100]);
    expect(loaded.train.classNames[42]).toBe("class_42");
    for (const [split, image] of [
      ["train", 0],
      ["train", 299],
      ["test", 57],
    ] as const) {
      const record = data.contents.get(`${split}.bin`)!.slice(image * 3074, (image + 1) * 3074);
      const { labels, pixels } = loaded[split];
      expect(labels[image]).toBe(record[1]);
      expect(pixels.slice(image * 3072, (image + 1) * 3072)).toEqual(record.slice(2));
    }
  });

  it("standardises both splits by the training images' own mean and deviation of each channel", async () => {
    const { train, test } = await load({ from: data.archive });
    const indices = Array.from({ length: train.count }, (_, index) => index);
    const values = makeBatch(train, indices);
    for (let channel = 0; channel < 3; channel++) {
      const of = values.filter((_, i) => i % 3 === channel);
      const mean = of.reduce((sum, value) => sum + value, 0) / of.length;
      const variance = of.reduce((sum, value) => sum + (value - mean) ** 2, 0) / of.length;
      // Numbers below 4, each rounded to float32 in one direction or the other.
      expect(Math.abs(mean)).toBeLessThan(4 * 2 ** -24);
      expect(Math.abs(variance - 1)).toBeLessThan(16 * 2 ** -24);
    }
    expect(test.standardisation).toEqual(train.standardisation);
    // Bytes below 256, 192 and 128, all equally likely, in units of 255.
    train.standardisation!.means.forEach((mean, channel) => {
      const deviation = (256 - 64 * channel) / 255 / Math.sqrt(12);
      const standardError = deviation / Math.sqrt(300 * 1024);
      expect(Math.abs(mean - (255 - 64 * channel) / 2 / 255)).toBeLessThan(5 * standardError);
    });
  });

  it("uses a complete folder without any source, in $RESPATH_CACHE by default", async () => {
    const cache = await mkdtemp(join(data.root, "env-"));
    vi.stubEnv("RESPATH_CACHE", cache);
    await load({ from: data.archive, directory: undefined });
    const again = await load({ directory: undefined, officialUrl: await deadUrl() });
    expect(again.source).toBe("cache");
    expect(again.directory).toBe(join(cache, "cifar-100-binary"));
    expect(lines).toEqual([]);
  });

  it("replaces a file that is not what it was when it came in, and says so in one line", async () => {
    await load({ from: data.archive });
    const content = await readFile(join(directory, "train.bin"));
    content[5000]! ^= 1;
    await writeFile(join(directory, "train.bin"), content);
    const server = await serveArchive();
    const loaded = await load({ officialUrl: server.url });
    await server.close();
    expect(loaded.source).toBe("official");
    expect(lines[0]).toMatch(/^CIFAR-100: in .*, train\.bin has md5 .*, expected .*; fetching anew$/);
    expect(md5(await readFile(join(directory, "train.bin")))).toBe(md5(data.contents.get("train.bin")!));
  });

  it("refuses an archive that is not the official one, wherever it comes from", async () => {
    const repacked = join(data.root, "repacked.tar");
    await create({ file: repacked, cwd: data.extracted }, ["cifar-100-binary"]);
    const wrong = md5(await readFile(repacked));
    expect(await failure(load({ from: repacked }))).toContain(
      `has md5 ${wrong}, expected ${data.layout.archiveMd5}`,
    );
    const server = await serveArchive(repacked);
    expect(await failure(load({ officialUrl: server.url }))).toContain(`the archive has md5 ${wrong}`);
    await server.close();
    await expectNothingLeft();
  });

  it.each<[string, string, (content: Buffer) => Uint8Array | undefined, RegExp]>([
    [
      "is truncated",
      "train.bin",
      (content) => content.subarray(0, 3074 * 10),
      /train\.bin is 30740 bytes, expected/,
    ],
    [
      "has a class too many",
      "test.bin",
      (content) => void content.writeUInt8(100, 1),
      /labels 0 and 100 at image 0/,
    ],
    [
      "puts a class into two coarse ones",
      "test.bin",
      (content) => void content.writeUInt8(3, 3074 * 2),
      /labels 3 and 14 at image 2, which do not go together/,
    ],
    [
      "has another number of images of a class",
      "train.bin",
      (content) => void content.set([1, 7], 0),
      /train\.bin has 2 images of class 0, expected 3/,
    ],
    ["lacks names", "fine_label_names.txt", () => new Uint8Array(), /does not hold 100 different names/],
  ])("refuses a folder whose file %s", async (_, name, change, message) => {
    const from = await changedCopy(name, change);
    const found = await failure(load({ from }));
    expect(found).toMatch(message);
    expect(found).toContain(from);
    await expectNothingLeft();
  });

  it("refuses a truncated archive, and what is not there", async () => {
    const truncated = join(data.root, "truncated.tar.gz");
    await cp(data.archive, truncated);
    await truncate(truncated, 100_000);
    expect(await failure(load({ from: truncated }))).toMatch(
      /cannot unpack .*truncated\.tar\.gz: .*official cifar-100-binary\.tar\.gz, complete/,
    );
    expect(await failure(load({ from: join(data.root, "absent") }))).toMatch(
      /cannot read .*absent: no such file/,
    );
    const empty = await mkdtemp(join(data.root, "empty-"));
    expect(await failure(load({ from: empty }))).toMatch(/the 3 files of CIFAR-100's binary version/);
    await expectNothingLeft();
  });

  it("says what to do without a network", async () => {
    const officialUrl = await deadUrl();
    const message = await failure(load({ officialUrl }));
    expect(message).toContain(`CIFAR-100 could not be fetched (${officialUrl}: the connection is refused)`);
    expect(message).toMatch(/bring cifar-100-binary\.tar\.gz from https:.*respath data cifar100 --from FILE/);
    await expectNothingLeft();
  });

  it("interrupted halfway leaves nothing, and rejects with the signal's reason", async () => {
    const archive = await readFile(data.archive);
    const controller = new AbortController();
    const reason = new DataError("interrupted");
    const server = await serve((response) => {
      response.setHeader("content-length", archive.length);
      response.write(archive.subarray(0, archive.length >> 1));
    });
    const loading = load({
      officialUrl: server.url,
      signal: controller.signal,
      onProgress: (fraction) => {
        if (fraction > 0.1) controller.abort(reason);
      },
    });
    await expect(loading).rejects.toBe(reason);
    await server.close();
    await expectNothingLeft();
  });
});
