import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { expect, it, vi } from "vitest";
import { LockedError } from "../../src/network/errors.js";
import { Lock } from "../../src/system/lock.js";
import { temporaryFolder } from "../helpers/temporary-folder.js";

/** What happens between two looks at the files: another process is quicker. */
const meanwhile = vi.hoisted(() => ({ before: (_path: string) => {} }));
vi.mock("node:fs", async (importOriginal) => {
  const original = await importOriginal<typeof import("node:fs")>();
  const linkSync: typeof original.linkSync = (from, to) => {
    meanwhile.before(String(to));
    original.linkSync(from, to);
  };
  return { ...original, linkSync };
});

const folder = temporaryFolder("lock-race");

const record = (id: string, pid: number) =>
  JSON.stringify({ kind: "respath-lock", id, host: hostname(), pid, since: "2026-01-02T03:04:05Z" });
/** Beyond what a process can have. */
const NO_PID = 2 ** 31 - 1;

it("whoever comes late to a dead lock looks again, and leaves it to the one that has taken it", async () => {
  const file = join(folder, "run.jsonl");
  const lock = `${file}.lock`;
  writeFileSync(lock, record("dead", NO_PID));
  const taken = record("f00d", process.ppid);
  meanwhile.before = (path) => {
    // The right to replace it is free again: the other one is done.
    if (path === `${lock}.dead`) writeFileSync(lock, taken);
  };
  await expect(Lock.ofFile(file)).rejects.toThrow(LockedError);
  expect(readFileSync(lock, "utf8")).toBe(taken);
  expect(readdirSync(folder)).toEqual(["run.jsonl.lock"]);
});

it("and takes it when the other one has ended meanwhile", async () => {
  const file = join(folder, "other.jsonl");
  const lock = `${file}.lock`;
  writeFileSync(lock, record("dead", NO_PID));
  meanwhile.before = (path) => {
    if (path === `${lock}.dead`) rmSync(lock);
  };
  const own = await Lock.ofFile(file);
  expect(JSON.parse(readFileSync(lock, "utf8"))).toMatchObject({ pid: process.pid });
  own.release();
  expect(readdirSync(folder)).not.toContain("other.jsonl.lock");
});

it("works where there are no hard links", async () => {
  const file = join(folder, "stick.jsonl");
  meanwhile.before = () => {
    throw Object.assign(new Error("no links"), { code: "EPERM" });
  };
  writeFileSync(`${file}.lock`, record("dead", NO_PID));
  const lock = await Lock.ofFile(file);
  await expect(Lock.ofFile(file)).rejects.toThrow(`process ${process.pid} on`);
  lock.release();
  expect(readdirSync(folder).filter((name) => name.startsWith("stick"))).toEqual([]);
});
