import type { TopLevelSpec } from "vega-lite";
import type { Verdict } from "../network/documents/verdict.js";
import type { Claim, ClaimNumber, Provenance, ValidationDocument } from "../network/documents.js";
import { counted, grouped, withError } from "./labels.js";
import { scriptJson, escapeMarkup as text } from "./markup.js";
import { REPORT_STYLE } from "./report-style.js";

/** A picture of the report: `name` is the base name of its files beside the page. */
export interface ReportPicture {
  readonly name: string;
  readonly title: string;
  /** What it shows, for someone who cannot see it. */
  readonly alt: string;
  readonly svg: string;
}

export interface ReportOptions {
  readonly document: ValidationDocument;
  /** Those that a claim names are shown there; the others after the summary. */
  readonly pictures: readonly ReportPicture[];
  /** Vega-Lite specifications to carry along as data, under the names of their pictures. */
  readonly embed?: readonly { readonly name: string; readonly spec: TopLevelSpec }[];
}

/**
 * The page of `respath validate`: every claim of the paper with what it rests on, its numbers, verdict and pictures. One
 * HTML file without scripts or anything to fetch, so that it opens offline and prints.
 */
export function reportPage(options: ReportOptions): string {
  const { document, pictures, embed = [] } = options;
  const inClaims = new Set(document.claims.flatMap((claim) => claim.pictures));
  const figures = new Map(
    pictures.map((picture, index) => [picture.name, figure(picture, `picture-${index}-`)]),
  );
  const overview = pictures.filter(({ name }) => !inClaims.has(name)).map(({ name }) => figures.get(name));
  const title = "respath validate: the claims of De & Smith 2020";
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${text(title)}</title>
<link rel="icon" href="data:,">
<style>${REPORT_STYLE}</style>
</head>
<body>
<header>
<h1>${text(title)}</h1>
<p>De &amp; Smith, <cite>Batch Normalization Biases Residual Blocks Towards the Identity Function in Deep Networks</cite>
(arXiv 2002.10444); figures and tables are numbered as in version 1.</p>
${document.quick ? '<p class="note">A quick run: fewer trials and steps than the default.</p>' : ""}
${document.provenance ? provenanceList(document.provenance) : ""}
</header>
<main>
${summary(document.claims)}
${overview.join("\n")}
${document.claims.map((claim, index) => section(claim, index, figures)).join("\n")}
<section aria-labelledby="reproduce">
<h2 id="reproduce">Run it again</h2>
<pre><code>${text(commandOf(document))}</code></pre>
<p>The documents behind every number and picture are in <a href="report.json">report.json</a>;
<code>respath plot</code> draws each of them again.</p>
</section>
</main>
${embed.map(({ name, spec }) => `<script type="application/json" id="spec-${text(name)}">${scriptJson(spec)}</script>`).join("\n")}
</body>
</html>
`;
}

function provenanceList(made: Provenance): string {
  const { machine } = made;
  const rows: [string, string][] = [
    ["respath", made.version],
    ["Date", made.created.replace("T", " ").replace(/\.\d+Z$/, " UTC")],
    ["Total time", duration(made.wallSeconds)],
    ["Machine", `${machine.cpu}, ${counted(machine.cores, "core")}, ${machine.platform}`],
    ["Node.js", `${made.node}${made.backend ? `, backend ${made.backend}` : ""}`],
  ];
  return `<dl>${rows.map(([name, value]) => `<div><dt>${name}</dt><dd>${text(value)}</dd></div>`).join("")}</dl>`;
}

function duration(seconds: number): string {
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

const PLURAL = { agrees: "agree", differs: "differ", inconclusive: "inconclusive" } as const;

function summary(claims: readonly Claim[]): string {
  const count = (status: Verdict["status"]) =>
    claims.filter(({ verdict }) => verdict.status === status).length;
  const tally = (["agrees", "differs", "inconclusive"] as const)
    .filter((status) => count(status) > 0)
    .map((status) => `${count(status)} ${count(status) === 1 ? status : PLURAL[status]}`);
  return `<section aria-labelledby="summary">
<h2 id="summary">Summary: ${text(tally.join(", ") || "no claims")}</h2>
<div class="wide"><table>
<thead><tr><th scope="col">Claim</th><th scope="col">Verdict</th><th scope="col">Reason</th></tr></thead>
<tbody>
${claims
  .map(
    ({ title, verdict }, index) =>
      `<tr><th scope="row"><a href="#claim-${index + 1}">${index + 1}. ${text(title)}</a></th><td>${badge(verdict)}</td><td>${text(verdict.reason)}</td></tr>`,
  )
  .join("\n")}
</tbody></table></div>
</section>`;
}

const MARKS = { agrees: "✓", differs: "✗", "cannot-tell": "?", inconclusive: "?" } as const;

function badge({ status }: Verdict): string {
  return `<span class="badge ${text(status)}"><span aria-hidden="true">${MARKS[status] ?? ""} </span>${text(status)}</span>`;
}

function section(claim: Claim, index: number, figures: ReadonlyMap<string, string>): string {
  const { title, statement, numbers, verdict, scaledDown, pictures } = claim;
  const id = `claim-${index + 1}`;
  return `<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${index + 1}. ${text(title)} ${badge(verdict)}</h2>
<h3>What the paper says</h3>
<p>${text(statement)}</p>
<h3>What was found</h3>
${numbers.length > 0 ? numberTable(numbers, title) : ""}
<p><strong>Verdict: ${text(verdict.status)}.</strong> ${text(verdict.reason)}</p>
${
  scaledDown.length > 0
    ? `<h3>Scaled down or otherwise different</h3>\n<ul>${scaledDown.map((item) => `<li>${text(item)}</li>`).join("")}</ul>`
    : ""
}
${pictures.map((name) => figures.get(name) ?? "").join("\n")}
</section>`;
}

function numberTable(numbers: readonly ClaimNumber[], title: string): string {
  return `<div class="wide"><table>
<caption>Numbers of “${text(title)}”; z = (value − theory) / standard error</caption>
<thead><tr><th scope="col">Number</th><th scope="col">Value ± standard error</th><th scope="col">Theory</th><th scope="col">z</th></tr></thead>
<tbody>
${numbers.map(numberRow).join("\n")}
</tbody></table></div>`;
}

function numberRow({ label, value, se, theory, z }: ClaimNumber): string {
  const shownValue =
    typeof value === "number" && typeof se === "number" ? withError(value, se) : exact(value);
  const isFar = typeof z === "number" && Math.abs(z) > 3;
  const shownZ = typeof z === "number" ? z.toFixed(2).replace("-", "−") : "";
  return `<tr><th scope="row">${text(label)}</th><td>${text(shownValue)}</td><td>${theory == null ? "" : text(exact(theory))}</td><td>${isFar ? `<strong>${shownZ}</strong>` : shownZ}</td></tr>`;
}

/** A number without an error, to 12 digits; NaN and infinities are null in JSON. */
function exact(value: number | string | null): string {
  if (value === null) return "not finite";
  if (typeof value === "string") return value;
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return grouped(value).replace("-", "−");
  return String(Number(value.toPrecision(12))).replace("-", "−");
}

function figure(picture: ReportPicture, prefix: string): string {
  const { name, title, alt, svg } = picture;
  const file = encodeURIComponent(name);
  const links = ["vl.json", "svg", "png"].map(
    (extension) => `<a href="${file}.${extension}">${text(name)}.${extension}</a>`,
  );
  return `<figure>
<div role="img" aria-label="${text(alt)}">${inlined(svg, prefix)}</div>
<figcaption>${text(title)} <span class="files">${links.join(" · ")}</span></figcaption>
</figure>`;
}

/** An SVG file as a part of the page: its ids made its own, or the clip paths of two pictures would be one. */
function inlined(svg: string, prefix: string): string {
  return svg
    .replace(/^[\s\S]*?<svg\b/, "<svg")
    .replace(/^<svg( role="img" aria-label="[^"]*")?/, '<svg aria-hidden="true" focusable="false"')
    .replace(/<[^>]*>/g, (tag) =>
      tag
        .replace(/\bid="([^"]+)"/g, (_id, name) => `id="${prefix}${name}"`)
        .replace(/url\((["']?)#/g, (_url, quote) => `url(${quote}#${prefix}`)
        .replace(/href="#/g, () => `href="#${prefix}`),
    );
}

/** The command line that makes this document again, from the arguments that it records. */
function commandOf({ provenance, quick, seed }: ValidationDocument): string {
  const recorded: Record<string, unknown> = provenance?.arguments ?? { seed, quick };
  const flags = Object.entries(recorded).flatMap(([name, value]) => {
    if (name === "command" || value === undefined || value === null || value === false) return [];
    const flag = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    return value === true ? [flag] : [`${flag} ${quoted(String(value))}`];
  });
  return ["npx respath validate", ...flags].join(" ");
}

/** A word of a shell's command line. */
function quoted(word: string): string {
  return /^[\w./:,+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
