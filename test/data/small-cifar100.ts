import { mkdir, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { create } from "tar";
import { type Cifar100Layout, OFFICIAL_CIFAR100 } from "../../src/data/cifar100-layout.js";
import { openStream } from "../../src/random/stream.js";
import { md5 } from "./small-cifar10.js";

/** A data set of CIFAR-100's form with few images of each class. */
export interface SmallCifar100 {
  readonly root: string;
  readonly layout: Cifar100Layout;
  /** The official files' bytes, by name. */
  readonly contents: ReadonlyMap<string, Uint8Array>;
  /** A folder with cifar-100-binary in it, and that archive. */
  readonly extracted: string;
  readonly archive: string;
}

const IMAGES_PER_CLASS = { train: 3, test: 1 };

/** Made here, from the format's description: a coarse label, a fine one, and three planes of 32×32. */
export async function makeSmallCifar100(): Promise<SmallCifar100> {
  const root = await mkdtemp(join(tmpdir(), "respath-data-"));
  const extracted = join(root, "extracted");
  const folder = join(extracted, "cifar-100-binary");
  await mkdir(folder, { recursive: true });
  const stream = openStream({ seed: 1, purpose: "small-cifar100" });
  const contents = new Map<string, Uint8Array>();
  for (const split of ["train", "test"] as const) {
    const count = 100 * IMAGES_PER_CLASS[split];
    const records = new Uint8Array(count * 3074);
    for (let image = 0; image < count; image++) {
      const fine = (7 * image) % 100;
      records.set([Math.floor(fine / 5), fine], image * 3074);
      for (let pixel = 0; pixel < 3072; pixel++) {
        // Darker from channel to channel.
        const brightest = 256 - 64 * Math.floor(pixel / 1024);
        records[image * 3074 + 2 + pixel] = Math.floor(brightest * stream.nextUniform());
      }
    }
    contents.set(`${split}.bin`, records);
  }
  const names = Array.from({ length: 100 }, (_, fine) => `class_${fine}\n`).join("");
  contents.set("fine_label_names.txt", new TextEncoder().encode(names));
  for (const [name, content] of contents) await writeFile(join(folder, name), content);
  await writeFile(join(folder, "coarse_label_names.txt"), "not needed");
  const archive = join(root, "cifar-100-binary.tar.gz");
  await create({ gzip: true, file: archive, cwd: extracted }, ["cifar-100-binary"]);
  const layout = {
    ...OFFICIAL_CIFAR100,
    imagesPerClass: IMAGES_PER_CLASS,
    archiveMd5: md5(await readFile(archive)),
  };
  return { root, layout, contents, extracted, archive };
}
