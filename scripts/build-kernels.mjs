// Compiles the AssemblyScript sources in assembly/ to assets/kernels/: three WebAssembly builds from one source, of which
// src/tensor/kernels/ chooses one at run time. Does nothing when they are newer than all they are made from.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const sources = join(root, "assembly");
const target = join(root, "assets/kernels");

/** Tiles for 256-bit registers, tiles for 128-bit ones with fused multiply-add, and the same with multiply and add. */
const BUILDS = { wide: { WIDE: 1, FMA: 1 }, fma: { WIDE: 0, FMA: 1 }, simd: { WIDE: 0, FMA: 0 } };

/** @throws when the compiler is missing or refuses the sources. */
export function buildKernels() {
  const inputs = [
    fileURLToPath(import.meta.url),
    sources,
    ...readdirSync(sources).map((name) => join(sources, name)),
  ];
  const newest = Math.max(...inputs.map((name) => statSync(name).mtimeMs));
  const isCurrent = (name) => existsSync(built(name)) && statSync(built(name)).mtimeMs >= newest;
  for (const [name, constants] of Object.entries(BUILDS)) if (!isCurrent(name)) compile(name, constants);
}

const built = (name) => join(target, `${name}.wasm`);

function compile(name, constants) {
  mkdirSync(target, { recursive: true });
  const fresh = join(target, `${name}-${process.pid}.wasm`);
  const args = [
    join(sources, "index.ts"),
    "-o",
    fresh,
    "-O3",
    "--noAssert",
    "--runtime",
    "stub",
    "--importMemory",
  ];
  // 112: vectors between our own functions, which JavaScript does not call.
  args.push("--enable", "simd", "--use", "abort=", "--disableWarning", "112");
  if (constants.FMA) args.push("--enable", "relaxed-simd");
  for (const [constant, value] of Object.entries(constants)) args.push("--use", `${constant}=${value}`);
  const { status } = spawnSync(process.execPath, [compiler(), ...args], { stdio: "inherit", cwd: root });
  if (status !== 0) {
    rmSync(fresh, { force: true });
    throw new Error(`asc could not compile assembly/ for the ${name} build`);
  }
  renameSync(fresh, built(name));
}

/** asc.js of the installed assemblyscript, or the one that RESPATH_ASC names. */
function compiler() {
  if (process.env.RESPATH_ASC) return process.env.RESPATH_ASC;
  const require = createRequire(import.meta.url);
  return join(dirname(require.resolve("assemblyscript/package.json")), "bin/asc.js");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) buildKernels();
