import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { TopLevelSpec } from "vega-lite";
import { escapeMarkup, scriptJson } from "./markup.js";

/**
 * What vega-embed's menu offers: the picture's images. "View Source" and "View Compiled Vega" would write the texts of a document,
 * unescaped, into a window with all rights of the page's own.
 */
export const IMAGES_ONLY = { export: true, source: false, compiled: false, editor: false } as const;

/** The browser builds, in the order in which they need each other. */
const LIBRARIES = ["vega", "vega-lite", "vega-embed"] as const;

/** A page that shows the picture with vega-embed, everything inside it: it opens offline and fetches nothing. */
export async function htmlPage(spec: TopLevelSpec): Promise<string> {
  const scripts = await Promise.all(LIBRARIES.map(browserBuild));
  // vega-embed warns about a specification older than its Vega-Lite; the mode says all that it needs.
  const { $schema: _schema, ...shown } = spec;
  const options = {
    mode: "vega-lite",
    renderer: "svg",
    actions: IMAGES_ONLY,
  };
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeMarkup(spec.description ?? "respath")}</title>
<link rel="icon" href="data:,">
<style>body { margin: 16px; background: white; } #picture { display: block; max-width: 100%; }</style>
${scripts.map((script) => `<script>${script}</script>`).join("\n")}
</head>
<body>
<div id="picture" role="img" aria-label="${escapeMarkup(spec.description ?? "")}"></div>
<script>vegaEmbed("#picture", ${scriptJson(shown)}, ${scriptJson(options)});</script>
</body>
</html>
`;
}

async function browserBuild(name: string): Promise<string> {
  const folder = dirname(createRequire(import.meta.url).resolve(name));
  const script = await readFile(join(folder, `${name}.min.js`), "utf8");
  // A source map would be looked for beside the page; `</script` inside a string would end the element.
  return script.replace(/^\/\/# sourceMappingURL=.*$/gm, "").replaceAll("</script", "<\\/script");
}
