import { createReadStream } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { create } from "tar";
import { beforeAll, describe, expect, it } from "vitest";
import { DataFolderError } from "../../src/data/cache.js";
import { unpack } from "../../src/data/unpack.js";
import { temporaryFolder } from "../helpers/temporary-folder.js";

const root = temporaryFolder("unpack");
let archive: string;
beforeAll(async () => {
  await mkdir(join(root, "inner", "deep"), { recursive: true });
  await writeFile(join(root, "inner", "deep", "a.bin"), "a".repeat(300_000));
  await writeFile(join(root, "inner", "b.bin"), "b");
  await writeFile(join(root, "inner", "unwanted.bin"), "u");
  await symlink("/etc/hostname", join(root, "inner", "link.bin"));
  archive = join(root, "archive.tar.gz");
  await create({ gzip: true, file: archive, cwd: root }, ["inner"]);
});

const wanted = new Set(["a.bin", "b.bin", "link.bin"]);

describe("unpack", () => {
  it("keeps the wanted files, whatever their folder, and no links", async () => {
    const directory = await mkdtemp(join(root, "out-"));
    // Small chunks, so that the writer has to wait for the disk.
    await unpack({ archive: createReadStream(archive, { highWaterMark: 64 }), directory, wanted });
    expect((await readdir(directory)).sort()).toEqual(["a.bin", "b.bin"]);
    expect(await readFile(join(directory, "a.bin"), "utf8")).toBe("a".repeat(300_000));
  });

  it("says that the folder cannot be written, and does not blame the archive", async () => {
    const unpacking = unpack({ archive: createReadStream(archive), directory: join(root, "absent"), wanted });
    await expect(unpacking).rejects.toThrow(DataFolderError);
  });
});
