import { createHash } from "node:crypto";
import { closeSync, openSync, readFileSync, readSync, renameSync, writeFileSync } from "node:fs";
import { arch, cpus, platform } from "node:os";
import { dirname, join } from "node:path";
import { cacheFolder } from "../../system/cache-folder.js";
import { VERSION } from "../../system/provenance.js";
import { makeFolder } from "../../system/write-file.js";
import { type KernelBuild, kernelFile } from "./builds.js";
import { areFlagsOf, type CompilerFlags, WISHES } from "./compiler-flags.js";

/** What is known of a build for good. */
export interface KeptProof {
  /** What it is compiled with. */
  readonly flags: CompilerFlags;
  /** Why it is not used. */
  readonly reason?: string;
}

/** The proof of a build that this machine's Node has been given before. */
export function keptProof(build: KernelBuild): KeptProof | undefined {
  try {
    const { flags, reason }: KeptProof = JSON.parse(readFileSync(pathOf(build), "utf8"));
    const isLine = reason === undefined || (typeof reason === "string" && !/\p{Cc}/u.test(reason));
    return isLine && areFlagsOf(build, flags) ? { flags, reason } : undefined;
  } catch {
    return undefined;
  }
}

/** Keeps a proof. Where the folder cannot be written, nothing is kept, and the next process tries the build again. */
export function keepProof(build: KernelBuild, proof: KeptProof): void {
  const path = pathOf(build);
  try {
    makeFolder(dirname(path));
    const temporary = `${path}.${process.pid}.tmp`;
    writeFileSync(temporary, `${JSON.stringify(proof)}\n`);
    renameSync(temporary, path);
  } catch {
    // As said above.
  }
}

function pathOf(build: KernelBuild): string {
  return join(cacheFolder("kernels"), `${build}-${keyOf(build)}.json`);
}

/** All that the answer depends on: Node, the kernels and their checks, and the processor. */
function keyOf(build: KernelBuild): string {
  const hash = createHash("sha256");
  for (const part of [
    JSON.stringify(WISHES[build]),
    VERSION,
    process.version,
    process.versions.v8,
    platform(),
    arch(),
    processor(),
  ]) {
    hash.update(`${part}\n`);
  }
  return hash
    .update(readFileSync(kernelFile(build)))
    .digest("hex")
    .slice(0, 16);
}

/** The processor's name and features: Linux's flags, elsewhere the name, which implies them. */
function processor(): string {
  try {
    const [, first] = /^([\s\S]*?)\n\n/.exec(headOf("/proc/cpuinfo")) ?? [];
    if (first)
      return first
        .split("\n")
        .filter((line) => /^(model name|flags|features|cpu part)\b/i.test(line))
        .join("\n");
  } catch {
    // Not Linux.
  }
  return cpus()[0]?.model ?? "unknown";
}

/** The beginning of a file that the kernel makes as it is read: on a large machine the whole one takes milliseconds. */
function headOf(path: string): string {
  const file = openSync(path, "r");
  try {
    const bytes = Buffer.alloc(16_384);
    return bytes.toString("latin1", 0, readSync(file, bytes));
  } finally {
    closeSync(file);
  }
}
