// Bundles dist/cli with the light rooms it needs for every start, and with that of the pictures. Node takes a quarter of a millisecond
// for each module, and `respath paths` would load sixty: see bench/startup.ts. The heavy rooms and what fonts and workers are found
// relative to stay as they are, and so does network/errors.js: two copies would have two RespathErrors; and the checks of documents
// by kind, of which one is loaded.
import { renameSync, rmSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { build } from "esbuild";

const BUNDLED = /^(cli|analytic|network|plot)\/|^system\/provenance\.js$/;
const SHARED = /^(network\/(errors|checks\/compiled\/by-kind)|plot\/(fonts|html))\.js$/;

/** @param dist the folder that tsc compiled to. */
export async function bundleCli(dist) {
  const bundled = join(dist, "cli-bundled");
  await build({
    entryPoints: [join(dist, "cli/main.js")],
    outdir: bundled,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20.19",
    packages: "external",
    logLevel: "warning",
    plugins: [{ name: "heavy rooms", setup: ({ onResolve }) => onResolve({ filter: /^\./ }, roomOf) }],
  });
  rmSync(join(dist, "cli"), { recursive: true });
  renameSync(bundled, join(dist, "cli"));

  function roomOf({ path, resolveDir, kind }) {
    if (kind === "entry-point") return undefined;
    const name = relative(resolve(dist), resolve(resolveDir, path)).replaceAll("\\", "/");
    // All of the bundle lies in dist/cli/, one level below dist/.
    return BUNDLED.test(name) && !SHARED.test(name) ? undefined : { path: `../${name}`, external: true };
  }
}
