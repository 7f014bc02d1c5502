import { readFileSync } from "node:fs";
import { arch, cpus, platform, release } from "node:os";
import type { Provenance } from "../network/documents.js";

/** respath's version, from its package.json. */
export const VERSION: string = JSON.parse(
  readFileSync(new URL("../../package.json", import.meta.url), "utf8"),
).version;

/**
 * Starts the clock; the returned function makes the record when the work is done.
 *
 * @param args the full arguments the work was started with.
 */
export function startProvenance(args: Readonly<Record<string, unknown>>): (backend?: string) => Provenance {
  const started = performance.now();
  return (backend) => ({
    version: VERSION,
    arguments: args,
    created: new Date().toISOString(),
    wallSeconds: Number(((performance.now() - started) / 1000).toPrecision(4)),
    node: process.version,
    machine: {
      cpu: cpus()[0]?.model.trim() ?? "unknown",
      cores: cpus().length,
      platform: `${platform()} ${arch()} ${release()}`,
    },
    ...(backend === undefined ? {} : { backend }),
  });
}
