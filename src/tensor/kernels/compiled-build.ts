import { getEnvironmentData, isMainThread, setEnvironmentData } from "node:worker_threads";
import type { KernelBuild } from "./builds.js";
import { compileBuild } from "./compile-build.js";
import { NO_FLAGS } from "./compiler-flags.js";
import { type Proof, proofOf } from "./proof.js";

/** A build that is compiled, or why it is not; silent where nobody needs to be told, or has been. */
export type CompiledBuild =
  | { readonly module: WebAssembly.Module; readonly isUntried?: true }
  | { readonly reason: string; readonly isSilent?: true };

/**
 * Compiles a build for this thread and for those that it starts from now on.
 *
 * V8's flags are those of the whole process: two threads that set them at once would spoil each other's compilation, and V8 14 may end
 * the process where another thread compiles or starts WebAssembly meanwhile. So only the main thread sets them; a thread that was
 * given nothing compiles as V8 does by default, without the 256-bit build.
 *
 * @param prove says whether it may be compiled.
 */
export function compiledBuild(
  build: KernelBuild,
  prove: (build: KernelBuild) => Proof = isMainThread ? proofOf : proofInThread,
): CompiledBuild {
  const name = `respath kernels ${build}`;
  const shared = getEnvironmentData(name) as CompiledBuild | undefined;
  if (shared) return "reason" in shared ? { ...shared, isSilent: true } : shared;
  const compiled = compiledHere(build, prove(build));
  if (isMainThread) setEnvironmentData(name, compiled as never);
  return compiled;
}

function proofInThread(build: KernelBuild): Proof {
  if (build !== "wide") return { flags: NO_FLAGS, isUntried: true };
  return { flags: NO_FLAGS, reason: "call shareKernels() in the main thread before it starts this one" };
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
