import { linkSync, readdirSync, readFileSync, realpathSync, renameSync, rmdirSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { LockedError, type LockOwner, OutputPlaceError, RespathError } from "../network/errors.js";
import {
  described,
  isElsewhere,
  isGone,
  type LockRecord,
  ownRecord,
  parseRecord,
  readRecord,
  remove,
  writeRecord,
} from "./lock-record.js";
import { makeFolder, reasonOf } from "./write-file.js";

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
      else writeRecord(draft, record);
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
      if (readRecord(this.#path)?.id === this.#id) rmSync(this.#path, { force: true });
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
    const found = readRecord(path, options.target);
    // Released in between.
    if (!found) continue;
    requireReplaceable(found, options);
    const right = `${path}.${found.id}`;
    claim(right, draft, record, options);
    try {
      if (readRecord(path, options.target)?.id !== found.id) continue;
      const replacement = `${draft}.tmp`;
      writeRecord(replacement, record);
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
    writeRecord(path, record);
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

/** Writes the draft of a lock into its folder, which is made; one that makes way meanwhile is made again. */
function writeDraft(draft: string, record: LockRecord, made: string[]): void {
  for (let attempt = 1; ; attempt++) {
    made.push(...makeFolder(dirname(draft)));
    try {
      writeRecord(draft, record);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT" || attempt === 100) throw error;
    }
  }
}

/** Removes what processes that were killed while they took this lock have left beside it: their ids never come again. */
function sweep(path: string): void {
  const folder = dirname(path);
  for (const name of readdirSync(folder)) {
    if (!name.startsWith(`${basename(path)}.`)) continue;
    try {
      const record = parseRecord(readFileSync(join(folder, name), "utf8"));
      if (record && !isElsewhere(record) && isGone(record)) rmSync(join(folder, name), { force: true });
    } catch {
      // Its owner has removed it.
    }
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
