// Compiles the AssemblyScript sources in assembly/ to assets/kernels/: three WebAssembly builds from one source, of which
// src/tensor/kernels/ chooses one at run time; and writes the type of their functions there, so that tsc checks every call.
// Does nothing when they are newer than all they are made from.
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { kernelFunctions } from "./kernel-functions.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const sources = join(root, "assembly");
const target = join(root, "assets/kernels");
const types = join(root, "src/tensor/kernels/kernel-functions.ts");

/** Tiles for 256-bit registers, tiles for 128-bit ones with fused multiply-add, and the same with multiply and add. */
const BUILDS = { wide: { WIDE: 1, FMA: 1 }, fma: { WIDE: 0, FMA: 1 }, simd: { WIDE: 0, FMA: 0 } };

/** @throws when the compiler is missing or refuses the sources. */
export function buildKernels() {
  const inputs = [
    fileURLToPath(import.meta.url),
    join(root, "scripts/kernel-functions.mjs"),
    sources,
    ...readdirSync(sources).map((name) => join(sources, name)),
  ];
  const newest = Math.max(...inputs.map((name) => statSync(name).mtimeMs));
  const isCurrent = (path) => existsSync(path) && statSync(path).mtimeMs >= newest;
  // The types come with a build, whichever: all export the same.
  const due = isCurrent(types)
    ? Object.keys(BUILDS).filter((name) => !isCurrent(built(name)))
    : Object.keys(BUILDS);
  for (const name of due) compile(name, BUILDS[name]);
}

const built = (name) => join(target, `${name}.wasm`);

function compile(name, constants) {
  mkdirSync(target, { recursive: true });
  const fresh = join(target, `${name}-${process.pid}`);
  const args = [
    join(sources, "index.ts"),
    "-o",
    `${fresh}.wasm`,
    "-O3",
    "--noAssert",
    "--runtime",
    "stub",
    "--importMemory",
    "--bindings",
    "raw",
  ];
  // 112: vectors between our own functions, which JavaScript does not call.
  args.push("--enable", "simd", "--use", "abort=", "--disableWarning", "112");
  if (constants.FMA) args.push("--enable", "relaxed-simd");
  for (const [constant, value] of Object.entries(constants)) args.push("--use", `${constant}=${value}`);
  try {
    const { status } = spawnSync(process.execPath, [compiler(), ...args], { stdio: "inherit", cwd: root });
    if (status !== 0) throw new Error(`asc could not compile assembly/ for the ${name} build`);
    writeFileSync(`${fresh}.ts`, kernelFunctions(readFileSync(`${fresh}.d.ts`, "utf8")));
    renameSync(`${fresh}.wasm`, built(name));
    renameSync(`${fresh}.ts`, types);
  } finally {
    for (const ending of ["wasm", "ts", "js", "d.ts"]) rmSync(`${fresh}.${ending}`, { force: true });
  }
}

/** asc.js of the installed assemblyscript, or the one that RESPATH_ASC names. */
function compiler() {
  if (process.env.RESPATH_ASC) return process.env.RESPATH_ASC;
  const require = createRequire(import.meta.url);
  return join(dirname(require.resolve("assemblyscript/package.json")), "bin/asc.js");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) buildKernels();
