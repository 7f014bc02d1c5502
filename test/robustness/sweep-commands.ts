import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SweepSettings, SweptCommand } from "../../src/network/documents/sweep.js";
import { jobFiles, sweepFiles } from "../../src/sweep/run/sweep-folder.js";
import { runDocument } from "../plot/documents.js";
import { idOf } from "../sweep/fake-sweep.js";
import { jobFolder, sampling, seeds, training, writePlan } from "../sweep/real-sweep.js";
import type { WritingCommand } from "./writing-commands.js";

/** What these commands read. */
const sources = mkdtempSync(join(tmpdir(), "respath-sweep-sources-"));
process.on("exit", () => rmSync(sources, { recursive: true, force: true }));

const textIn = (...path: readonly string[]) => readFileSync(join(...path), "utf8");
const json = (content: Buffer | string) => JSON.parse(content.toString());
const wholeLines = (content: Buffer) => {
  if (!content.toString().endsWith("\n")) throw new Error("a torn file of lines");
};

function planOf(name: string, command: SweptCommand, fixed: SweepSettings, count: number): string {
  return writePlan({ path: join(sources, `${name}.json`), command, fixed, jobs: seeds(count) });
}

/** What a job has found but for the machine and the time. */
function foundBy(out: string, number: number): unknown {
  const {
    provenance: _,
    imagesPerSecond: __,
    ...found
  } = json(textIn(jobFiles.result(jobFolder(out, number))));
  return found;
}

const JOBS = [1, 2];

/** Of every job, whatever is there of it. */
function wholeIn(out: string): WritingCommand["whole"] {
  const whole = JOBS.flatMap((number) => {
    const job = jobFolder(out, number);
    return [
      [jobFiles.result(job), json],
      [jobFiles.failed(job), json],
    ] as const;
  });
  return Object.fromEntries([[sweepFiles.plan(out), json], ...whole]);
}

function runOf(command: SweptCommand, fixed: (images: string) => SweepSettings): WritingCommand {
  return {
    name: `sweep run of ${command}`,
    args: (folder, images) => {
      const plan = planOf(command, command, fixed(images), JOBS.length);
      return ["sweep", "run", plan, "--out", join(folder, "sweep"), "--workers", "2"];
    },
    found: (folder) => JOBS.map((number) => foundBy(join(folder, "sweep"), number)),
    whole: wholeIn("sweep"),
  };
}

/** More than fits on a small disk. */
const LONG = "/results".repeat(1200);

function emitOf(engine: string, more: readonly string[]): WritingCommand {
  return {
    name: `sweep emit ${engine} -o`,
    args: (folder) => {
      const plan = planOf("emitted", "sample", sampling(4), 2);
      return ["sweep", "emit", engine, plan, "--results", LONG, ...more, "-o", join(folder, "emitted")];
    },
    found: (folder) => textIn(folder, "emitted"),
    whole: { emitted: wholeLines },
  };
}

/** The folder of a sweep whose jobs are done. */
function doneSweep(): string {
  const count = 60;
  const folder = join(sources, "done");
  mkdirSync(folder, { recursive: true });
  writePlan({
    path: sweepFiles.plan(folder),
    command: "train",
    fixed: { scheme: "skipinit" },
    jobs: seeds(count),
  });
  for (let number = 1; number <= count; number++) {
    const job = sweepFiles.job(folder, idOf(number));
    mkdirSync(job, { recursive: true });
    const document = { ...runDocument({ scheme: "skipinit", depth: 6 }), seed: number - 1 };
    writeFileSync(jobFiles.result(job), JSON.stringify(document));
  }
  return folder;
}

const SPEC = {
  command: "sample",
  fixed: { scheme: "batchnorm", depth: 5, width: 8, batch: 8, trials: 2 },
  grid: { seed: { from: 1, to: 200 } },
};

/** The commands of sweeps that write. */
export const SWEEP_COMMANDS: readonly WritingCommand[] = [
  {
    name: "sweep plan -o",
    args: (folder) => {
      const spec = join(sources, "spec.json");
      writeFileSync(spec, JSON.stringify(SPEC));
      return ["sweep", "plan", spec, "--no-calibrate", "-o", join(folder, "plan.json")];
    },
    found: (folder) => textIn(folder, "plan.json"),
    whole: { "plan.json": json },
  },
  runOf("train", (images) => training(images, 8)),
  runOf("sample", () => sampling(4)),
  {
    name: "sweep shard",
    args: (folder) => {
      const plan = planOf("shards", "sample", sampling(4), JOBS.length);
      const part = ["--index", "0", "--of", "1", "--out", join(folder, "sweep"), "--workers", "1"];
      return ["sweep", "shard", plan, ...part];
    },
    found: (folder) => JOBS.map((number) => foundBy(join(folder, "sweep", "shard-0-of-1"), number)),
    whole: wholeIn(join("sweep", "shard-0-of-1")),
  },
  {
    name: "sweep merge -o",
    args: (folder) => ["sweep", "merge", doneSweep(), "-o", join(folder, "merged.json")],
    found: (folder) => [textIn(folder, "merged.json"), textIn(folder, "merged.csv")],
    whole: { "merged.json": json, "merged.csv": wholeLines },
  },
  emitOf("slurm", []),
  emitOf("k8s", ["--image", "respath", "--claim", "sweeps"]),
];
