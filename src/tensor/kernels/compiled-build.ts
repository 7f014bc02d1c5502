import { getEnvironmentData, setEnvironmentData } from "node:worker_threads";
import type { KernelBuild } from "./builds.js";
import { compileBuild } from "./compile-build.js";
import { type Proof, proofOf } from "./proof.js";

/** A build that is compiled, or why it is not; silent where nobody needs to be told, or has been. */
export type CompiledBuild =
  | { readonly module: WebAssembly.Module; readonly isUntried?: true }
  | { readonly reason: string; readonly isSilent?: true };

/**
 * Compiles a build for this thread and for those that it starts from now on: V8's flags are those of the whole process, and two threads
 * that set them at once would spoil each other's compilation.
 *
 * @param prove says whether it may be compiled.
 */
export function compiledBuild(
  build: KernelBuild,
  prove: (build: KernelBuild) => Proof = proofOf,
): CompiledBuild {
  const name = `respath kernels ${build}`;
  const shared = getEnvironmentData(name) as CompiledBuild | undefined;
  if (shared) return "reason" in shared ? { ...shared, isSilent: true } : shared;
  const compiled = compiledHere(build, prove(build));
  setEnvironmentData(name, compiled as never);
  return compiled;
}

function compiledHere(build: KernelBuild, { flags, reason, isSilent, isUntried }: Proof): CompiledBuild {
  if (reason !== undefined) return { reason, isSilent };
  try {
    const module = compileBuild(build, flags);
    return isUntried ? { module, isUntried } : { module };
  } catch (error) {
    return { reason: (error as Error).message.split("\n")[0] };
  }
}
