// Compiles a build of the kernels and compares each with a scalar reference: what attempt.ts starts. Prints `passed`, or why not.
import { startTensors } from "../backend.js";
import type { KernelBuild } from "./builds.js";
import { checkBuild } from "./check-build.js";
import { compileBuild } from "./compile-build.js";
import { KernelModule } from "./kernel-module.js";

const [build, flags] = process.argv.slice(2);
await startTensors("wasm", "composed");
let said: string;
try {
  const module = new KernelModule(
    build as KernelBuild,
    compileBuild(build as KernelBuild, JSON.parse(flags)),
  );
  said = checkBuild(module) ?? "passed";
} catch (error) {
  said = (error as Error).message.split("\n")[0];
}
console.log(said);
