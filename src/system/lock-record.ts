import { randomBytes } from "node:crypto";
import { closeSync, fsyncSync, lstatSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { LockedError, type LockOwner } from "../network/errors.js";
import { shownName } from "../network/shown.js";
import { findProcess, processNamespace } from "./process-start.js";

/** What a lock file holds, as JSON. */
export interface LockRecord extends LockOwner {
  readonly kind: typeof KIND;
  /** Of this one lock: it never comes again. */
  readonly id: string;
}

const KIND = "respath-lock";

/** Characters of a host's name, and of a time, that messages show: in a damaged lock anything may be there. */
const MOST_SHOWN = 64;

/** An owner, in the words of a message. */
export function described({ pid, host, since }: LockOwner): string {
  const time = since.replace("T", " ").replace(/\.\d+Z$/, " UTC");
  return `process ${pid} on ${shownName(host, MOST_SHOWN)} (since ${shownName(time, MOST_SHOWN)})`;
}

/** The lock's record; undefined if there is no lock. @throws LockedError when it is none of ours. */
export function readRecord(path: string, target = path): LockRecord | undefined {
  let record: LockRecord | undefined;
  try {
    // A link that leads nowhere would be no lock to read, and one in the way of ours; a pipe would never end.
    if (lstatSync(path).isFile()) record = parseRecord(readFileSync(path, "utf8"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  if (record) return record;
  throw new LockedError(
    `${target} has a lock that respath cannot read; if nothing writes there, remove ${path}`,
  );
}

export function parseRecord(text: string): LockRecord | undefined {
  try {
    const { kind, id, host, namespace, pid, start, since } = JSON.parse(text) as Partial<LockRecord>;
    const isOurs = kind === KIND && /^[0-9a-f]+$/.test(id ?? "") && Number.isSafeInteger(pid) && pid! > 0;
    return isOurs
      ? { kind, id: id!, host: String(host), namespace, pid: pid!, start, since: String(since) }
      : undefined;
  } catch {
    return undefined;
  }
}

/** That of this process. */
export function ownRecord(): LockRecord {
  return {
    kind: KIND,
    id: randomBytes(8).toString("hex"),
    host: hostname(),
    namespace: processNamespace(),
    pid: process.pid,
    start: findProcess(process.pid)?.start,
    since: new Date().toISOString(),
  };
}

/** Writes a new file, whole or not at all, and has the system put it on the disk. */
export function writeRecord(path: string, record: LockRecord): void {
  const file = openSync(path, "wx");
  try {
    // Not writeSync, which may write a part where a disk becomes full.
    writeFileSync(file, `${JSON.stringify(record)}\n`);
    fsyncSync(file);
  } catch (error) {
    remove(path);
    throw error;
  } finally {
    closeSync(file);
  }
}

/** Whether a lock is of another machine, or of another container of this one. */
export function isElsewhere({ host, namespace }: LockOwner): boolean {
  return host !== hostname() || (namespace !== undefined && namespace !== processNamespace());
}

/** Whether a process of this machine has ended, also if another has its number by now. */
export function isGone({ pid, start }: LockRecord): boolean {
  const running = findProcess(pid);
  return !running || (running.start !== undefined && start !== undefined && running.start !== start);
}

/** Removes a file, if it is there and can be removed: what stays says that its process has ended. */
export function remove(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // A folder on the way has gone, or never was one.
  }
}
