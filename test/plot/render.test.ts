import { mkdtemp, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { InvalidArgumentError, OutputError } from "../../src/network/errors.js";
import { textWidth } from "../../src/plot/fonts.js";
import { plotOf, plotToFile, renderPlot, writePlot } from "../../src/plot/index.js";
import { temporaryFolder } from "../helpers/temporary-folder.js";
import { pathLengthsDocument } from "./documents.js";

const document = pathLengthsDocument({ scheme: "batchnorm", depth: 5, within: 2 });
const spec = plotOf(document);
const folder = temporaryFolder("plot");

/** How many pixels of a strip at the top are dark. */
async function darkPixels(png: Uint8Array, height: number): Promise<number> {
  const { width = 0 } = await sharp(png).metadata();
  const strip = await sharp(png).extract({ left: 0, top: 0, width, height }).greyscale().raw().toBuffer();
  return strip.reduce((count, value) => count + (value < 100 ? 1 : 0), 0);
}

describe("a PNG", () => {
  it("is the SVG at twice its size", async () => {
    const svg = String(await renderPlot(spec, "svg"));
    const { width, height, format } = await sharp(await renderPlot(spec, "png")).metadata();
    const [, svgWidth, svgHeight] = /width="([\d.]+)" height="([\d.]+)"/.exec(svg) as RegExpExecArray;
    expect(format).toBe("png");
    expect(width).toBe(Math.round(2 * Number(svgWidth)));
    expect(height).toBe(Math.round(2 * Number(svgHeight)));
  });

  it("has visible text in its title", async () => {
    const blank = { ...spec, title: { text: " ", subtitle: [" ", " "] } } as typeof spec;
    const [withTitle, without] = await Promise.all(
      [spec, blank].map(async (one) => darkPixels((await renderPlot(one, "png")) as Uint8Array, 60)),
    );
    // A letter of 30 pixels' height covers some 100 pixels; the title has 38.
    expect(withTitle).toBeGreaterThan(38 * 50);
    expect(without).toBeLessThan(50);
  });

  it("has its title as wide as the bundled font makes it", async () => {
    const { data, info } = await sharp((await renderPlot(spec, "png")) as Uint8Array)
      .extract({ left: 0, top: 0, width: 1280, height: 56 })
      .greyscale()
      .raw()
      .toBuffer({ resolveWithObject: true });
    const dark = [...data.keys()].filter((index) => data[index] < 128).map((index) => index % info.width);
    const measured = (Math.max(...dark) - Math.min(...dark) + 1) / 2;
    const expected = textWidth("Share of the output variance by path length", { size: 15, weight: 600 });
    // Kerning and the bearings of the first and the last letter: about a pixel each.
    expect(Math.abs(measured - expected)).toBeLessThan(0.02 * expected);
  });
});

describe("an SVG", () => {
  it("has no room for text that is narrower than Vega guesses", async () => {
    const label = "a label of forty narrow letters: illilli";
    const chart = {
      data: { values: [{ a: label, b: 1 }] },
      mark: "bar",
      width: 100,
      encoding: { y: { field: "a", type: "nominal", title: null }, x: { field: "b", type: "quantitative" } },
      config: { axis: { labelFontSize: 11, labelLimit: 1000 } },
    };
    const svg = String(await renderPlot(chart as never, "svg"));
    const width = Number(/width="([\d.]+)"/.exec(svg)?.[1]);
    const needed = 100 + textWidth(label, { size: 11 });
    expect(width).toBeGreaterThan(needed);
    expect(width).toBeLessThan(1.1 * needed);
  });

  it("says what it shows", async () => {
    expect(await renderPlot(spec, "svg")).toMatch(
      /^<svg role="img" aria-label="Share of the output variance/,
    );
  });
});

describe("an HTML page", () => {
  const danger = "</script><script>alert(1)</script><!--";

  it("loads nothing from anywhere", async () => {
    const html = String(await renderPlot(spec, "html"));
    const scripts = /<script>[\s\S]*?<\/script>/g;
    const markup = html.replace(scripts, "");
    expect(html.match(scripts)?.length).toBe(4);
    expect(markup).not.toMatch(/https?:|src=|@import|url\(/);
    expect(markup.match(/href="[^"]*"/g)).toEqual(['href="data:,"']);
    expect(html).not.toContain("sourceMappingURL");
  });

  it("keeps data from ending its script, and gives it back whole", async () => {
    const html = String(await renderPlot({ ...spec, name: danger } as typeof spec, "html"));
    expect(html.match(/<\/script>/g)?.length).toBe(4);
    expect(html).not.toContain(danger);
    const call = /vegaEmbed\("#picture", (\{.*\}), (\{[^{]*\{[^}]*\}\})\);<\/script>/.exec(html);
    const { $schema: _schema, ...rest } = spec;
    expect(JSON.parse(String(call?.[1]))).toEqual({ ...rest, name: danger });
  });

  it("has scripts that parse", async () => {
    const html = String(await renderPlot(spec, "html"));
    const { Script } = await import("node:vm");
    for (const [, source] of html.matchAll(/<script>([\s\S]*?)<\/script>/g)) {
      expect(() => new Script(source)).not.toThrow();
    }
  });
});

describe("a file", () => {
  it.each(["svg", "png", "html", "vl.json"])(
    "is written as .%s, with nothing beside it",
    async (extension) => {
      const inside = await mkdtemp(join(folder, "one-"));
      await plotToFile(document, join(inside, `picture.${extension}`));
      expect(await readdir(inside)).toEqual([`picture.${extension}`]);
      const start = (await readFile(join(inside, `picture.${extension}`))).subarray(0, 15).toString("latin1");
      const starts = { svg: "<svg ", png: "\x89PNG", html: "<!doctype html>", "vl.json": "{\n" };
      expect(start.startsWith(starts[extension as keyof typeof starts])).toBe(true);
    },
  );

  it.each(["picture.pdf", "picture", "picture.json", "svg"])(
    "is refused as %s, naming the four",
    async (name) => {
      const inside = await mkdtemp(join(folder, "bad-"));
      const attempt = writePlot(spec, join(inside, name));
      await expect(attempt).rejects.toThrow(InvalidArgumentError);
      await expect(attempt).rejects.toThrow(".vl.json, .svg, .png or .html");
      expect(await readdir(inside)).toEqual([]);
    },
  );

  it("that cannot be written leaves nothing", async () => {
    const inside = await mkdtemp(join(folder, "no-"));
    await writeFile(join(inside, "file"), "");
    const attempt = writePlot(spec, join(inside, "file", "picture.svg"));
    await expect(attempt).rejects.toThrow(OutputError);
    expect(await readdir(inside)).toEqual(["file"]);
  });

  it("holds the specification whole as .vl.json", async () => {
    expect(JSON.parse(String(await renderPlot(spec, "vl.json")))).toEqual(spec);
  });
});
