import { execFile } from "node:child_process";
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { OutputError, OutputPlaceError } from "../../src/network/errors.js";
import {
  makeFolder,
  requireWritableFile,
  requireWritableFolder,
  writeFileWhole,
} from "../../src/system/write-file.js";
import { temporaryFolder } from "../helpers/temporary-folder.js";

const root = join(import.meta.dirname, "../..");
const folder = temporaryFolder("write");

describe("writeFileWhole", () => {
  it("writes text and bytes, and leaves nothing else", async () => {
    const path = join(folder, "a/text");
    mkdirSync(join(folder, "a"));
    await writeFileWhole(path, "é\n");
    expect(readFileSync(path, "utf8")).toBe("é\n");
    await writeFileWhole(path, Uint8Array.of(1, 2, 3).subarray(1));
    expect([...readFileSync(path)]).toEqual([2, 3]);
    expect(readdirSync(join(folder, "a"))).toEqual(["text"]);
  });

  it("makes no folder", async () => {
    await expect(writeFileWhole(join(folder, "no/such/text"), "")).rejects.toThrow("no such file or folder");
    expect(readdirSync(folder)).not.toContain("no");
  });

  it("keeps permissions and symbolic links", async () => {
    const [path, link] = [join(folder, "script"), join(folder, "link")];
    writeFileSync(path, "old");
    chmodSync(path, 0o750);
    symlinkSync(path, link);
    await writeFileWhole(link, "new");
    expect(readFileSync(path, "utf8")).toBe("new");
    expect(statSync(path).mode & 0o777).toBe(0o750);
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
  });

  it("writes many at once", async () => {
    const path = join(folder, "many");
    const contents = Array.from({ length: 20 }, (_, index) => String(index).repeat(1000));
    await Promise.all(contents.map((content) => writeFileWhole(path, content)));
    expect(contents).toContain(readFileSync(path, "utf8"));
  });

  it("names the path and the reason, and leaves nothing behind", async () => {
    const path = join(folder, "taken");
    mkdirSync(path);
    await expect(writeFileWhole(path, "")).rejects.toThrow(OutputError);
    await expect(writeFileWhole(path, "")).rejects.toThrow(`cannot write ${path}: `);
    await expect(writeFileWhole(join(folder, "script/x"), "")).rejects.toThrow("not a folder");
    expect(readdirSync(folder).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });

  it("keeps the old file when the disk takes a part of the new one only", async () => {
    const path = join(folder, "large");
    writeFileSync(path, "old");
    const module = JSON.stringify(join(root, "src/system/write-file.ts"));
    const code = `process.on("SIGXFSZ", () => {});
      import(${module})
        .then(({ writeFileWhole }) => writeFileWhole(${JSON.stringify(path)}, "x".repeat(20_000)))
        .catch((error) => console.log(error.message));`;
    // No file may have more than 8 KiB: the first write takes as many.
    const { stdout } = await promisify(execFile)(
      "bash",
      ["-c", 'ulimit -f 8; exec "$0" --import tsx -e "$1"', process.execPath, code],
      { cwd: root },
    );
    expect(stdout).toBe(`cannot write ${path}: the file is larger than it may be\n`);
    expect(readFileSync(path, "utf8")).toBe("old");
    expect(readdirSync(folder).filter((name) => name.startsWith("large"))).toEqual(["large"]);
  });
});

describe("a place to write to is looked at before any work", () => {
  const [there, file] = [join(folder, "there"), join(folder, "there", "file")];
  mkdirSync(there);
  writeFileSync(file, "");

  it("a file needs a folder that exists", async () => {
    await requireWritableFile(join(there, "new"));
    await requireWritableFile(file);
    await requireWritableFile(join(there, "run", "new"), join(there, "run"));
    const path = join(there, "no", "such", "new");
    await expect(requireWritableFile(path)).rejects.toThrow(
      `cannot write ${path}: there is no folder ${join(there, "no", "such")}; of this path only ${there} exists`,
    );
    await expect(requireWritableFile(there)).rejects.toThrow(`cannot write ${there}: it is a folder`);
    await expect(requireWritableFile(join(file, "new"))).rejects.toThrow("not a folder");
    await expect(requireWritableFile(join(there, "run", "new"), there)).rejects.toThrow(OutputPlaceError);
    expect(readdirSync(there)).toEqual(["file"]);
  });

  it("of a folder two levels are made, and no more", async () => {
    await requireWritableFolder(join(there, "runs", "one"));
    const path = join(there, "no", "such", "folder");
    await expect(requireWritableFolder(path)).rejects.toThrow(
      `cannot write to ${path}: of this path only ${there} exists; make the rest first`,
    );
    await expect(requireWritableFolder(file)).rejects.toThrow(`${file} is not a folder`);
    expect(readdirSync(there)).toEqual(["file"]);
  });

  // root may write everywhere.
  it.skipIf(process.platform === "win32" || process.getuid?.() === 0)(
    "that may not be written to",
    async () => {
      const closed = join(folder, "closed");
      mkdirSync(closed, { mode: 0o555 });
      await expect(requireWritableFile(join(closed, "new"))).rejects.toThrow(": permission denied");
      await expect(requireWritableFolder(join(closed, "new"))).rejects.toThrow(": permission denied");
    },
  );

  it("says which folders it has made", async () => {
    const [outer, inner] = [join(folder, "outer"), join(folder, "outer", "inner")];
    expect(await makeFolder(inner)).toEqual([outer, inner]);
    expect(await makeFolder(inner)).toEqual([]);
  });
});
