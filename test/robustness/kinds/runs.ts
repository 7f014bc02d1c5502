import { cpSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readCheckpoint } from "../../../src/train/folder/checkpoint.js";
import { planRecord, requireSameSettings } from "../../../src/train/folder/checkpoint-settings.js";
import { ProbeFile } from "../../../src/train/folder/probe-file.js";
import { RunFiles } from "../../../src/train/folder/run-files.js";
import {
  decodeSafetensors,
  planTraining,
  type StepMetrics,
  StoppedError,
  type TrainOptions,
  train,
} from "../../../src/train/index.js";
import { STOPPED_RUN } from "../../train/stopped-run.js";
import type { FileKind } from "../altered-files.js";
import { JSON_LINES, JSON_TEXT, SAFETENSORS } from "../forms.js";
import { Scratch } from "./scratch.js";

const fixtures = join(import.meta.dirname, "../../fixtures");
const weights = (name: string) => readFileSync(join(fixtures, "weights", `${name}.safetensors`));

/** How long a run that goes on takes, against reading a file. */
const RUN = 20;

/** Files that a run goes on from, or starts from, read alone and by `train`; those of before there were formats among them. */
export async function runKinds(root: string): Promise<FileKind[]> {
  const scratch = new Scratch(join(root, "uses"));
  mkdirSync(join(root, "uses"));
  const folders = [join(fixtures, "before-formats"), await stoppedRun(join(root, "stopped"))];
  const originals = (name: string) => folders.map((folder) => readFileSync(join(folder, name)));
  const plan = planTraining({ ...STOPPED_RUN, data: undefined } as TrainOptions);
  const goesOn = (name: string) => (bytes: Uint8Array) =>
    scratch.with({ name, bytes, beside: folders[1] }, (output) =>
      train({ ...STOPPED_RUN, output, resume: true }),
    );
  const finished = join(root, "finished");
  cpSync(folders[1], finished, { recursive: true });
  const weightsOfFinished = join(root, "weights.safetensors");
  await train({ ...STOPPED_RUN, output: finished, resume: true, saveWeights: weightsOfFinished });
  return [
    {
      name: "metrics.jsonl",
      originals: originals("metrics.jsonl"),
      form: JSON_LINES,
      use: (bytes) =>
        scratch.with({ name: "metrics.jsonl", bytes }, async (folder) => {
          const files = await RunFiles.open(folder, { steps: 3, onStep: () => {} });
          await files.close();
        }),
    },
    {
      name: "probe.jsonl of a run that goes on",
      originals: originals("probe.jsonl"),
      form: JSON_LINES,
      use: (bytes) =>
        scratch.with({ name: "probe.jsonl", bytes }, (folder) => ProbeFile.open(() => folder, 3)),
    },
    {
      name: "checkpoint",
      originals: originals("checkpoint.safetensors"),
      form: SAFETENSORS,
      use: (bytes) =>
        scratch.with({ name: "checkpoint.safetensors", bytes }, async (folder) => {
          const source = join(folder, "checkpoint.safetensors");
          const { settings } = (await readCheckpoint(source))!;
          requireSameSettings({ here: planRecord(plan), there: settings, source: "a" });
        }),
    },
    ...(["metrics.jsonl", "probe.jsonl", "run.json", "checkpoint.safetensors"] as const).map(
      (name): FileKind => ({
        name: `${name} with --resume`,
        originals: [readFileSync(join(name === "run.json" ? finished : folders[1], name))],
        form: { "run.json": JSON_TEXT, "checkpoint.safetensors": SAFETENSORS }[name as string] ?? JSON_LINES,
        use: goesOn(name),
        cost: RUN,
      }),
    ),
    {
      name: "file of weights",
      originals: ["float16", "bfloat16", "float32", "float64", "data-parallel", "averaged"].map(weights),
      form: SAFETENSORS,
      use: (bytes) => decodeSafetensors(bytes, "a.safetensors"),
      cost: 2,
    },
    {
      name: "file of weights with --load-weights",
      originals: [readFileSync(weightsOfFinished)],
      form: SAFETENSORS,
      use: (bytes) =>
        scratch.with({ name: "a.safetensors", bytes }, (folder) =>
          train({
            ...{ ...STOPPED_RUN, checkpointEvery: undefined, probeEvery: undefined, steps: 1 },
            loadWeights: join(folder, "a.safetensors"),
          }),
        ),
      cost: RUN,
    },
  ];
}

/** A run of six steps that was stopped after the third. */
async function stoppedRun(output: string): Promise<string> {
  const stop = new AbortController();
  const onStep = ({ step }: StepMetrics) => {
    if (step === 3) stop.abort();
  };
  await train({ ...STOPPED_RUN, output, onStep, signal: stop.signal }).catch((error) => {
    if (!(error instanceof StoppedError)) throw error;
  });
  return output;
}
