import { beforeAll, describe, expect, it } from "vitest";
import type { ValidationDocument } from "../../src/network/documents.js";
import { plotOf, renderPlot, reportPage, sampleShares, sampleVariances } from "../../src/plot/index.js";
import { pathLengthsDocument, sampleDocument, validationDocument } from "./documents.js";

const HOSTILE = `<img src=x onerror="alert(1)"> & 'quotes'`;
let page = "";

function hostile(document: ValidationDocument): ValidationDocument {
  const [first, ...others] = document.claims;
  const claim = {
    ...first,
    title: HOSTILE,
    statement: HOSTILE,
    scaledDown: [HOSTILE],
    verdict: { ...first.verdict, reason: HOSTILE },
  };
  return {
    ...document,
    claims: [{ ...claim, numbers: [{ label: HOSTILE, value: HOSTILE, theory: HOSTILE }] }, ...others],
  };
}

beforeAll(async () => {
  const specs = {
    overview: plotOf(validationDocument()),
    "path-lengths": plotOf(pathLengthsDocument({ scheme: "batchnorm", depth: 100 })),
    "sample-variances": sampleVariances(sampleDocument()),
    "sample-shares": sampleShares(sampleDocument()),
  };
  const pictures = await Promise.all(
    Object.entries(specs).map(async ([name, spec]) => ({
      name,
      title: HOSTILE,
      alt: HOSTILE,
      // A clip path of the same id in every picture, as Vega numbers them.
      svg: String(await renderPlot(spec, "svg")).replace(
        "</svg>",
        '<defs><clipPath id="clip0"><path d="M0,0"/></clipPath></defs><g clip-path="url(#clip0)"/></svg>',
      ),
    })),
  );
  const embed = [{ name: "path-lengths", spec: { ...specs["path-lengths"], name: "</script>" } as never }];
  page = reportPage({ document: hostile(validationDocument()), pictures, embed });
});

describe("the report page", () => {
  it("escapes everything it is given", () => {
    expect(page).not.toContain("<img");
    expect(page.match(/&lt;img src=x onerror=&quot;alert\(1\)&quot;&gt;/g)?.length).toBeGreaterThan(10);
    expect(page.match(/<\/script>/g)?.length).toBe(1);
  });

  it("has balanced elements", () => {
    const open: string[] = [];
    const inert = page.replace(/<script[\s\S]*?<\/script>|<style[\s\S]*?<\/style>|<!doctype html>/g, "");
    for (const [, close, name, rest] of inert.matchAll(/<(\/?)([a-zA-Z][\w-]*)((?:"[^"]*"|[^">])*)>/g)) {
      if (close) expect(open.pop()).toBe(name);
      else if (!rest.endsWith("/") && !["meta", "link", "br"].includes(name)) open.push(name);
    }
    expect(open).toEqual([]);
  });

  it("has no id twice, and every reference finds its own", () => {
    const ids = [...page.matchAll(/\sid="([^"]+)"/g)].map((match) => match[1]);
    expect(new Set(ids).size).toBe(ids.length);
    const references = [
      ...[...page.matchAll(/url\(#([^)]+)\)/g)].map((match) => match[1]),
      ...[...page.matchAll(/href="#([^"]+)"/g)].map((match) => match[1]),
      ...[...page.matchAll(/aria-labelledby="([^"]+)"/g)].map((match) => match[1]),
    ];
    expect(references.filter((id) => id.endsWith("clip0")).length).toBeGreaterThanOrEqual(4);
    for (const id of references) expect(ids).toContain(id);
  });

  it("needs no script, and loads nothing", () => {
    expect(page.match(/<script[^>]*>/g)).toEqual(['<script type="application/json" id="spec-path-lengths">']);
    const markup = page.replace(/<script[\s\S]*?<\/script>/g, "").replace(/xmlns(:\w+)?="[^"]*"/g, "");
    expect(markup).not.toMatch(/https?:|\ssrc="|@import/);
  });

  it("names the verdicts, the numbers and the machine", () => {
    expect(page).toContain("Summary: 2 agree, 1 differs");
    expect(page).toContain("<td>4.070 ± 0.014</td><td>4.2</td><td><strong>−9.30</strong></td>");
    expect(page).toContain("A processor, 2 cores, linux x64");
    expect(page).toContain("3 min 35 s");
    expect(page).toContain("npx respath validate --seed 0");
  });

  it("shows a picture in the claim that names it, and the others before the claims", () => {
    const at = (text: string) => page.indexOf(text);
    expect(at('href="overview.svg"')).toBeLessThan(at('<section id="claim-1"'));
    expect(at('href="sample-variances.png"')).toBeGreaterThan(at('<section id="claim-2"'));
    expect(at('href="sample-variances.png"')).toBeLessThan(at('<section id="claim-3"'));
    expect(page.match(/<figure>/g)?.length).toBe(4);
    expect(page.match(/role="img" aria-label="[^"]+"/g)?.length).toBe(4);
  });

  it("gives exact numbers 12 digits and says what is missing", () => {
    const document = validationDocument();
    const numbers = [{ label: "a", value: null as unknown as number, z: null as unknown as number }];
    const plain = reportPage({ document: { ...document, quick: true, provenance: undefined }, pictures: [] });
    expect(plain).toContain("<td>0.970198694126</td><td>0.970198694126</td><td></td>");
    expect(plain).toContain("A quick run");
    expect(plain).toContain("npx respath validate --seed 0 --quick");
    const gaps = reportPage({
      document: { ...document, claims: [{ ...document.claims[0], numbers }] },
      pictures: [],
    });
    expect(gaps).toContain("<td>not finite</td><td></td><td></td>");
  });
});
