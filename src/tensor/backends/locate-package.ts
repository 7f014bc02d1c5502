import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/**
 * Where an optional package is: among respath's own, else among those of the folder the program was started in.
 *
 * @returns the URL of its entry point, or nothing where it is not installed.
 */
export function locatePackage(name: string): string | undefined {
  for (const from of [import.meta.url, pathToFileURL(join(process.cwd(), "package.json"))]) {
    try {
      return pathToFileURL(createRequire(from).resolve(name)).href;
    } catch {
      // Not there; the next place may have it.
    }
  }
  return undefined;
}
