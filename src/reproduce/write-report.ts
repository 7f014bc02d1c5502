import { readdir, readFile, rename, rm } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import type { TopLevelSpec } from "vega-lite";
import type { ResultDocument, ValidationDocument } from "../network/documents.js";
import { OverwriteError } from "../network/errors.js";
import {
  plotOf,
  renderPlot,
  reportPage,
  sampleMoments,
  sampleShares,
  sampleVariances,
} from "../plot/index.js";
import { makeFolder, writeFileWhole } from "../system/write-file.js";
import { documentOf } from "./jobs.js";

interface Picture {
  readonly name: (typeof PICTURES)[number];
  readonly title: string;
  readonly spec: TopLevelSpec;
}

const PICTURES = [
  "overview",
  "path-lengths",
  "figure-4a",
  "path-shares-linear",
  "path-shares-relu",
  "figure-4b",
  "table-2",
] as const;
const FORMATS = ["vl.json", "svg", "png"] as const;
const PICTURE_FILES: readonly string[] = PICTURES.flatMap((picture) =>
  FORMATS.map((format) => `${picture}.${format}`),
);

/** The pictures of a validation, all drawn from its documents. */
export function picturesOf(document: ValidationDocument): Picture[] {
  const { documents } = document;
  const sample = (name: string, draw: typeof sampleShares) => draw(documentOf(documents, name, "sample"));
  const widest = (activation: string) =>
    Object.keys(documents)
      .filter((name) => name.startsWith(`path-shares-${activation}-`))
      .sort((a, b) => Number(a.split("-").at(-1)) - Number(b.split("-").at(-1)))
      .at(-1)!;
  const spec = (name: string): TopLevelSpec => plotOf(documents[name] as ResultDocument);
  return [
    {
      name: "overview",
      title: "The numbers of the report against their theory, each in units of its margin",
      spec: plotOf(document),
    },
    {
      name: "path-lengths",
      title: "Fig 3's law for 10,000 blocks: the share of the variance by path length",
      spec: spec("path-lengths"),
    },
    {
      name: "figure-4a",
      title: "Fig 4a: skip and branch variance of sampled linear networks with BatchNorm",
      spec: sample("figure-4a", sampleVariances),
    },
    ...(["linear", "relu"] as const).map((activation) => ({
      name: `path-shares-${activation}` as const,
      title: `Shares by path length of sampled ${activation === "relu" ? "ReLU" : "linear"} networks, the widest`,
      spec: sample(widest(activation), sampleShares),
    })),
    {
      name: "figure-4b",
      title: "Fig 4b: a convolutional ReLU network with BatchNorm on CIFAR-10",
      spec: sampleMoments(documentOf(documents, "figure-4b", "variance-sample")),
    },
    {
      name: "table-2",
      title: "Training loss of a 100-layer network under five schemes, and its variance profiles",
      spec: spec("table-2"),
    },
  ];
}

/** Where a report is until all of it is on the disk, in its folder. */
const NEW = ".respath-new";

/** Whether a path is one of the files that a report in a folder is made of. */
export function isReportFile(path: string, folder: string): boolean {
  return (
    resolve(dirname(path)) === resolve(folder) &&
    ["index.html", "report.json", ...PICTURE_FILES].includes(basename(path))
  );
}

/**
 * Writes index.html, report.json and all pictures as .vl.json, .svg and .png into a folder, in the place of a report that is
 * there: first aside, then all at once, report.json, which says whose the others are, before them and the page after them.
 */
export async function writeReport(document: ValidationDocument, folder: string): Promise<void> {
  const aside = join(folder, NEW);
  await rm(aside, { recursive: true, force: true });
  makeFolder(aside);
  const names: string[] = [];
  const write = async (name: string, content: string | Uint8Array) => {
    await writeFileWhole(join(aside, name), content);
    names.push(name);
  };
  await write("report.json", `${JSON.stringify(document, null, 1)}\n`);
  const pictures = [];
  for (const picture of picturesOf(document)) {
    const rendered: Record<string, string | Uint8Array> = {};
    for (const format of FORMATS) {
      rendered[format] = await renderPlot(picture.spec, format);
      await write(`${picture.name}.${format}`, rendered[format]);
    }
    pictures.push({ ...picture, alt: String(picture.spec.description), svg: String(rendered.svg) });
  }
  await write("index.html", reportPage({ document, pictures }));
  for (const name of names) await rename(join(aside, name), join(folder, name));
  await rm(aside, { recursive: true, force: true });
}

/**
 * Refuses a folder in which a report would replace what is no report's.
 *
 * @throws OverwriteError naming the files.
 */
export async function requireNoForeignFiles(folder: string): Promise<void> {
  const isReport = await isOwn(join(folder, "report.json"), (text) => JSON.parse(text).kind === "validation");
  const isPage = await isOwn(join(folder, "index.html"), (text) => text.includes("respath validate"));
  const foreign = (await readdir(folder)).filter((name) => {
    if (name === "report.json") return !isReport;
    if (name === "index.html") return !(isReport && isPage);
    return !isReport && PICTURE_FILES.includes(name);
  });
  if (foreign.length === 0) return;
  throw new OverwriteError(
    `${folder} has files that are not of a report of respath's (${foreign.join(", ")}), and a report would replace them; choose another \`output\``,
  );
}

async function isOwn(path: string, looksLikeOurs: (text: string) => boolean): Promise<boolean> {
  try {
    return looksLikeOurs(await readFile(path, "utf8"));
  } catch {
    return false;
  }
}
