import { readFileSync } from "node:fs";
import { arch, cpus, platform, release } from "node:os";

/** respath's version, from its package.json. */
export const VERSION: string = JSON.parse(
  readFileSync(new URL("../../package.json", import.meta.url), "utf8"),
).version;

/** What made a result: the same shape as `Provenance` in src/network/documents.ts. */
export interface ProvenanceRecord {
  readonly version: string;
  readonly arguments: Readonly<Record<string, unknown>>;
  readonly created: string;
  readonly wallSeconds: number;
  readonly node: string;
  readonly machine: { readonly cpu: string; readonly cores: number; readonly platform: string };
  readonly backend?: string;
}

/**
 * Starts the clock; the returned function makes the record when the work is done.
 *
 * @param args the full arguments the work was started with.
 */
export function startProvenance(
  args: Readonly<Record<string, unknown>>,
): (backend?: string) => ProvenanceRecord {
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
