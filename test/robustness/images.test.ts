import { rm } from "node:fs/promises";
import { crc32 } from "node:zlib";
import sharp from "sharp";
import { afterAll, describe, expect, it } from "vitest";
import { decodingBytes } from "../../src/data/decode-memory.js";
import { loadImageFolder } from "../../src/data/load-image-folder.js";
import { MemoryBudget } from "../../src/data/memory-budget.js";
import { openStream } from "../../src/random/stream.js";
import { encoder, makeFolder, noise, plain, png } from "../data/small-folder.js";

const folders: string[] = [];
async function batchOf(files: Readonly<Record<string, Uint8Array | string>>, tasks?: number) {
  const directory = await makeFolder(files);
  folders.push(directory);
  const { train } = await loadImageFolder({ directory, testShare: 0, maxBadImages: 0, tasks });
  const indices = Array.from({ length: train.count }, (_, index) => index);
  try {
    return await train.batch({ indices, imageSize: 8 });
  } finally {
    await train.close();
  }
}
afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true });
});

const good = { "a/1.png": await png(noise(9, 9)), "b/1.png": await png(noise(9, 9, 1)) };

/** What is said of a folder of good images and this one. */
async function refusalOf(name: string, content: Uint8Array | string): Promise<string> {
  const refusal = await batchOf({ ...good, [name]: content }).catch((error: Error) => error);
  expect(refusal).toMatchObject({ name: "DataError" });
  return (refusal as Error).message;
}

describe("an image of a format that is not listed", () => {
  const box = (type: string) => `\0\0\0\x18ftyp${type}\0\0\0\0mif1${type}`;
  it.each([
    [
      "SVG",
      '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>',
    ],
    ["SVG", '<?xml version="1.0"?>\n<!-- a drawing -->\n<svg width="9" height="9"/>'],
    ["PDF", "%PDF-1.4\n"],
    ["BMP", "BM\x46\0\0\0"],
    ["HEIF or video", box("heic")],
    ["JPEG XL", "\xff\x0a\0\0"],
  ])("is refused as %s, whatever its name", async (name, content) => {
    const message = await refusalOf("a/2.png", Buffer.from(content, "latin1"));
    expect(message).toMatch(
      new RegExp(`: a/2\\.png \\(is ${name}, not JPEG, PNG, WebP, GIF, TIFF or AVIF\\)$`),
    );
  });

  it("is refused where it is no image that is known, or empty", async () => {
    expect(await refusalOf("a/2.png", "text")).toContain(
      "a/2.png (is no JPEG, PNG, WebP, GIF, TIFF or AVIF)",
    );
    expect(await refusalOf("a/2.png", "")).toContain("a/2.png (is empty)");
  });

  it.each(["jpeg", "png", "webp", "gif", "tiff", "avif"] as const)(
    "is not %s, by its content: it is read under another name",
    async (format) => {
      const content = await encoder(plain(16, 16, [200, 100, 50]))
        .toFormat(format)
        .toBuffer();
      const other = format === "png" ? "a/2.jpg" : "a/2.png";
      const { labels } = await batchOf({ ...good, [other]: content });
      expect(labels.length).toBe(3);
    },
  );
});

