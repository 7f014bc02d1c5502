import { existsSync } from "node:fs";
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createContext, runInContext } from "node:vm";
import type { Browser } from "playwright-core";
import sharp from "sharp";
import type { TopLevelSpec } from "vega-lite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ResultDocument } from "../../src/network/documents.js";
import { type MimeBundle, mimeBundle } from "../../src/notebook/index.js";
import { plotOf, RESULT_KINDS, renderPlot, reportPage } from "../../src/plot/index.js";
import { respath } from "../cli/run.js";
import { temporaryFolder } from "../helpers/temporary-folder.js";
import { measuredDocument, validationDocument } from "../plot/documents.js";
import { smallDocuments } from "../plot/small-documents.js";
import { drawing } from "./draw.js";
import { count, IS_LONG, SEED } from "./fuzz.js";
import { withEveryText } from "./hostile-documents.js";
import { HOSTILE_NAMES } from "./hostile-names.js";
import { parseXml } from "./xml.js";

const documents = (await smallDocuments()) as Readonly<Record<ResultDocument["kind"], ResultDocument>>;
const names = Object.entries(HOSTILE_NAMES);
const measured = (source: string) => ({ ...measuredDocument(), source });

/** What no line of a picture may have: a terminal, an XML parser or a script would make something of it. */
const UNSEEN = /[\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufffe\uffff]/u;

/** Every text in a specification. */
function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

/** Expects a picture that an XML parser reads, and that says of itself what the specification says. */
function expectPicture(svg: unknown, spec: TopLevelSpec): void {
  const { texts, attributes } = parseXml(String(svg));
  expect(attributes.slice(0, 2)).toEqual(["img", spec.description]);
  expect([...texts, ...attributes].filter((text) => UNSEEN.test(text))).toEqual([]);
}

/** Those that a line has room for, in one; and those that it has not. */
const TOGETHER: Readonly<Record<string, string>> = {
  "all short ones": Object.values(HOSTILE_NAMES)
    .filter((name) => name.length < 200)
    .join(" "),
  "a very long one": HOSTILE_NAMES["a very long name"],
  "very many words": HOSTILE_NAMES["very many words"],
};

async function expectPng(spec: TopLevelSpec): Promise<void> {
  const { format, width, height } = await sharp(await renderPlot(spec, "png")).metadata();
  expect({ format, isDrawn: width > 600 && width * height < 4e7 }).toEqual({ format: "png", isDrawn: true });
}

async function expectShownInNotebook(document: ResultDocument): Promise<void> {
  const bundle: MimeBundle = await mimeBundle(document);
  const spec = bundle["application/vnd.vegalite.v5+json"];
  expect(textsIn(spec).filter((text) => UNSEEN.test(text))).toEqual([]);
  expect(spec.usermeta).toEqual({ embedOptions: { actions: IMAGES_ONLY } });
  expectPicture(await renderPlot(spec, "svg"), spec);
}

/** Of some names a third that is drawn for what they are for; all of them where there is time. */
function someOf<Name>(all: readonly Name[], what: string): Name[] {
  const { below } = drawing(SEED, `names of ${what}`);
  return all.filter(() => IS_LONG || below(3) === 0);
}

describe.each(RESULT_KINDS)(`a document of the kind %s with hostile names (seed ${SEED})`, (kind) => {
  it.each(someOf(names, kind))("is drawn as SVG, and is JSON: %s", async (_what, name) => {
    count({ names: 1 });
    const spec = plotOf(withEveryText(documents[kind], name));
    expectPicture(await renderPlot(spec, "svg"), spec);
    expect(JSON.parse(String(await renderPlot(spec, "vl.json")))).toEqual(spec);
    expect(textsIn(spec).filter((text) => UNSEEN.test(text))).toEqual([]);
  });

  it.each(someOf(Object.entries(TOGETHER), `a page of ${kind}`))(
    "is a page, a PNG and shown in a notebook: %s",
    async (_what, name) => {
      const document = withEveryText(documents[kind], name);
      const spec = plotOf(document);
      expectPage(String(await renderPlot(spec, "html")), spec);
      await expectPng(spec);
      await expectShownInNotebook(document);
    },
  );
});

const IMAGES_ONLY = { export: true, source: false, compiled: false, editor: false };

/** Expects a page of four scripts, of which the last asks for the specification and for no more than its images. */
function expectPage(html: string, { $schema: _schema, ...spec }: TopLevelSpec): void {
  const scripts = [...html.matchAll(/<script>([\s\S]*?)<\/script>/gi)].map(([, script]) => script);
  expect(scripts).toHaveLength(4);
  // Outside them, what the page says of the picture is an element's text and an attribute.
  const markup = html.replace(/<script>[\s\S]*?<\/script>/gi, "");
  const tags = [...markup.matchAll(/<\/?([a-z]+)/gi)].map(([, tag]) => tag);
  expect([...new Set(tags)]).toEqual(["html", "head", "meta", "title", "link", "style", "body", "div"]);
  const [, title] = /<title>(.*)<\/title>/s.exec(markup)!;
  const [, label] = /(<div id="picture"[^>]*>)/.exec(markup)!;
  expect(parseXml(`<title>${title}</title>`).texts.join("")).toBe(spec.description);
  expect(parseXml(`${label}</div>`).attributes).toEqual(["picture", "img", spec.description]);

  const calls: unknown[][] = [];
  const page = createContext({ vegaEmbed: (...given: unknown[]) => calls.push(given) });
  runInContext(scripts[3], page);
  expect(page).not.toHaveProperty("hacked");
  expect(JSON.parse(JSON.stringify(calls))).toEqual([
    ["#picture", spec, { mode: "vega-lite", renderer: "svg", actions: IMAGES_ONLY }],
  ]);
}

