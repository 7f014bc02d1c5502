import { beforeAll, describe, expect, it } from "vitest";
import type { ValidationDocument } from "../../src/network/documents.js";
import { plotOf, renderPlot, reportPage, sampleShares, sampleVariances } from "../../src/plot/index.js";
import {
  olderValidationDocument,
  pathLengthsDocument,
  sampleDocument,
  validationDocument,
} from "./documents.js";

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

  it("names the verdicts, and below the claims the machine", () => {
    expect(page).toContain(
      "Summary: 1 agrees, 1 differs, 1 cannot be told yet; at the paper&#39;s scale 1 cannot be told yet",
    );
    const at = (text: string) => page.indexOf(text);
    for (const made of ["A processor, 2 cores, linux x64", "3 min 35 s", "npx respath validate --seed 0"]) {
      expect(at(made)).toBeGreaterThan(at('<section aria-labelledby="reproduce"'));
    }
  });

  it("shows both verdicts of a claim, in the summary and in its section", () => {
    const [summary] = page.split('<section id="claim-1"');
    expect(textOf(summary)).toContain(
      "3. at the paper’s scale ? cannot tell yet The paper&#39;s networks are wider.",
    );
    const [, section] = page.split('<section id="claim-3"');
    expect(textOf(section)).toContain("Verdict: ✗ differs ◆ bias seen Width 64 lies");
    expect(textOf(section)).toContain(
      "At the paper’s scale: ? cannot tell yet The paper&#39;s networks are wider.",
    );
  });

  it("says of each number what was found of it", () => {
    const rows = rowsOf(page);
    expect(rows["slope of the skip variance"]).toBe(
      "1.0120 ± 0.0020 1 ± 0.02 +0.006 to +0.018 ✓ agrees ◆ bias seen",
    );
    expect(rows["skip variance by block, last"]).toBe(
      "−3.1 ± 1.2 % 0 % ± 2 % −6.1 to −0.1 % ? cannot tell yet ◆ bias seen",
    );
    expect(rows["mean length, width 64"]).toBe(
      "4.070 ± 0.014 4.2 ± 0.084 −0.16 to −0.1 – not judged ◆ bias seen a finite width biases it",
    );
    expect(rows["mean length, 1/width → 0"]).toBe(
      "5.200 ± 0.014 4.2 ± 0.084 +0.96 to +1 ✗ differs ◆ bias seen",
    );
    expect(page).toContain('<tr class="differs"><th scope="row">mean length, 1/width → 0</th>');
    expect(page).toContain('<tr class="not-judged"><th scope="row">mean length, width 64</th>');
    expect(textOf(page)).toContain("Not judged: branch variance in block 3: beyond float64");
  });

  it("reads the verdicts of before there were margins, and marks numbers far from their theory", () => {
    const older = olderValidationDocument();
    const [, , shares] = older.claims;
    const verdict = { status: "inconclusive", reason: "2 trials" } as const;
    const claims = [...older.claims, { ...shares, verdict }];
    const old = reportPage({ document: { ...older, claims }, pictures: [] });
    expect(old).toContain("Summary: 2 with no difference found, 1 differs, 1 inconclusive");
    expect(textOf(old)).toContain("Verdict: ○ no difference found All within three standard errors.");
    expect(textOf(old)).toContain("Verdict: ? inconclusive 2 trials");
    expect(rowsOf(old)["mean length, width 64"]).toBe("4.070 ± 0.014 4.2 −9.30 beyond 3 standard errors");
    expect(rowsOf(old)["P(K ≤ 15), p_i = 1/i"]).toBe("0.970198694126 0.970198694126");
    expect(old).not.toContain('class="legend"');
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
    const document = olderValidationDocument();
    const numbers = [{ label: "a", value: null as unknown as number, z: null as unknown as number }];
    const plain = reportPage({ document: { ...document, quick: true, provenance: undefined }, pictures: [] });
    expect(plain).toContain("<td>0.970198694126</td><td>0.970198694126</td>");
    expect(plain).toContain("A quick run");
    expect(plain).toContain("npx respath validate --seed 0 --quick");
    const gaps = reportPage({
      document: { ...document, claims: [{ ...document.claims[0], numbers }] },
      pictures: [],
    });
    expect(gaps).toContain('<tr><th scope="row">a</th><td>not finite</td></tr>');
    const band = { low: null as unknown as number, high: 1 };
    const open = reportPage({
      document: {
        ...document,
        claims: [{ ...document.claims[0], numbers: [{ label: "a", value: 1, band }] }],
      },
      pictures: [],
    });
    expect(open).toContain('<tr><th scope="row">a</th><td>1</td><td>not finite</td></tr>');
  });
});

/** What is read of markup. */
function textOf(markup: string): string {
  return markup
    .replace(/<[^>]*>/g, " ")
    .replace(/\s+/g, " ")
    .trim();
}

/** What is read of the rows of numbers, by their labels. */
function rowsOf(markup: string): Record<string, string> {
  const rows = [...markup.matchAll(/<tr(?: class="[\w-]+")?><th scope="row">([^<]*)<\/th>(.*?)<\/tr>/g)];
  return Object.fromEntries(rows.map(([, label, cells]) => [label, textOf(cells)]));
}
