import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { main } from "../cli/run.js";
import { SWEEP_COMMANDS } from "./sweep-commands.js";

/** A command that writes, in a folder of its own. */
export interface WritingCommand {
  readonly name: string;
  /** @param images a folder of labelled images. */
  readonly args: (folder: string, images: string) => string[];
  /** What it has written and said, without what differs from run to run. */
  readonly found: (folder: string, stdout: string) => unknown;
  /** Files that are whole wherever the command ended, if they are there: a read of each. */
  readonly whole: Readonly<Record<string, (content: Buffer) => unknown>>;
}

const json = (content: Buffer | string) => JSON.parse(content.toString());
const withoutProvenance = ({ provenance: _, ...document }: Record<string, unknown>) => document;
const isSvg = (content: Buffer) => {
  if (!/^<svg.*<\/svg>\s*$/s.test(content.toString())) throw new Error("a torn picture");
};
/** The complete lines of a file of lines. */
const lines = (content: Buffer) => content.toString().split("\n").slice(0, -1).map(json);
const words = (line: string) => line.split(" ").filter((word) => word !== "");

function sampleOf(name: string, more: string): WritingCommand {
  return {
    name,
    args: (folder) => [
      ...words(`sample --scheme batchnorm --depth 60 --width 24 --batch 16 --trials 24 --json ${more}`),
      ...["--out", join(folder, "networks.jsonl")],
    ],
    found: (folder, stdout) => ({
      document: withoutProvenance(json(stdout)),
      networks: lines(readFileSync(join(folder, "networks.jsonl"))).length,
    }),
    whole: { "networks.jsonl": lines },
  };
}

function trainingOf(name: string, more: string): WritingCommand {
  const run = (folder: string) => join(folder, "run");
  return {
    name,
    args: (folder, images) => [
      ...words("train --model wrn-10-0.25 --scheme skipinit --batch 8 --image-size 8 --steps 30"),
      ...words(`--resume --checkpoint-every 4 ${more}`),
      ...["--data", images, "--out", run(folder), "--save-weights", join(folder, "final.safetensors")],
    ],
    found: (folder) => {
      const { result, after } = json(readFileSync(join(run(folder), "run.json")));
      return {
        ...{ result: withoutTimes(result), after },
        metrics: lines(readFileSync(join(run(folder), "metrics.jsonl"))).map(withoutTimes),
        weights: readFileSync(join(folder, "final.safetensors")).toString("base64"),
        probes: existsSync(join(run(folder), "probe.jsonl"))
          ? lines(readFileSync(join(run(folder), "probe.jsonl")))
          : [],
      };
    },
    whole: {
      "run/run.json": json,
      "run/metrics.jsonl": lines,
      "run/probe.jsonl": lines,
      "run/checkpoint.safetensors": (content) => {
        const length = Number(content.readBigUInt64LE());
        return json(content.subarray(8, 8 + length));
      },
    },
  };
}

/** Numbers of a run without how long it took. */
function withoutTimes(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value ?? null, (key, one) => (/seconds|time|PerSecond/i.test(key) ? undefined : one)),
  );
}

/** Every command that writes files, in each of the ways it does. */
export const WRITING_COMMANDS: readonly WritingCommand[] = [
  sampleOf("sample --out", ""),
  sampleOf("sample --backward --out", "--backward"),
  sampleOf("sample --workers 2 --out", "--workers 2"),
  trainingOf("train --out", ""),
  trainingOf("train --probe --workers 2 --out", "--probe every=5 --workers 2"),
  {
    name: "plot -o",
    args: (folder) => [
      "plot",
      join(import.meta.dirname, "../../results/figure-3.json"),
      "-o",
      join(folder, "a.svg"),
    ],
    found: (folder) => readFileSync(join(folder, "a.svg"), "utf8"),
    whole: { "a.svg": isSvg },
  },
  {
    name: "paths --plot",
    args: (folder) => [...words("paths --scheme batchnorm --depth 100 --plot"), join(folder, "b.svg")],
    found: (folder) => readFileSync(join(folder, "b.svg"), "utf8"),
    whole: { "b.svg": isSvg },
  },
  ...SWEEP_COMMANDS,
];

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the built command line; `killAfter` milliseconds later, or never, it is killed. */
export function run(
  args: readonly string[],
  options: { killAfter?: number; node?: readonly string[]; env?: NodeJS.ProcessEnv } = {},
) {
  const { killAfter, node = [], env } = options;
  return new Promise<Ended>((resolve) => {
    const child = spawn(process.execPath, [...node, main, ...args], { env: { ...process.env, ...env } });
    const said = { stdout: "", stderr: "" };
    for (const stream of ["stdout", "stderr"] as const) {
      child[stream].on("data", (chunk) => {
        said[stream] += chunk;
      });
    }
    const timer = killAfter === undefined ? undefined : setTimeout(() => child.kill("SIGKILL"), killAfter);
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      resolve({ code, signal, ...said });
    });
  });
}

/** Reads all that has to be whole in a folder. */
export function readWhole({ whole }: WritingCommand, folder: string): void {
  for (const [name, read] of Object.entries(whole)) {
    const path = join(folder, name);
    if (existsSync(path)) read(readFileSync(path));
  }
}

/** The files in a folder and below it. */
export function filesIn(folder: string): string[] {
  return (readdirSync(folder, { recursive: true }) as string[]).sort();
}
