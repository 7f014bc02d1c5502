import type { TopLevelSpec } from "vega-lite";
import type { Verdict } from "../network/documents/verdict.js";
import type { Claim, Provenance, ValidationDocument } from "../network/documents.js";
import { counted } from "./labels.js";
import { scriptJson, escapeMarkup as text } from "./markup.js";
import { biasBadge, statusBadge, verdictBadge } from "./report-badges.js";
import { numberTable } from "./report-numbers.js";
import { REPORT_STYLE } from "./report-style.js";
import { tallyOfClaims } from "./tally.js";

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
${document.provenance ? provenanceList(document.provenance) : ""}
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

function summary(claims: readonly Claim[]): string {
  const line = (name: string, verdict: Verdict) =>
    `<tr><th scope="row">${name}</th><td>${verdictBadge(verdict)}</td><td>${text(verdict.reason)}</td></tr>`;
  const rows = claims.flatMap(({ title, verdict, atPaperScale }, index) => [
    line(`<a href="#claim-${index + 1}">${index + 1}. ${text(title)}</a>`, verdict),
    ...(atPaperScale
      ? [line(`<a href="#claim-${index + 1}">${index + 1}.</a> at the paper’s scale`, atPaperScale)]
      : []),
  ]);
  return `<section aria-labelledby="summary">
<h2 id="summary">Summary: ${text(tallyOfClaims(claims) || "no claims")}</h2>
<div class="wide"><table>
<thead><tr><th scope="col">Claim</th><th scope="col">Verdict</th><th scope="col">Reason</th></tr></thead>
<tbody>
${rows.join("\n")}
</tbody></table></div>
${verdictsExplained(claims)}
</section>`;
}

/** What the verdicts mean, for a report that has them. */
function verdictsExplained(claims: readonly Claim[]): string {
  if (claims.every(({ verdict }) => verdict.confidence === undefined)) return "";
  return `<p class="legend">${statusBadge("agrees")} the confidence interval of the difference from the theory lies within the
margin; ${statusBadge("differs")} it lies outside, with a band that is corrected for the number of looks; ${statusBadge("cannot-tell")}
neither, yet; ${biasBadge()} the band excludes the theory itself, be it within the margin (docs/statistics.md).</p>`;
}

function section(claim: Claim, index: number, figures: ReadonlyMap<string, string>): string {
  const { title, statement, numbers, verdict, atPaperScale, scaledDown, pictures } = claim;
  const id = `claim-${index + 1}`;
  return `<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${index + 1}. ${text(title)} ${verdictBadge(verdict)}</h2>
<h3>What the paper says</h3>
<p>${text(statement)}</p>
<h3>What was found</h3>
${numbers.length > 0 ? numberTable(claim) : ""}
${verdictLine("Verdict", verdict)}
${atPaperScale ? verdictLine("At the paper’s scale", atPaperScale) : ""}
${
  scaledDown.length > 0
    ? `<h3>Scaled down or otherwise different</h3>\n<ul>${scaledDown.map((item) => `<li>${text(item)}</li>`).join("")}</ul>`
    : ""
}
${pictures.map((name) => figures.get(name) ?? "").join("\n")}
</section>`;
}

function verdictLine(name: string, verdict: Verdict): string {
  return `<p><strong>${name}:</strong> ${verdictBadge(verdict)} ${text(verdict.reason)}</p>`;
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
