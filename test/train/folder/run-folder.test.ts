import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { OverwriteError } from "../../../src/network/errors.js";
import { beginRun, publishRun, recoverRun, requireNoRun } from "../../../src/train/folder/run-folder.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";

/** Changes of files that the process still makes before it is as good as killed. */
const kill = vi.hoisted(() => ({ after: Number.POSITIVE_INFINITY }));
vi.mock("node:fs/promises", async (importOriginal) => {
  const original = await importOriginal<typeof import("node:fs/promises")>();
  const mortal =
    <Arguments extends unknown[], Result>(change: (...args: Arguments) => Promise<Result>) =>
    async (...args: Arguments) => {
      if (kill.after-- <= 0) throw new Error("killed");
      return change(...args);
    };
  const { rename, rm, rmdir, mkdir } = original;
  return { ...original, rename: mortal(rename), rm: mortal(rm), rmdir: mortal(rmdir), mkdir: mortal(mkdir) };
});

const root = temporaryFolder("run-folder");
afterEach(() => {
  kill.after = Number.POSITIVE_INFINITY;
});

const OLD = ["metrics.jsonl", "run.json", "probe.jsonl", "checkpoint.safetensors"];
let count = 0;

function newFolder(names: readonly string[] = OLD): string {
  const folder = join(root, String(count++));
  mkdirSync(folder);
  for (const name of names) writeFileSync(join(folder, name), "old");
  writeFileSync(join(folder, "notes.txt"), "mine");
  return folder;
}

/** The visible files by name, with what is in them. */
const visible = (folder: string) =>
  Object.fromEntries(
    readdirSync(folder)
      .filter((name) => !name.startsWith("."))
      .map((name) => [name, readFileSync(join(folder, name), "utf8")]),
  );
const whole = (names: readonly string[], text: string) => ({
  "notes.txt": "mine",
  ...Object.fromEntries(names.map((name) => [name, text])),
});

describe("a kill at any moment of an overwrite", () => {
  it.each([
    [OLD, ["metrics.jsonl"]],
    [OLD, ["metrics.jsonl", "probe.jsonl", "checkpoint.safetensors"]],
    [["metrics.jsonl"], ["metrics.jsonl", "checkpoint.safetensors"]],
    [[], ["metrics.jsonl", "probe.jsonl"]],
  ])("leaves the old run %j whole, or the new one %j", async (old, fresh) => {
    const found = new Set<string>();
    for (let moment = 0; ; moment++) {
      const folder = newFolder(old);
      const place = await beginRun(folder);
      for (const name of fresh) writeFileSync(join(place, name), "new");
      kill.after = moment;
      const isKilled = await publishRun(folder).then(
        () => false,
        () => true,
      );
      kill.after = Number.POSITIVE_INFINITY;
      const seen = visible(folder);
      // Not even before the next run has a look: a result beside another run's metrics.
      expect(seen["run.json"] === "old" && seen["metrics.jsonl"] === "new").toBe(false);
      // The next run may be killed too, in the middle of making up for it.
      kill.after = moment % 3;
      await recoverRun(folder).catch(() => {});
      kill.after = Number.POSITIVE_INFINITY;
      await recoverRun(folder);
      const files = visible(folder);
      expect([whole(old, "old"), whole(fresh, "new")]).toContainEqual(files);
      found.add(JSON.stringify(files));
      expect(readdirSync(folder).filter((name) => name.startsWith("."))).toEqual([]);
      if (!isKilled) break;
    }
    expect(found.size).toBe(2);
  });
});

describe("a folder with a run in it", () => {
  it.each(OLD)("is refused for its %s alone", async (name) => {
    const folder = newFolder([name]);
    const refused = requireNoRun(folder, {});
    await expect(refused).rejects.toThrow(OverwriteError);
    await expect(refused).rejects.toMatchObject({ exitCode: 2 });
    await expect(refused).rejects.toThrow(`${folder} has a run in it (${name}): `);
    await expect(refused).rejects.toThrow(
      name === "checkpoint.safetensors" ? /: `resume` goes on .*`overwrite`/ : /: `overwrite`/,
    );
    await requireNoRun(folder, { overwrite: true });
  });

  it("is gone on with only from a checkpoint", async () => {
    await requireNoRun(newFolder(), { resume: true });
    const folder = newFolder(["metrics.jsonl"]);
    await expect(requireNoRun(folder, { resume: true })).rejects.toThrow(
      `${folder} has a run in it (metrics.jsonl): there is no checkpoint to resume from; \`overwrite\` replaces it`,
    );
  });

  it.each(OLD)(
    "is not begun where a folder has the name %s: its files would be lost half way",
    async (name) => {
      const folder = newFolder(OLD.filter((other) => other !== name));
      mkdirSync(join(folder, name));
      for (const choices of [{}, { resume: true }, { overwrite: true }]) {
        await expect(requireNoRun(folder, choices)).rejects.toThrow(
          `cannot write ${join(folder, name)}: it is a folder`,
        );
      }
    },
  );

  it("is not one of other files, nor of an empty file", async () => {
    const folder = newFolder([]);
    writeFileSync(join(folder, "metrics.jsonl"), "");
    await requireNoRun(folder, {});
    await requireNoRun(folder, { resume: true });
  });
});

it("what is half written is removed, and nothing else", async () => {
  const folder = newFolder();
  for (const name of ["checkpoint.safetensors.12-0-3.tmp", "run.json.1-0-1.tmp", "run.json.mine.tmp"]) {
    writeFileSync(join(folder, name), "half");
  }
  await recoverRun(folder);
  expect(readdirSync(folder).sort()).toEqual([...OLD, "notes.txt", "run.json.mine.tmp"].sort());
  expect(existsSync(join(folder, ".respath-new"))).toBe(false);
});
