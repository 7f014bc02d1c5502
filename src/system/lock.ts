import { randomBytes } from "node:crypto";
import {
  closeSync,
  fsyncSync,
  linkSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeSync,
} from "node:fs";
import { hostname } from "node:os";
import { basename, dirname, join } from "node:path";
import { LockedError, type LockOwner, OutputPlaceError, RespathError } from "../network/errors.js";
import { findProcess, processNamespace } from "./process-start.js";
import { makeFolder, reasonOf } from "./write-file.js";

/** What a lock file holds, as JSON. */
interface LockRecord extends LockOwner {
  readonly kind: typeof KIND;
  /** Of this one lock: it never comes again. */
  readonly id: string;
}

const KIND = "respath-lock";

export interface LockChoices {
  /** Take the lock of another machine, whose processes cannot be seen from here; a living process of this one keeps its own. */
  readonly breakLock?: boolean;
  /** Told when a lock is taken over. */
  readonly log?: (line: string) => void;
}

interface LockOptions extends LockChoices {
  /** The lock file. */
  readonly path: string;
  /** What is locked, as messages call it. */
  readonly target: string;
  /** Whether the lock file's folder is made if it is not there. */
  readonly makesFolder: boolean;
}

/**
 * A file that says that a process writes somewhere, for as long as it does: one at a time. It is removed at the end of the
 * process too, whatever ends it but SIGKILL; what that leaves is taken over.
 */
export class Lock {
  readonly #path: string;
  readonly #id: string;
  /** Folders that were made for it, outermost first. */
  readonly #made: readonly string[];

  /** Takes the lock of a folder, which is made if it is not there. @throws as {@link Lock.ofFile} does. */
  static ofFolder(folder: string, choices: LockChoices = {}): Promise<Lock> {
    return Lock.#take({ ...choices, path: join(folder, ".respath.lock"), target: folder, makesFolder: true });
  }

  /**
   * Takes the lock of a file, there or not.
   *
   * @throws LockedError when a living process of this machine has it, or one of another machine without `breakLock`;
   * OutputPlaceError when a lock cannot be written there.
   */
  static ofFile(file: string, choices: LockChoices = {}): Promise<Lock> {
    return Lock.#take({ ...choices, path: `${realPath(file)}.lock`, target: file, makesFolder: false });
  }

