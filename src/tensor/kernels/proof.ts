import { type Attempt, tryInChild } from "./attempt.js";
import type { KernelBuild } from "./builds.js";
import { flagsOf, flagsOfThisV8, NO_FLAGS, REVECTORIZE } from "./compiler-flags.js";
import { type KeptProof, keepProof, keptProof } from "./proof-cache.js";

/** Whether a build of the kernels may be used here. */
export interface Proof extends KeptProof {
  /** Nothing better is to be had on this machine, and nobody needs to be told. */
  readonly isSilent?: true;
  /** It could not be tried, but has no need of what is experimental in V8: it is checked where it is used. */
  readonly isUntried?: true;
}

/**
 * Whether a build compiles here and gives the same as a scalar reference: from the cache folder, or tried in a child process, which
 * a fault of V8 may end, and then kept. A user's process compiles only what has passed.
 *
 * @param attempt what tries a build.
 */
export function proofOf(build: KernelBuild, attempt: Attempt = tryInChild): Proof {
  const isNode = !(process.versions["deno"] || process.versions["bun"]);
  const node = Number(process.versions.node.split(".")[0]);
  // Where its tiles are not fused into 256 bits they spill, and `fma` is faster.
  if (build === "wide" && process.arch !== "x64") {
    return { flags: NO_FLAGS, reason: "256-bit WebAssembly needs an x86-64 processor", isSilent: true };
  }
  if (build === "wide" && !(isNode && node >= 24)) {
    return { flags: NO_FLAGS, reason: "256-bit WebAssembly, 1.7 times as fast, needs Node 24 or newer" };
  }
  if (!isNode) return { flags: NO_FLAGS, isUntried: true };
  const kept = keptProof(build);
  if (kept) return kept;
  const known = flagsOfThisV8();
  if (build === "wide" && !known.has(REVECTORIZE)) {
    const reason =
      known.size === 0
        ? "256-bit WebAssembly, 1.7 times as fast, is tried in a child process first, and none can be started"
        : `Node ${process.version} no longer has 256-bit WebAssembly`;
    return { flags: NO_FLAGS, reason };
  }
  let proof: KeptProof = { flags: NO_FLAGS };
  let isFinal = true;
  for (const flags of flagsOf(build, known)) {
    const ended = attempt(build, flags);
    isFinal &&= ended.isFinal;
    proof = ended.reason === undefined ? { flags } : { flags, reason: ended.reason };
    if (ended.reason === undefined) break;
  }
  if (isFinal) keepProof(build, proof);
  const isExperimental = proof.flags.before.some((flag) => flag.startsWith("--experimental"));
  return isFinal || isExperimental || proof.reason === undefined
    ? proof
    : { flags: proof.flags, isUntried: true };
}
