import { readFileSync } from "node:fs";
import { type KernelBuild, kernelFile } from "./builds.js";
import { type CompilerFlags, withFlags } from "./compiler-flags.js";

/**
 * Compiles a build with the flags of V8 that it needs. A V8 that has a fault there ends the process: what is not proven
 * (proof.ts) is compiled in a child process first.
 *
 * @throws when the file is missing (the package was not built) or does not compile.
 */
export function compileBuild(build: KernelBuild, flags: CompilerFlags): WebAssembly.Module {
  const bytes = new Uint8Array(readFileSync(kernelFile(build)));
  return withFlags(flags, () => new WebAssembly.Module(bytes));
}