describe("a name", () => {
  it.each(names)("is in the picture as it is, but for what cannot be seen: %s", async (_what, name) => {
    const spec = plotOf(measured(name));
    const seen = name
      .replace(/[\n\t]/g, " ")
      .replace(new RegExp(UNSEEN, "gu"), (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`);
    expect(spec.description).toContain(`by path length: ${seen}, 20 residual blocks`);
  });

  it.each(names)("is in a page, a PNG and a notebook: %s", async (_what, name) => {
    const spec = plotOf(measured(name));
    expectPage(String(await renderPlot(spec, "html")), spec);
    await expectPng(spec);
    await expectShownInNotebook(measured(name));
  });

  it("of a specification that is not ours is safe, too", async () => {
    for (const [what, name] of names) {
      const spec = {
        description: name,
        title: { text: name, subtitle: [name] },
        data: { values: [{ a: name, b: 1 }] },
        transform: [{ filter: { field: "a", equal: name } }],
        mark: "bar",
        encoding: { y: { field: "a", type: "nominal" }, x: { field: "b", type: "quantitative" } },
      } as TopLevelSpec;
      const { texts } = parseXml(String(await renderPlot(spec, "svg")));
      expect(
        texts.filter((text) => UNSEEN.test(text)),
        what,
      ).toEqual([]);
    }
  });
});

describe("a report with hostile names", () => {
  it.each(names)("has them as text: %s", async (_what, name) => {
    const document = withEveryText(validationDocument(), name);
    const spec = plotOf(measured(name));
    const picture = { name: "path-lengths", title: name, alt: name };
    const pictures = [{ ...picture, svg: String(await renderPlot(spec, "svg")) }];
    const html = reportPage({ document, pictures, embed: [{ name: "path-lengths", spec }] });
    const [, header, main] = /(<header>.*<\/header>)\s*(<main>.*<\/main>)/s.exec(html)!;
    const { texts, attributes } = parseXml(`<body>${header}${main}</body>`);
    expect([...texts, ...attributes].filter((text) => UNSEEN.test(text.replace(/[\n\t]/g, "")))).toEqual([]);
    expect(html.match(/<script\b/gi)).toHaveLength(1);
    expect(html.match(/<\/script\b/gi)).toHaveLength(1);
  });

  it("and the texts of its pictures are not altered", async () => {
    const name = 'id="a" url(#a) href="#a"';
    const svg = String(await renderPlot(plotOf(measured(name)), "svg"));
    const pictures = [{ name: "path-lengths", title: "", alt: "", svg }];
    const [, figure] = /(<svg.*<\/svg>)/s.exec(reportPage({ document: validationDocument(), pictures }))!;
    expect(parseXml(figure).texts).toEqual(parseXml(svg).texts);
  });
});

const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
const isThere = existsSync(CHROMIUM);
if (!isThere) console.warn(`no Chromium at ${CHROMIUM}: no page is opened`);

describe.skipIf(!isThere)("a page in Chromium", () => {
  let browser: Browser;
  beforeAll(async () => {
    const { chromium } = await import("playwright-core");
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
  });
  afterAll(() => browser?.close());

  it("draws every name, runs none of them, and offers the images only", async () => {
    for (const [what, name] of names) {
      const page = await browser.newPage();
      const complaints: string[] = [];
      page.on("pageerror", (error) => complaints.push(error.message));
      for (const document of [measured(name), withEveryText(documents["sample-extrapolation"], name)]) {
        await page.setContent(String(await renderPlot(plotOf(document), "html")));
        await page.waitForSelector("svg.marks");
        const actions = await page.locator(".vega-actions a").allTextContents();
        expect(actions, what).toEqual(["Save as SVG", "Save as PNG"]);
        expect(await page.evaluate("globalThis.hacked"), what).toBeUndefined();
      }
      expect(complaints, what).toEqual([]);
      await page.close();
    }
  });
});

describe("a file of a hostile name", () => {
  const folder = temporaryFolder("hostile");
  // What a file system takes: no NUL, no /, 255 bytes; a command line is UTF-8.
  const given = names.filter(([, name]) => name !== "" && name.length < 200 && !/[\0/]|\p{Cs}/u.test(name));

  it.each(someOf(given, "files"))("is drawn as a profile by the command: %s", async (_what, name) => {
    const inside = await mkdtemp(join(folder, "one-"));
    await writeFile(join(inside, name), "block,skip,branch\n1,1,1\n2,2,1\n");
    const line = ["paths", "--profile", `./${name}`, "-o", "picture.svg"];
    const { code, stdout, stderr } = await respath(line, { cwd: inside });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "wrote picture.svg\n" });
    expect(stdout).not.toMatch(/(?![\n\t])\p{Cc}/u);
    const { attributes } = parseXml(await readFile(join(inside, "picture.svg"), "utf8"));
    expect(attributes[1]).toMatch(/^Share of the output variance by path length: \.\//);
  });
});
