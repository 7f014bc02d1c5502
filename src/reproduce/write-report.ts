import { join } from "node:path";
import type { TopLevelSpec } from "vega-lite";
import type { ResultDocument, ValidationDocument } from "../network/documents.js";
import { plotOf, renderPlot, reportPage, sampleShares, sampleVariances } from "../plot/index.js";
import { writeFileWhole } from "../system/write-file.js";
import { documentOf } from "./jobs.js";

interface Picture {
  readonly name: string;
  readonly title: string;
  readonly spec: TopLevelSpec;
}

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
      title: "Every number of the report against its theory",
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
    ...["linear", "relu"].map((activation) => ({
      name: `path-shares-${activation}`,
      title: `Shares by path length of sampled ${activation === "relu" ? "ReLU" : "linear"} networks, the widest`,
      spec: sample(widest(activation), sampleShares),
    })),
    {
      name: "figure-4b",
      title: "Fig 4b: a convolutional ReLU network with BatchNorm on CIFAR-10",
      spec: spec("figure-4b"),
    },
    {
      name: "table-2",
      title: "Training loss of a 100-layer network under five schemes, and its variance profiles",
      spec: spec("table-2"),
    },
  ];
}

/** Writes index.html, report.json and all pictures as .vl.json, .svg and .png into a folder; the page comes last. */
export async function writeReport(document: ValidationDocument, folder: string): Promise<void> {
  const pictures = [];
  for (const picture of picturesOf(document)) {
    const rendered: Record<string, string | Uint8Array> = {};
    for (const format of ["vl.json", "svg", "png"] as const) {
      rendered[format] = await renderPlot(picture.spec, format);
      await writeFileWhole(join(folder, `${picture.name}.${format}`), rendered[format]);
    }
    pictures.push({ ...picture, alt: String(picture.spec.description), svg: String(rendered.svg) });
  }
  await writeFileWhole(join(folder, "report.json"), `${JSON.stringify(document, null, 1)}\n`);
  await writeFileWhole(join(folder, "index.html"), reportPage({ document, pictures }));
}
