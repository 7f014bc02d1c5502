// Bundles dist/cli with the rooms that its commands are quickest with. Node takes a quarter of a millisecond for each module, and
// `respath paths` would load sixty, `sample` three hundred: see bench/startup.ts. What is found relative to its own file (fonts,
// workers) stays as it is, and so do the rooms that are heavy whatever they are loaded from; network/errors.js, since two copies would
// have two RespathErrors; and the checks of documents by kind, of which one is loaded.
import { readFileSync, renameSync, rmSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { rolldown } from "rolldown";

const BUNDLED = /^(cli|analytic|network|plot|montecarlo|compare)\//;
const SHARED = /^network\/(errors|checks\/compiled\/by-kind)\.js$/;
/** All that this loads is one file: every start needs it. */
const START = "cli/program.js";

/** @param dist the folder that tsc compiled to. */
export async function bundleCli(dist) {
  const bundled = join(dist, "cli-bundled");
  const started = new Set();
  const bundle = await rolldown({
    input: join(dist, "cli/main.js"),
    platform: "node",
    // Packages; what lies in dist is either bundled or resolved by the plugin.
    external: /^[^./]/,
    preserveEntrySignatures: false,
    experimental: { attachDebugInfo: "none" },
    checks: { ineffectiveDynamicImport: false },
    plugins: [
      {
        name: "rooms",
        resolveId(source, importer) {
          if (!importer || !source.startsWith(".")) return undefined;
          const name = relative(resolve(dist), resolve(dirname(importer), source)).replaceAll("\\", "/");
          const moves = BUNDLED.test(name) && !SHARED.test(name) && !isFoundFrom(join(dist, name));
          // All of the bundle lies in dist/cli/, one level below dist/.
          return moves ? undefined : { id: `../${name}`, external: "absolute" };
        },
        buildEnd() {
          const visit = (id) => {
            if (started.has(id)) return;
            started.add(id);
            for (const next of this.getModuleInfo(id)?.importedIds ?? []) visit(next);
          };
          visit(resolve(dist, START));
        },
      },
    ],
  });
  await bundle.write({
    dir: bundled,
    format: "esm",
    // Lines and names stay, for the stack of an error of ours.
    minify: { compress: true, mangle: false, codegen: { removeWhitespace: false } },
    comments: false,
    entryFileNames: "main.js",
    chunkFileNames: "[name]-[hash].js",
    codeSplitting: { groups: [{ name: "start", test: (id) => started.has(id) }] },
  });
  await bundle.close();
  rmSync(join(dist, "cli"), { recursive: true });
  renameSync(bundled, join(dist, "cli"));
}

/** Whether a module finds other files from where it stands. */
function isFoundFrom(file) {
  return readFileSync(file, "utf8").includes("import.meta.url");
}