describe("an image that takes too much memory", () => {
  it("is refused by its header, in one line with its name", async () => {
    expect(await refusalOf("a/2.png", pngHeader(20_000, 20_000))).toMatch(
      /: a\/2\.png \(has 20000×20000 pixels, more than 16383×16383\)$/,
    );
    expect(await refusalOf("a/2.png", pngHeader(16_000, 16_000))).toMatch(
      /: a\/2\.png \(takes 3\.6 GB to decode \(16000×16000 pixels of png\), more than 2\.1 GB\)$/,
    );
  });

  const flat = (channels: 3 | 4) =>
    sharp({ create: { width: 64, height: 32, channels, background: { r: 9, g: 50, b: 70, alpha: 0.5 } } });
  // Bytes a pixel that the process was seen to grow by, 8000×8000 and 4000×4000 (AVIF), rounded up (docs/images.md).
  it.each([
    ["a JPEG", 0, () => flat(3).jpeg()],
    ["a progressive JPEG", 3, () => flat(3).jpeg({ progressive: true })],
    ["one with whole colours", 6, () => flat(3).jpeg({ progressive: true, chromaSubsampling: "4:4:4" })],
    ["a progressive CMYK one", 8, () => flat(3).toColourspace("cmyk").jpeg({ progressive: true })],
    ["a grey progressive one", 2, () => flat(3).toColourspace("b-w").jpeg({ progressive: true })],
    ["a turned JPEG", 3, () => flat(3).withMetadata({ orientation: 6 }).jpeg()],
    ["a mirrored JPEG", 0, () => flat(3).withMetadata({ orientation: 2 }).jpeg()],
    ["a PNG", 0, () => flat(3).png()],
    ["an interlaced PNG", 3, () => flat(3).png({ progressive: true })],
    ["one with 16 bits", 6, () => flat(3).toColourspace("rgb16").png({ progressive: true })],
    ["a transparent PNG", 3, () => flat(4).png()],
    ["an interlaced transparent PNG", 7, () => flat(4).png({ progressive: true })],
    ["a TIFF", 3, () => flat(3).tiff()],
    ["a WebP", 9, () => flat(3).webp()],
    ["a GIF", 8, () => flat(3).gif()],
    ["an AVIF", 20, () => flat(3).avif()],
  ])("%s is counted with %d bytes a pixel", async (_, bytes, encode) => {
    const header = await sharp(await encode().toBuffer()).metadata();
    expect(decodingBytes(header)).toBe(bytes * 64 * 32);
  });
});

describe("a memory budget", () => {
  it("is never exceeded, but by one alone, and all come in their order", async () => {
    const stream = openStream({ seed: 3, purpose: "budget" });
    const budget = new MemoryBudget(100);
    const held = new Set<{ bytes: number }>();
    const [started, ends]: [number[], (() => void)[]] = [[], []];
    const all = Array.from({ length: 200 }, (_, index) => {
      const bytes = Math.floor(130 * stream.nextUniform());
      return budget.hold(bytes, async () => {
        const own = { bytes };
        held.add(own);
        started.push(index);
        const sum = [...held].reduce((total, one) => total + one.bytes, 0);
        if (sum > 100) expect([...held].filter((one) => one.bytes > 0)).toEqual([own]);
        await new Promise<void>((end) => void ends.push(end));
        held.delete(own);
        if (index % 7 === 0) throw new Error("damaged");
      });
    });
    const settled = Promise.allSettled(all);
    let done = false;
    void settled.then(() => {
      done = true;
    });
    while (!done) {
      ends.splice(Math.floor(stream.nextUniform() * ends.length), 1)[0]?.();
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(started).toEqual(all.map((_, index) => index));
    expect((await settled).filter(({ status }) => status === "rejected").length).toBe(29);
  });

  it("changes no number: images of all formats come out the same, one or four at a time", async () => {
    const files = {
      ...good,
      "a/2.jpg": await encoder(noise(70, 40, 2))
        .jpeg({ progressive: true })
        .toBuffer(),
      "a/3.png": await encoder(noise(30, 40, 3))
        .png({ progressive: true })
        .toBuffer(),
      "b/2.webp": await encoder(noise(31, 40, 4))
        .webp()
        .toBuffer(),
      "b/3.gif": await encoder(noise(32, 40, 5))
        .gif()
        .toBuffer(),
      "b/4.tif": await encoder(noise(33, 40, 6))
        .tiff()
        .toBuffer(),
    };
    expect((await batchOf(files, 4)).images).toEqual((await batchOf(files, 1)).images);
  });
});

/** The beginning of an interlaced PNG with 16 bits a sample and transparency. */
function pngHeader(width: number, height: number): Buffer {
  const header = Buffer.alloc(17);
  header.write("IHDR", "latin1");
  header.writeUInt32BE(width, 4);
  header.writeUInt32BE(height, 8);
  header.set([16, 6, 0, 0, 1], 12);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(13);
  check.writeUInt32BE(crc32(header));
  const data = Buffer.from("\0\0\0\0IDAT", "latin1");
  return Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), length, header, check, data]);
}