  static async #take(options: LockOptions): Promise<Lock> {
    const { path, target, makesFolder, log } = options;
    const record = ownRecord();
    const draft = `${path}.${record.id}.tmp`;
    const made: string[] = [];
    try {
      if (makesFolder) writeDraft(draft, record, made);
      else write(draft, record);
      const former = claim(path, draft, record, options);
      if (former) log?.(takeover(target, former));
    } catch (error) {
      remove(draft);
      removeEmpty(made);
      throw error instanceof RespathError
        ? error
        : new OutputPlaceError(`cannot write to ${target}: ${reasonOf(error)}`);
    }
    remove(draft);
    sweep(path);
    return new Lock(path, record.id, made);
  }

  private constructor(path: string, id: string, made: readonly string[]) {
    this.#path = path;
    this.#id = id;
    this.#made = made;
    hold(this);
  }

  /** Removes the lock, if it is still this one, and the folders that were made for it, where nothing came into them. */
  release(): void {
    if (!held.delete(this)) return;
    try {
      if (readLock(this.#path)?.id === this.#id) rmSync(this.#path, { force: true });
    } catch {
      // It cannot be removed or is somebody else's: the next run sees that its process has ended.
    }
    removeEmpty(this.#made);
  }
}

/** Locks of this process that are to be removed when it ends. */
const held = new Set<Lock>();
let isListening = false;

function hold(lock: Lock): void {
  held.add(lock);
  if (isListening) return;
  isListening = true;
  process.on("exit", () => {
    for (const each of held) each.release();
  });
}

/**
 * Makes `path` hold our record, atomically: by a hard link where there is no lock, or in the place of one that is dead.
 *
 * Of several that find the same dead lock, one may replace it: the one that holds the lock on doing so, a file named by the
 * dead one's id. It looks again whether the lock is still the dead one, since others may have been quicker; ids never come again. Its
 * own death in between is met in the same way.
 *
 * @returns the record that was replaced, if one was.
 */
function claim(
  path: string,
  draft: string,
  record: LockRecord,
  options: LockOptions,
): LockRecord | undefined {
  for (;;) {
    if (create(path, draft, record)) return undefined;
    const found = readLock(path, options.target);
    // Released in between.
    if (!found) continue;
    requireReplaceable(found, options);
    const right = `${path}.${found.id}`;
    claim(right, draft, record, options);
    try {
      if (readLock(path, options.target)?.id !== found.id) continue;
      const replacement = `${draft}.tmp`;
      write(replacement, record);
      renameSync(replacement, path);
      return found;
    } finally {
      remove(right);
    }
  }
}

/** Makes a lock where there is none, with its content from the first moment on. @returns false when there is one. */
function create(path: string, draft: string, record: LockRecord): boolean {
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") return false;
    if (!["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"].includes(code ?? "")) throw error;
  }
  // A file system without hard links, such as a memory stick's.
  try {
    write(path, record);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** @throws LockedError unless the owner is dead, or another machine's and it is asked for. */
function requireReplaceable(found: LockRecord, { target, breakLock }: LockOptions): void {
  if (isElsewhere(found)) {
    if (breakLock) return;
    throw new LockedError(
      `${target} is in use by ${described(found)}, which cannot be seen from here; if it has ended, give \`breakLock\``,
      found,
    );
  }
  if (isGone(found)) return;
  throw new LockedError(
    `${target} is in use by ${described(found)}; wait for it, or choose another \`output\``,
    found,
  );
}

function takeover(target: string, former: LockOwner): string {
  const why = isElsewhere(former) ? "as was asked for" : "which ended without removing its lock";
  return `taking over ${target} from ${described(former)}, ${why}`;
}

function described({ pid, host, since }: LockOwner): string {
  return `process ${pid} on ${host} (since ${since.replace("T", " ").replace(/\.\d+Z$/, " UTC")})`;
}

/** The lock's record; undefined if there is no lock. @throws LockedError when it is none of ours. */
function readLock(path: string, target = path): LockRecord | undefined {
  let record: LockRecord | undefined;
  try {
    // A link that leads nowhere would be no lock to read, and one in the way of ours; a pipe would never end.
    if (lstatSync(path).isFile()) record = parse(readFileSync(path, "utf8"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  if (record) return record;
  throw new LockedError(
    `${target} has a lock that respath cannot read; if nothing writes there, remove ${path}`,
  );
}

function parse(text: string): LockRecord | undefined {
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

function ownRecord(): LockRecord {
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

/** Writes the draft of a lock into its folder, which is made; one that makes way meanwhile is made again. */
function writeDraft(draft: string, record: LockRecord, made: string[]): void {
  for (let attempt = 1; ; attempt++) {
    made.push(...makeFolder(dirname(draft)));
    try {
      write(draft, record);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT" || attempt === 100) throw error;
    }
  }
}

/** Writes a new file and has the system put it on the disk. */
function write(path: string, record: LockRecord): void {
  const file = openSync(path, "wx");
  try {
    writeSync(file, `${JSON.stringify(record)}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Removes what processes that were killed while they took this lock have left beside it: their ids never come again. */
function sweep(path: string): void {
  const folder = dirname(path);
  for (const name of readdirSync(folder)) {
    if (!name.startsWith(`${basename(path)}.`)) continue;
    try {
      const record = parse(readFileSync(join(folder, name), "utf8"));
      if (record && !isElsewhere(record) && isGone(record)) rmSync(join(folder, name), { force: true });
    } catch {
      // Its owner has removed it.
    }
  }
}

/** Whether a lock is of another machine, or of another container of this one. */
function isElsewhere({ host, namespace }: LockOwner): boolean {
  return host !== hostname() || (namespace !== undefined && namespace !== processNamespace());
}

/** Whether a process of this machine has ended, also if another has its number by now. */
function isGone({ pid, start }: LockRecord): boolean {
  const running = findProcess(pid);
  return !running || (running.start !== undefined && start !== undefined && running.start !== start);
}

/** Removes a file, if it is there and can be removed: what stays says that its process has ended. */
function remove(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // A folder on the way has gone, or never was one.
  }
}

function removeEmpty(folders: readonly string[]): void {
  for (const folder of [...folders].reverse()) {
    try {
      rmdirSync(folder);
    } catch {
      // Something is in it.
    }
  }
}

function realPath(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}
