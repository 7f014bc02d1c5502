// Executes every notebook of notebooks/ on Deno's kernel and type-checks its cells; fails on a type error or a cell that
// throws. The outputs are written into the notebooks, or with --check only compared, as text, with the committed ones.
//
//   node scripts/notebooks.mjs [--check] [name.ipynb …]
//
// Needs a built dist/, npm's deno and Debian's jupyter-nbconvert (its nbclient). Nothing is fetched, and everything else is written to
// dist-notebooks/.
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

process.chdir(dirname(dirname(fileURLToPath(import.meta.url))));
const { values: options, positionals } = parseArgs({
  options: { check: { type: "boolean", default: false } },
  allowPositionals: true,
});
const WORK = resolve("dist-notebooks");
// deno's own install script does the same; npm may have been told not to run it.
const deno = createRequire(import.meta.url)("deno/install_api.cjs").runInstall();
/** Debian's own Python, for which the packages are installed; another one may come first on the PATH. */
const PYTHON = process.env.NOTEBOOK_PYTHON ?? "/usr/bin/python3";
const INSTALL = "apt-get install jupyter-nbconvert";
const ENVIRONMENT = { NO_COLOR: "1", DENO_DIR: join(WORK, "deno"), DENO_NO_UPDATE_CHECK: "1" };

const names = readdirSync("notebooks")
  .filter((name) => name.endsWith(".ipynb"))
  .filter((name) => positionals.length === 0 || positionals.map((path) => basename(path)).includes(name));
if (names.length === 0) fail(`notebooks/ has no ${positionals.join(" or ") || "notebook"}`);

rmSync(WORK, { recursive: true, force: true });
writeKernel();
installPackage();
for (const name of names) {
  const path = join("notebooks", name);
  const committed = JSON.parse(readFileSync(path, "utf8"));
  typeCheck(name, committed);
  const executed = execute(path, name);
  if (options.check) compare(name, committed, executed);
  else writeFileSync(path, `${JSON.stringify(executed, null, 1)}\n`);
  console.log(`${path}: ${options.check ? "types and outputs are as committed" : "executed"}`);
}

/** Tells Jupyter of Deno's kernel, by this machine's path to it. */
function writeKernel() {
  const folder = join(WORK, "jupyter/kernels/deno");
  mkdirSync(folder, { recursive: true });
  const kernel = {
    argv: [deno, "jupyter", "--kernel", "--conn", "{connection_file}"],
    display_name: "Deno",
    language: "typescript",
    env: ENVIRONMENT,
  };
  writeFileSync(join(folder, "kernel.json"), JSON.stringify(kernel));
}

/**
 * The package as a user has it, for the type-checker: Deno finds the declarations beside the JavaScript of an installed
 * package only, and in its own clone respath is not one.
 */
function installPackage() {
  const folder = join(WORK, "node_modules/respath");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(WORK, "package.json"), JSON.stringify({ private: true, type: "module" }));
  for (const part of ["package.json", "dist"]) cpSync(part, join(folder, part), { recursive: true });
}

/** Checks the types of the code cells as one program: the kernel does not. */
function typeCheck(name, notebook) {
  const cells = notebook.cells.filter((cell) => cell.cell_type === "code");
  // The semicolon keeps a last expression apart from what the next cell begins with.
  const text = cells.map((cell, index) => `// Cell ${index + 1}\n${sourceOf(cell)}\n;\n`).join("\n");
  const path = join(WORK, name.replace(/\.ipynb$/, ".ts"));
  writeFileSync(path, text);
  const { status, stderr } = run(deno, ["check", "--no-remote", path], ENVIRONMENT);
  if (status !== 0) fail(`${name}: the cells, as ${path}, have type errors\n${stderr}`);
}

/** @returns the executed notebook. */
function execute(path, name) {
  // A machine's own Jupyter settings do not count.
  const environment = {
    JUPYTER_PATH: join(WORK, "jupyter"),
    JUPYTER_CONFIG_DIR: join(WORK, "jupyter/config"),
    JUPYTER_DATA_DIR: join(WORK, "jupyter/data"),
    JUPYTER_RUNTIME_DIR: join(WORK, "jupyter/runtime"),
  };
  const target = join(WORK, name);
  const { status, stderr, error } = run(PYTHON, ["scripts/execute_notebook.py", path, target], environment);
  if (error) fail(`${PYTHON} is not there; on Debian: ${INSTALL}`);
  if (/ModuleNotFoundError/.test(stderr)) fail(`${PYTHON} has no nbclient; on Debian: ${INSTALL}`);
  if (status !== 0) fail(`${name}: a cell failed\n${stderr}`);
  return JSON.parse(readFileSync(target, "utf8"));
}

function compare(name, committed, executed) {
  for (const [index, cell] of executed.cells.entries()) {
    const [was, is] = [textOf(committed.cells[index]), textOf(cell)];
    if (was !== is) {
      fail(`${name}: cell ${index + 1} gives\n${is}\ninstead of\n${was}\n(npm run notebooks writes it anew)`);
    }
  }
}

/** What a cell printed and the text of what it showed. */
function textOf({ outputs = [] }) {
  return outputs
    .map(
      ({ text, data, name }) => `${name ?? Object.keys(data)}\n${joined(text ?? data["text/plain"] ?? "")}`,
    )
    .join("\n");
}

function sourceOf({ source }) {
  return joined(source);
}

/** Notebooks keep text as a string or as its lines. */
function joined(lines) {
  return Array.isArray(lines) ? lines.join("") : lines;
}

function run(command, args, environment) {
  return spawnSync(command, args, {
    encoding: "utf8",
    env: { ...process.env, ...environment },
    maxBuffer: 1 << 28,
  });
}

function fail(message) {
  console.error(`notebooks: ${message}`);
  process.exit(1);
}
