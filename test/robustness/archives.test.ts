import { mkdtemp, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { Header } from "tar";
import { describe, expect, it } from "vitest";
import { unpack } from "../../src/data/unpack.js";
import { UNPACK_LIMITS, type UnpackLimits } from "../../src/data/unpack-limits.js";
import { openStream } from "../../src/random/stream.js";
import { temporaryFolder } from "../helpers/temporary-folder.js";

const root = temporaryFolder("archives");
const LIMITS: UnpackLimits = {
  entries: 5,
  entryBytes: 50_000,
  totalBytes: 300_000,
  ratio: 10,
  ratioFrom: 100_000,
};

interface Entry {
  readonly path: string;
  readonly content: Uint8Array;
  /** What the header says of it; its length if absent. */
  readonly size?: number;
}

/** A tar archive, header by header. */
function tarOf(entries: readonly Entry[]): Buffer {
  const blocks = entries.flatMap(({ path, content, size = content.length }) => {
    const header = new Header({ path, size, mode: 0o644, type: "File", mtime: new Date(0) });
    header.encode();
    const padding = Buffer.alloc((512 - (content.length % 512)) % 512);
    return [header.block!, Buffer.from(content), padding];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

function noise(length: number): Uint8Array {
  const stream = openStream({ seed: 7, purpose: "archive" });
  return Uint8Array.from({ length }, () => 256 * stream.nextUniform());
}

/** What unpacking says, what it left, and how much of the archive it took. */
async function outcomeOf(archive: Buffer, limits = LIMITS) {
  const directory = await mkdtemp(join(root, "out-"));
  let taken = 0;
  async function* chunks() {
    for (let at = 0; at < archive.length; at += 1000) yield archive.subarray(at, at + 1000);
  }
  const message = await unpack({
    archive: chunks(),
    directory,
    wanted: new Set(["a.bin"]),
    limits,
    onChunk: ({ length }) => {
      taken += length;
    },
  }).then(
    () => undefined,
    (error: Error) => error.message,
  );
  return { message, left: await readdir(directory), taken, directory };
}

describe("an archive", () => {
  it.each(["plain", "gzipped"])("within its limits is unpacked, %s", async (kind) => {
    const content = noise(50_000);
    const tar = tarOf([{ path: "x/a.bin", content }]);
    const { message, left, directory } = await outcomeOf(kind === "plain" ? tar : gzipSync(tar));
    expect([message, left]).toEqual([undefined, ["a.bin"]]);
    expect(new Uint8Array(await readFile(join(directory, "a.bin")))).toEqual(content);
  });

  it.each([
    ["a file that is too large", [{ path: "a.bin", content: noise(50_001) }]],
    ["one that says it is, and is not", [{ path: "a.bin", content: noise(100), size: 8e9 }]],
  ])("with %s is given up at its header", async (_, entries) => {
    const filler = { path: "rest.bin", content: noise(200_000) };
    const { message, left, taken } = await outcomeOf(tarOf([...entries, filler]));
    expect(message).toMatch(/^a\.bin in it has (50001 bytes|8000 MB), more than 50000 bytes$/);
    expect(left).toEqual([]);
    expect(taken).toBeLessThan(5000);
  });

  it("with a file that is longer than its header says is refused, and nothing of it left", async () => {
    const { message, left } = await outcomeOf(tarOf([{ path: "a.bin", content: noise(5000), size: 1000 }]));
    expect(message).toMatch(/checksum failure|invalid base256 encoding/);
    expect(left).toEqual([]);
  });

  it("that ends within a file is refused, and nothing of it left", async () => {
    const tar = tarOf([{ path: "a.bin", content: noise(40_000) }]);
    for (const cut of [tar.subarray(0, 20_000), gzipSync(tar).subarray(0, 20_000)]) {
      const { message, left } = await outcomeOf(cut);
      expect(message).toMatch(/runcated|unexpected end/);
      expect(left).toEqual([]);
    }
  });

  it("with more in it than may be is given up while it is unpacked, though nothing of that is wanted", async () => {
    const tar = tarOf([
      { path: "a.bin", content: noise(1000) },
      { path: "other.bin", content: noise(400_000) },
      { path: "more.bin", content: noise(400_000) },
    ]);
    const { message, left, taken } = await outcomeOf(tar);
    expect(message).toBe("it unpacks to more than 300000 bytes");
    expect(left).toEqual([]);
    expect(taken).toBeLessThan(305_000);
  });

  it("of too many files is given up", async () => {
    const tar = tarOf(Array.from({ length: 9 }, (_, n) => ({ path: `${n}.bin`, content: noise(1) })));
    expect(await outcomeOf(tar)).toMatchObject({ message: "it has more than 5 entries", left: [] });
  });

  it("that expands to many times its size is given up, also behind its end", async () => {
    const inside = gzipSync(
      tarOf([
        { path: "a.bin", content: noise(10) },
        { path: "b.bin", content: new Uint8Array(250_000) },
      ]),
    );
    const behind = gzipSync(
      Buffer.concat([tarOf([{ path: "a.bin", content: noise(10) }]), Buffer.alloc(250_000)]),
    );
    for (const archive of [inside, behind]) {
      expect(await outcomeOf(archive)).toMatchObject({
        message: "it unpacks to more than 10 times its size",
        left: [],
      });
    }
  });

  it("of a data set is far within them", () => {
    // CIFAR-100's train.bin, the largest file, and all of CIFAR-10's with their headers.
    expect(UNPACK_LIMITS.entryBytes).toBeGreaterThan(50_000 * 3074);
    expect(UNPACK_LIMITS.totalBytes).toBeGreaterThan(2 * 60_000 * 3073);
  });
});
