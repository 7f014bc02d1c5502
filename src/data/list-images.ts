import { readdir, realpath, stat } from "node:fs/promises";
import { isAbsolute, join, relative, sep } from "node:path";
import { reading } from "./reading.js";

/** Files below a folder. */
export interface FoundFiles {
  /** Paths below the folder, with `/`, sorted by code unit. */
  readonly files: readonly string[];
  /** The real paths of those that a link leads to, by path. */
  readonly linked: ReadonlyMap<string, string>;
}

/** A folder or a file below the folder that is listed. */
interface Place {
  /** With `/`; "" for the folder itself. */
  readonly path: string;
  readonly real: string;
  readonly isLinked: boolean;
}

/**
 * The files below a folder, at any depth, that `isWanted` by name, each once, however many links lead to it: under the name that
 * needs no link, else the first. Left out is all whose name begins with a dot, and links to a folder that has been listed or
 * that the folder lies in, which would have no end. A link that leads nowhere is a file.
 *
 * @throws DataError naming a folder that cannot be read.
 */
export async function listImages(folder: string, isWanted: (name: string) => boolean): Promise<FoundFiles> {
  const listing = new Listing(folder, isWanted);
  return listing.all();
}

class Listing {
  readonly #folder: string;
  readonly #isWanted: (name: string) => boolean;
  /** By real path. */
  readonly #files = new Map<string, Place>();
  readonly #folders = new Set<string>();
  #links: string[] = [];

  constructor(folder: string, isWanted: (name: string) => boolean) {
    this.#folder = folder;
    this.#isWanted = isWanted;
  }

  async all(): Promise<FoundFiles> {
    const own = await reading(this.#folder, () => realpath(this.#folder));
    await this.#list({ path: "", real: own, isLinked: false });
    // Those in a folder that a link leads to come after those found before.
    while (this.#links.length > 0) {
      const links = this.#links.sort();
      this.#links = [];
      for (const path of links) await this.#follow(path, own);
    }
    const found = [...this.#files.values()];
    const linked = found.filter(({ isLinked }) => isLinked);
    return {
      files: found.map(({ path }) => path).sort(),
      linked: new Map(linked.map(({ path, real }) => [path, real])),
    };
  }

  async #list(start: Place): Promise<void> {
    const folders = [start];
    for (let place = folders.pop(); place; place = folders.pop()) {
      if (this.#folders.has(place.real)) continue;
      this.#folders.add(place.real);
      const at = join(this.#folder, place.path);
      for (const entry of await reading(at, () => readdir(at, { withFileTypes: true }))) {
        if (entry.name.startsWith(".")) continue;
        const path = place.path === "" ? entry.name : `${place.path}/${entry.name}`;
        const inside = { path, real: join(place.real, entry.name), isLinked: place.isLinked };
        if (entry.isSymbolicLink()) this.#links.push(path);
        else if (entry.isDirectory()) folders.push(inside);
        else if (entry.isFile()) this.#take(inside);
      }
    }
  }

  async #follow(path: string, own: string): Promise<void> {
    const at = join(this.#folder, path);
    const target = await Promise.all([realpath(at), stat(at)]).catch(() => undefined);
    // It leads nowhere, or where nobody may look: nothing else is at its own path.
    if (target === undefined) return this.#take({ path, real: at, isLinked: false });
    const [real, kind] = target;
    if (kind.isFile()) this.#take({ path, real, isLinked: true });
    if (kind.isDirectory() && !isInside(own, real)) await this.#list({ path, real, isLinked: true });
  }

  #take(place: Place): void {
    if (this.#isWanted(place.path) && !this.#files.has(place.real)) this.#files.set(place.real, place);
  }
}

/** Whether a path is the folder or lies in it. */
function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
