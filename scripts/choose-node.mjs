// After an installation: npm's scripts and npx run on node_modules/.bin/node, the Node 24 of the dev dependency `node`, if it is
// there. Where the machine's own Node is as new, that link is taken away, and they run on the machine's.
import { execFileSync } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import { dirname, join, sep } from "node:path";
import { fileURLToPath } from "node:url";

/** What the fastest kernels need: see docs/decisions/0001. */
const WANTED = 24;

const modules = join(dirname(dirname(fileURLToPath(import.meta.url))), "node_modules");
const bin = join(modules, ".bin");
// The Node that runs npm; this script may itself be run by the dev dependency's.
const own = process.env.npm_node_execpath ?? process.execPath;
// And so may npm, when one of npm's scripts calls it: then nothing is known of the machine's, and all stays as it is.
if (own.startsWith(modules + sep)) process.exit(0);
const version = execFileSync(own, ["--version"], { encoding: "utf8" }).trim();
if (Number(/\d+/.exec(version)[0]) >= WANTED) {
  for (const name of ["node", "node.cmd", "node.ps1"]) rmSync(join(bin, name), { force: true });
} else if (!existsSync(join(bin, "node"))) {
  console.error(
    `respath: npm did not install the dev dependency's Node ${WANTED}, and Node ${version} trains 0.6 times as fast; ` +
      "npm rebuild node brings it",
  );
}
