import { join, resolve } from "node:path";
import envPaths from "env-paths";

/** A folder for what can be had again: in `$RESPATH_CACHE` if that is set, otherwise in the platform's cache folder. */
export function cacheFolder(name: string): string {
  return join(resolve(process.env["RESPATH_CACHE"] || envPaths("respath", { suffix: "" }).cache), name);
}
