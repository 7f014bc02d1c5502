import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type SampleOptions, sampleBackward, sampleNetworks } from "../../../src/montecarlo/index.js";
import { Journal } from "../../../src/montecarlo/sample/journal.js";
import type { EvidenceDocument, ValidationDocument } from "../../../src/network/documents.js";
import { currentDocument } from "../../../src/network/older-documents.js";
import { parseResultDocument, plotOf } from "../../../src/plot/index.js";
import { FinishedJobs } from "../../../src/reproduce/finished-jobs.js";
import { planJobs } from "../../../src/reproduce/plan.js";
import { TABLE_2_RUNS } from "../../../src/reproduce/table-2.js";
import { conclude } from "../../../src/reproduce/validate.js";
import { picturesOf } from "../../../src/reproduce/write-report.js";
import { SMALL_SAMPLE } from "../../montecarlo/small-sample.js";
import type { FileKind } from "../altered-files.js";
import { JSON_LINES, JSON_TEXT } from "../forms.js";
import { Scratch } from "./scratch.js";

const root = join(import.meta.dirname, "../../..");

/** Gradients through BatchNorm need four examples. */
const backwardSample = (options: SampleOptions) => sampleBackward({ ...options, batch: 4 });

/** Journals of `sample --out`: read alone, and gone on with by the command, whose document is drawn. */
export async function journalKinds(folder: string): Promise<FileKind[]> {
  mkdirSync(folder);
  const scratch = new Scratch(folder);
  const written = async (name: string, sample: (options: SampleOptions) => Promise<unknown>) => {
    await sample({ ...SMALL_SAMPLE, out: join(folder, name) });
    return readFileSync(join(folder, name));
  };
  const forward = [
    readFileSync(join(root, "test/fixtures/before-formats/journal.jsonl")),
    await written("forward.jsonl", sampleNetworks),
  ];
  const backward = [await written("backward.jsonl", backwardSample)];
  const { kind: _kind, format: _format, ...header } = JSON.parse(forward[1].toString().split("\n")[0]);
  const goesOn = (sample: (options: SampleOptions) => Promise<unknown>) => (bytes: Uint8Array) =>
    scratch.with({ name: "journal.jsonl", bytes }, async (place) => {
      const document = JSON.stringify(await sample({ ...SMALL_SAMPLE, out: join(place, "journal.jsonl") }));
      plotOf(await parseResultDocument(document, "what was sampled"));
    });
  return [
    {
      name: "journal",
      originals: forward,
      form: JSON_LINES,
      use: (bytes) =>
        scratch.with({ name: "journal.jsonl", bytes }, async (place) => {
          const journal = await Journal.open({ path: join(place, "journal.jsonl"), header });
          try {
            for await (const _record of journal.found());
          } finally {
            await journal.close();
          }
        }),
    },
    {
      name: "journal with sample",
      originals: forward,
      form: JSON_LINES,
      use: goesOn(sampleNetworks),
      cost: 4,
    },
    {
      name: "journal with sample --backward",
      originals: backward,
      form: JSON_LINES,
      use: goesOn(backwardSample),
      cost: 4,
    },
  ];
}

/** What `validate` finds of its finished jobs: a document that is used in its claims and pictures, or a job to be done again. */
export async function finishedJobKinds(folder: string): Promise<FileKind[]> {
  mkdirSync(folder);
  const scratch = new Scratch(folder);
  const report = JSON.parse(readFileSync(join(root, "results/validation/report.json"), "utf8"));
  const { documents } = currentDocument(report) as ValidationDocument;
  const { "table-2": table, ...others } = documents;
  const runs = (table as Extract<EvidenceDocument, { kind: "trainability" }>).runs;
  const done: Record<string, EvidenceDocument> = { ...others };
  for (const [index, { name }] of TABLE_2_RUNS.entries()) done[`table-2-${name}`] = runs[index];
  const concluded = async (found: Readonly<Record<string, EvidenceDocument>>) => {
    const table2 = {
      kind: "trainability" as const,
      runs: TABLE_2_RUNS.map(({ name }) => found[`table-2-${name}`] as (typeof runs)[number]),
    };
    const document = conclude({ ...found, "table-2": table2 }, { quick: false, seed: 0 });
    await parseResultDocument(JSON.stringify(document), "the report");
    JSON.stringify(picturesOf(document));
  };
  const jobs = planJobs({ quick: false, seed: 0 });
  return Promise.all(
    ["figure-4a", "figure-4b", "path-shares-linear-128", "table-2-batchnorm", "table-2-skipinit-1"].map(
      async (name): Promise<FileKind> => {
        const job = jobs.find((one) => one.name === name)!;
        const kept = join(folder, name);
        await new FinishedJobs(kept).keep(job, done[name]);
        const [file] = readdirSync(join(kept, ".unfinished"));
        return {
          name: `finished job ${name}`,
          originals: [readFileSync(join(kept, ".unfinished", file))],
          form: JSON_TEXT,
          use: (bytes) =>
            scratch.with({ name: join(".unfinished", file), bytes, beside: kept }, async (place) => {
              const document = await new FinishedJobs(place).find(job);
              if (document) await concluded({ ...done, [name]: document });
            }),
          cost: 5,
        };
      },
    ),
  );
}
