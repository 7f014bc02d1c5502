import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";

/** A folder for each use of an altered file: what refuses a file writes nothing there. */
export class Scratch {
  readonly #root: string;
  #count = 0;

  constructor(root: string) {
    this.#root = root;
  }

  /**
   * Uses a file of some bytes in a folder with copies of others.
   *
   * @throws what `use` throws, and an Error where that has changed a file.
   */
  async with<Value>(
    { name, bytes, beside }: { readonly name: string; readonly bytes: Uint8Array; readonly beside?: string },
    use: (folder: string) => Value | Promise<Value>,
  ): Promise<Value> {
    const folder = join(this.#root, String(this.#count++));
    if (beside === undefined) mkdirSync(folder);
    else cpSync(beside, folder, { recursive: true });
    writeFileSync(join(folder, name), bytes);
    const before = contentOf(folder);
    try {
      return await use(folder);
    } catch (error) {
      const after = contentOf(folder);
      for (const path of new Set([...before.keys(), ...after.keys()])) {
        if (before.get(path) !== after.get(path)) throw new Error(`${path} was changed, then: ${error}`);
      }
      throw error;
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
}

function contentOf(folder: string): ReadonlyMap<string, string> {
  if (!existsSync(folder)) return new Map();
  const paths = (readdirSync(folder, { recursive: true }) as string[]).filter((path) =>
    statSync(join(folder, path)).isFile(),
  );
  return new Map(paths.map((path) => [path, readFileSync(join(folder, path), "latin1")]));
}
