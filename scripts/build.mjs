// Compiles assembly/ to assets/kernels/, docs/schemas/ to the checks of documents, and src/ to dist/, unless dist/ is newer than
// all it is made from (npm and npx run this often). The new dist/ replaces the old one whole, so that a removed source leaves nothing behind and a failed build changes nothing.
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildChecks, CHECKS } from "./build-checks.mjs";
import { buildKernels } from "./build-kernels.mjs";
import { bundleCli } from "./bundle-cli.mjs";

process.chdir(dirname(dirname(fileURLToPath(import.meta.url))));
buildKernels();
buildChecks();
const stamp = "dist/.built";
// Folders count too: their time changes when a file is removed.
const inputs = [
  "tsconfig.json",
  "package.json",
  "scripts/build.mjs",
  "scripts/bundle-cli.mjs",
  "src",
  ...below("src"),
];
const changed = (name) => statSync(name).mtimeMs;
if (existsSync(stamp) && inputs.every((name) => changed(name) <= changed(stamp))) process.exit(0);

const fresh = `dist-${process.pid}`;
const compiler = createRequire(import.meta.url).resolve("typescript/bin/tsc");
const { status } = spawnSync(process.execPath, [compiler, "-p", "tsconfig.json", "--outDir", fresh], {
  stdio: "inherit",
});
if (status !== 0) {
  rmSync(fresh, { recursive: true, force: true });
  process.exit(status ?? 1);
}
cpSync(CHECKS, join(fresh, "network/checks/compiled"), { recursive: true });
await bundleCli(fresh);
chmodSync(join(fresh, "cli/main.js"), 0o755);
writeFileSync(join(fresh, ".built"), "");
rmSync("dist", { recursive: true, force: true });
renameSync(fresh, "dist");

function below(folder) {
  return readdirSync(folder, { recursive: true }).map((name) => join(folder, name));
}
