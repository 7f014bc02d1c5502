import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import sharp from "sharp";
import { openStream } from "../../src/random/stream.js";

export interface Picture {
  readonly width: number;
  readonly height: number;
  /** RGB, row by row. */
  readonly pixels: Uint8Array;
}

/** Noise, which no two pictures have in common. */
export function noise(width: number, height: number, seed = 0): Picture {
  const stream = openStream({ seed, purpose: "noise" });
  const pixels = Uint8Array.from({ length: width * height * 3 }, () => 256 * stream.nextUniform());
  return { width, height, pixels };
}

/** One colour everywhere. */
export function plain(width: number, height: number, colour: readonly number[]): Picture {
  const pixels = Uint8Array.from({ length: width * height * 3 }, (_, index) => colour[index % 3]);
  return { width, height, pixels };
}

/** The picture in sharp's hands, to be encoded. */
export function encoder({ width, height, pixels }: Picture) {
  return sharp(pixels, { raw: { width, height, channels: 3 } });
}

export function png(picture: Picture): Promise<Buffer> {
  return encoder(picture).png().toBuffer();
}

/** Writes files into a new folder, by path. */
export async function makeFolder(files: Readonly<Record<string, Uint8Array | string>>): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), "respath-images-"));
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  }
  return root;
}

/** Two classes, of red and of blue pictures, `count` each. */
export async function redAndBlue(count: number, side = 12): Promise<Record<string, Uint8Array>> {
  const files: Record<string, Uint8Array> = {};
  for (let n = 0; n < count; n++) {
    const shade = 100 + Math.floor((150 * n) / count);
    files[`red/${n}.png`] = await png(plain(side, side, [shade, 40, 40]));
    files[`blue/${n}.png`] = await png(plain(side + 4, side, [40, 40, shade]));
  }
  return files;
}

/** The bytes behind standardised numbers. */
export function toBytes(images: Float32Array): number[] {
  const means = [0.485, 0.456, 0.406];
  const deviations = [0.229, 0.224, 0.225];
  return Array.from(images, (value, index) => {
    const byte = 255 * (value * deviations[index % 3] + means[index % 3]);
    return Math.round(1000 * byte) / 1000 || 0;
  });
}
