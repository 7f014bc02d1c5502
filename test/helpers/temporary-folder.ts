import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";

/** A new folder, which is removed with all that is in it when the tests of the file, or of the `describe`, are done. */
export function temporaryFolder(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `respath-${name}-`));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** What gives a new folder each time, all in one {@link temporaryFolder}. */
export function temporaryFolders(name: string): () => string {
  const folder = temporaryFolder(name);
  return () => mkdtempSync(join(folder, "each-"));
}

/** What gives each time the path of another folder in this one, which is not there yet. */
export function newPathsIn(folder: string): () => string {
  let count = 0;
  return () => join(folder, `run${count++}`);
}
