import { existsSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "../..");
const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
const MOST_BYTES = 32_000;

/** What `respath/analytic` is in a browser: minified, for a page that imports it as a module. */
const bundle = await build({
  entryPoints: [join(root, "src/analytic/index.ts")],
  bundle: true,
  minify: true,
  format: "esm",
  platform: "browser",
  target: "es2022",
  write: false,
  metafile: true,
  logLevel: "silent",
});
const script = bundle.outputFiles[0].contents;

describe("respath/analytic, bundled for a browser", () => {
  it(`is at most ${MOST_BYTES} bytes, minified and gzipped`, () => {
    expect(gzipSync(script, { level: 9 }).byteLength).toBeLessThanOrEqual(MOST_BYTES);
  });

  it("holds our own closed forms and the spelling distance, no mathjs and nothing of Node", () => {
    // With platform "browser" an import of a built-in fails the build; a package's path would be listed.
    const packages = Object.keys(bundle.metafile.inputs)
      .map((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1])
      .filter((name) => name !== undefined);
    expect([...new Set(packages)]).toEqual(["fastest-levenshtein"]);
    for (const { imports } of Object.values(bundle.metafile.outputs)) expect(imports).toEqual([]);
  });
});

/** As text, for vitest rewrites the imports of a function. */
const IN_THE_PAGE = `(async () => {
  const { harmonicLaw, poissonBinomialLaw, predictPathLengths, resolveScheme } = await import("/analytic.js");
  const q = Array.from({ length: 10_000 }, (_, index) => 1 / (index + 1));
  const document = predictPathLengths({ scheme: resolveScheme("batchnorm"), depth: 10_000, inputVariance: 0, within: [15] });
  return {
    harmonic: harmonicLaw({ depth: 10_000, offset: 0 }).cdf(15),
    general: poissonBinomialLaw(q).cdf(15),
    document: document.within[15],
  };
})()`;

const isThere = existsSync(CHROMIUM);
if (!isThere) console.warn(`no Chromium at ${CHROMIUM}: the closed forms are not run in a browser`);

describe.skipIf(!isThere)("respath/analytic in Chromium", () => {
  let server: Server;
  beforeAll(async () => {
    server = createServer((request, response) => {
      const isScript = request.url === "/analytic.js";
      response.setHeader("content-type", isScript ? "text/javascript" : "text/html");
      response.end(isScript ? script : "<!doctype html><title>respath</title>");
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  it("gives the paper's 97 %, by both of its laws", async () => {
    const { chromium } = await import("playwright-core");
    const browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
    try {
      const page = await browser.newPage();
      const complaints: string[] = [];
      page.on("pageerror", (error) => complaints.push(error.message));
      await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
      const found = await page.evaluate<Record<string, number>>(IN_THE_PAGE);
      expect(complaints).toEqual([]);
      // mpmath, 50 digits: test/fixtures/laws-harmonic.json.
      const exact = Number("0.97019869412643282");
      for (const value of [found.harmonic, found.general, found.document]) {
        expect(Math.abs(value - exact)).toBeLessThan(1e-12);
      }
    } finally {
      await browser.close();
    }
  });
});
